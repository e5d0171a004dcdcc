"""Programs that stand for cargo, for Rokit, and for the tools that these install."""

import sys
from pathlib import Path

# Stands for cargo: shows progress as cargo does, then installs a tool that says its version.
CARGO = """
import json, os, pathlib, sys, time
arguments = sys.argv[1:]
with open(os.environ["CARGO_LOG"], "a") as log:
    print(json.dumps(arguments), file=log)
for n in range(4):
    time.sleep(float(os.environ.get("CARGO_PAUSE", 0)))
    bar = f"    Building [=>  ] {n}/4: some, crates(build.rs)"
    print(bar, end="\\r", file=sys.stderr, flush=True)
target = pathlib.Path(os.environ["CARGO_TARGET_DIR"])
target.mkdir(parents=True, exist_ok=True)
(target / "half-built").touch()
if os.environ.get("CARGO_FAILS"):
    print("error: linker `cc` not found", file=sys.stderr)
    sys.exit(101)
name = arguments[arguments.index("--locked") + 1]
version = os.environ.get("CARGO_BUILDS", arguments[arguments.index("--version") + 1])
program = pathlib.Path(arguments[arguments.index("--root") + 1], "bin", name)
program.parent.mkdir(parents=True, exist_ok=True)
program.write_text(f"#!/bin/sh\\necho {name.title()} {version}\\n")
program.chmod(0o755)
"""

# Stands for Rokit: stores executables by author and project in lower case.
ROKIT = """
import os, pathlib, sys
assert sys.argv[1:] == ["install", "--no-trust-check"], sys.argv
assert pathlib.Path("rokit.toml").is_file()
if os.environ.get("ROKIT_FAILS"):
    print("error: GitHub cannot be reached", file=sys.stderr)
    sys.exit(1)
program = pathlib.Path(os.environ["ROKIT_ROOT"], "tool-storage/lune-org/lune/9.8.7/lune")
program.parent.mkdir(parents=True, exist_ok=True)
program.write_text(f"#!/bin/sh\\necho {os.environ.get('ROKIT_INSTALLS', 'lune 9.8.7')}\\n")
program.chmod(0o755)
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def says(path: Path, version: str) -> Path:
    return program(path, f"#!/bin/sh\necho {version}\n")


def says_in_python(path: Path, code: str) -> Path:
    return program(path, f"#!{sys.executable}\n{code}")
