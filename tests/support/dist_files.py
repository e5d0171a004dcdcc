"""A small dist/ that may be published: files of a few bytes, with a true manifest."""

import shutil

from measurements import measurement, report

from pipeline import config
from release import verification
from release.files import CHECKSUMS_FILE, MANIFEST_FILE, expected_files
from release.manifest import FileEntry, Manifest, reasons_against, write
from release.provenance import Provenance

NETWORKS = config.load(config.ARCHITECTURES)
COMMIT = "c0ffee" * 6 + "c0de"


def make(folder, *, version="1.2.3", commit=COMMIT, violations=(), python="3.11.7", **figures):
    """Fill `folder`/dist and `folder`/build as `nox -s release` and `nox -s verify` do.

    `figures` are those of its one network, `tiny`.
    """
    dist, build = folder / "dist", folder / "build"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    made = report(measurement(architecture="tiny", **figures), violations=violations)
    shipped = [NETWORKS.architectures[row.architecture] for row in made.approved]
    names = expected_files(version, [each.name for each in shipped])
    for name in sorted(names - {MANIFEST_FILE, CHECKSUMS_FILE}):
        (dist / name).write_bytes(f"what {name} holds\n".encode() * 50)
    against = reasons_against(Provenance(version, commit, made.dataset), made)
    content = Manifest(
        version=version,
        commit=commit,
        dataset=made.dataset,
        dataset_sha256="0" * 64,
        dataset_arrays={},
        drawings_sha256=None,
        publishable=not against,
        not_publishable=against,
        python=python,
        libraries={"keras": "3.12.0"},
        tools={"rojo": "7.7.1"},
        architectures=tuple(shipped),
        files=tuple(map(FileEntry.of, sorted(dist.iterdir()))),
        not_reproducible={},
        report=made,
    )
    write(dist, content)
    (folder / "CHANGELOG.md").write_text(f"## {version} - 2026-11-21\n\n### Added\n\n- Digits.\n")
    verification.record(dist, build)
    return content
