"""The branch that holds the history and nothing else; runs that push at once lose no line."""

from pathlib import Path

from benchmarks.verdict import history
from benchmarks.verdict.history import History
from pipeline import command
from pipeline.artifacts import scratch_folder
from pipeline.errors import PocketDigitsError

BRANCH = "benchmark-history"
FILE = "history.jsonl"
REMOTE = "origin"
TRIES = 6
AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "github-actions[bot]"),
        ("EMAIL", "41898282+github-actions[bot]@users.noreply.github.com"),
    )
}


def fetch(repository: Path, file: Path) -> None:
    """Write the branch's history to `file`; an empty one where there is no such branch yet."""
    found = _git(repository, "ls-remote", "--heads", REMOTE, f"refs/heads/{BRANCH}")
    file.parent.mkdir(parents=True, exist_ok=True)
    text = ""
    if found:
        _git(repository, "fetch", "--quiet", "--depth=1", REMOTE, f"refs/heads/{BRANCH}")
        text = command.run("git", "show", f"FETCH_HEAD:{FILE}", cwd=repository)
    file.write_bytes(text.encode())


def push(repository: Path, lines: History, message: str) -> None:
    """Add lines to the branch's history, joined with what others have pushed meanwhile.

    Raises PocketDigitsError when the remote refuses each time.
    """
    with scratch_folder() as folder:
        file = folder / FILE
        for left in reversed(range(TRIES)):
            fetch(repository, file)
            before = file.read_bytes()
            history.add(file, [lines])
            if file.read_bytes() == before:
                return  # all of it is there already
            commit = _commit(repository, file, message, has_parent=bool(before))
            try:
                _git(repository, "push", "--quiet", REMOTE, f"{commit}:refs/heads/{BRANCH}")
            except PocketDigitsError:  # somebody else was quicker, or may not push at all
                if not left:
                    raise
            else:
                return


def _commit(repository: Path, file: Path, message: str, *, has_parent: bool) -> str:
    """Make a commit of that one file, without touching what is checked out."""
    blob = _git(repository, "hash-object", "-w", "--no-filters", str(file))
    with scratch_folder() as folder:
        index = {"GIT_INDEX_FILE": str(folder / "index")}
        entry = f"100644,{blob},{FILE}"
        _git(repository, "update-index", "--add", "--cacheinfo", entry, env=index)
        tree = _git(repository, "write-tree", env=index)
    parent = ("-p", "FETCH_HEAD") if has_parent else ()
    return _git(repository, "commit-tree", tree, *parent, "-m", message, env=AUTHOR)


def _git(repository: Path, *words: str, env: dict[str, str] | None = None) -> str:
    return command.run("git", *words, cwd=repository, env=env).removesuffix("\n")
