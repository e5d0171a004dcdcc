"""Fixtures that one process of pytest-xdist makes, and all of them use."""

from filelock import FileLock


def made_once(tmp_path_factory, worker_id, name, make):
    """Return the folder that `make` has filled, in this process or in another of the run."""
    base = tmp_path_factory.getbasetemp()
    # Each of xdist's processes has a folder of its own below the run's.
    folder = (base if worker_id == "master" else base.parent) / f"shared-{name}"
    finished = folder.with_suffix(".finished")
    with FileLock(folder.with_suffix(".lock")):
        if not finished.exists():
            folder.mkdir()  # raises where another process has tried, and failed
            make(folder)
            finished.touch()
    return folder
