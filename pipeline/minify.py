"""Minifies the Luau library with darklua: no comments, no types, short names.

Results and error messages stay the same to the last bit; roblox/darklua.json5 has the rules.
Client scripts keep their source, because people read them in Studio.
"""

import re
from pathlib import Path

from pipeline import command

SETTINGS = "darklua.json5"
LIBRARY = Path("src/shared")
# types.luau holds only types, so a minified module need not require it.
TYPES = re.compile(r"^local types = require\(.+\.types\)\n", re.MULTILINE)
HEADER = "-- PocketDigits, minified by darklua; its readable source is in the repository.\n"


def minify(darklua: Path, tree: Path) -> None:
    """Minify the library in `tree`, a copy of `roblox/`, in place.

    Raises PocketDigitsError, with file and line, if darklua cannot read a module.
    """
    for module in (tree / LIBRARY).rglob("*.luau"):
        source = TYPES.sub("\n", module.read_text("utf-8"))
        module.write_text(source, encoding="utf-8", newline="\n")
    # Run inside the tree, so that messages name files as the repository does.
    command.run(darklua, "process", LIBRARY, LIBRARY, "--config", SETTINGS, cwd=tree)
    entry = tree / LIBRARY / "init.luau"
    entry.write_text(HEADER + entry.read_text("utf-8"), encoding="utf-8", newline="\n")
