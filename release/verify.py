"""Checks that a release is what its weights and its commit make of it."""

from rich.console import Console
from rich.markup import escape

from pipeline.artifacts import scratch_folder
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress
from pipeline.stages import NUMERIC_LIBRARIES, installed_versions
from pipeline.toolbox import Toolbox
from pipeline.toolchain import TOOLS
from release.compare import difference
from release.manifest import Manifest
from release.provenance import checkout
from release.rebuild import rebuild
from release.release import Release


def verify(release: Release, progress: Progress, console: Console) -> None:
    """Rebuild a release and compare every byte, with a line for each file.

    Raises PocketDigitsError when a file differs, or another commit is checked out.
    """
    folder, manifest = release.folder, release.manifest
    here = checkout().commit
    if manifest.commit != here:
        raise PocketDigitsError(
            f"{folder} was made from commit {manifest.commit}, and {here} is checked out; run"
            f" `git checkout {manifest.commit}`, then verify again"
        )
    differences = {}
    rebuildable = [
        entry.name for entry in manifest.files if entry.name not in manifest.not_reproducible
    ]
    with scratch_folder() as work, Toolbox(TOOLS, progress) as tools:
        scratch, new = work / "stages", work / "rebuilt"
        scratch.mkdir()
        new.mkdir()
        with progress.step(f"rebuild {folder}"):
            rebuild(release, tools, scratch, new)
        for name in rebuildable:
            how = difference(folder / name, new / name, tools.path("lune"))
            console.print(f"{'✗' if how else '='} {escape(name)}", highlight=False)
            if how:
                differences[name] = how
    for name, why in manifest.not_reproducible.items():
        console.print(f"- {escape(name)}: not rebuilt, because {escape(why)}", highlight=False)
    if differences:
        title = f"{folder} is not what its weights make of this commit:"
        lines = [f"{name} differs: {how}" for name, how in differences.items()]
        raise PocketDigitsError("\n  ".join([title, *lines, *_other_versions(manifest)]))
    console.print(
        f"{len(rebuildable)} files rebuilt from the released weights are the same, byte for byte."
    )


def _other_versions(manifest: Manifest) -> list[str]:
    here = installed_versions(*NUMERIC_LIBRARIES)
    return [
        f"(made with {name} {version}, here is {here.get(name, 'none')})"
        for name, version in manifest.libraries.items()
        if here.get(name) != version
    ]
