"""The Luau library as it ships: without comments, types and long names, by darklua.

What it does is the same, to the last bit and the last error message; roblox/darklua.json5 has the
rules. Client scripts keep their source, because people read them in Studio.
"""

import re
from pathlib import Path

from pipeline import command

SETTINGS = "darklua.json5"
LIBRARY = Path("src/shared")
# types.luau holds no values: without its types, a module that requires it needs nothing of it.
TYPES = re.compile(r"^local types = require\(.+\.types\)\n", re.MULTILINE)
HEADER = "-- PocketDigits, minified by darklua; its readable source is in the repository.\n"


def minify(darklua: Path, tree: Path) -> None:
    """Minify the library of a copy of `roblox/`, in its place.

    Raises PocketDigitsError, naming file and line, where darklua cannot read a module.
    """
    for module in (tree / LIBRARY).rglob("*.luau"):
        source = TYPES.sub("\n", module.read_text("utf-8"))
        module.write_text(source, encoding="utf-8", newline="\n")
    # From within the tree, so that its messages name files as the repository does.
    command.run(darklua, "process", LIBRARY, LIBRARY, "--config", SETTINGS, cwd=tree)
    entry = tree / LIBRARY / "init.luau"
    entry.write_text(HEADER + entry.read_text("utf-8"), encoding="utf-8", newline="\n")
