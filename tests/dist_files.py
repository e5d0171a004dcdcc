"""A small dist/ that may be published: files of a few bytes, with a true manifest."""

import shutil

from measurements import measurement, report

from pipeline.hashes import file_hash
from release import verified
from release.bundle import PRODUCT, expected_files
from release.manifest import CHECKSUMS_FILE, MANIFEST_FILE, FileEntry, Manifest, write

COMMIT = "c0ffee" * 6 + "c0de"


def make(folder, *, version="1.2.3", measured=None, violations=(), names=None, **changes):
    """Fill `folder`/dist and `folder`/build as `nox -s release` and `nox -s verify` do."""
    dist, build = folder / "dist", folder / "build"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    rows = measured or [measurement(architecture="tiny")]
    made = report(*rows, violations=violations)
    approved = [row.architecture for row in made.approved]
    prefix = f"{PRODUCT}-{version}"
    for name in sorted(expected_files(prefix, approved) - {MANIFEST_FILE, CHECKSUMS_FILE}):
        (dist / name).write_bytes(f"what {name} holds\n".encode() * 50)
    content = {
        "version": version,
        "commit": COMMIT,
        "dataset": made.dataset,
        "dataset_sha256": "0" * 64,
        "publishable": True,
        "python": "3.11.7",
        "libraries": {"keras": "3.12.0"},
        "tools": {"rojo": "7.7.1"},
        "files": entries(dist),
        "report": made,
    }
    write(dist, Manifest(**(content | changes)))
    verified.write(dist, build)
    return dist, build


def entries(dist):
    """Describe the files that are there."""
    return tuple(
        FileEntry(name=path.name, bytes=path.stat().st_size, sha256=file_hash(path))
        for path in sorted(dist.iterdir())
    )
