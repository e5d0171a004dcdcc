"""What publishing a release would do; one that is not approved and verified is refused."""

from pathlib import Path

from rich.table import Table

from pipeline.errors import PocketDigitsError
from release.manifest import reasons_against
from release.release import Release
from release.verification import reason_unverified


def require_publishable(release: Release, build: Path) -> None:
    """Raise PocketDigitsError with every reason why a whole release may not be published."""
    manifest = release.manifest
    # Judged anew, beside what the manifest says: it is a file that anybody can write.
    reasons = [
        *manifest.not_publishable,
        *reasons_against(manifest.provenance, manifest.report),
        *(
            f"{row.architecture} was refused: {violation}"
            for row in manifest.report.rows
            for violation in row.verdict.violations
        ),
    ]
    if (unverified := reason_unverified(release.folder, build)) is not None:
        reasons.append(unverified)
    if reasons:
        title = f"{release.folder} ({release.tag}) cannot be published:"
        raise PocketDigitsError("\n  ".join([title, *dict.fromkeys(reasons)]))


def table(release: Release, repository: str) -> Table:
    """Return a table of every step."""
    tag, files = release.tag, release.files
    steps = Table("step", "what", "bytes", "SHA-256")
    steps.add_row("check", f"{tag} in {repository} is {release.manifest.commit}")
    kind = "prerelease" if release.is_prerelease else "release"
    steps.add_row("draft", f"{kind} {tag}: a new draft, or the one that was begun")
    for entry in files:
        steps.add_row("upload", entry.name, f"{entry.bytes:,}", entry.sha256[:16])
    total = sum(entry.bytes for entry in files)
    steps.add_row("check", f"the server holds these {len(files)} files", f"{total:,}", "all")
    steps.add_row("publish", f"{tag} becomes visible, all at once")
    return steps
