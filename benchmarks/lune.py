"""Runs the scripts of `benchmarks/luau` in Lune, interpreted as on a player's device."""

from pathlib import Path

from pipeline import command
from pipeline.artifacts import scratch_folder
from pipeline.code_fingerprint import luau_fingerprint
from pipeline.fingerprint import REPOSITORY

SCRIPTS = REPOSITORY / "benchmarks" / "luau"
# Native code generation is for servers only; the scripts ask for it to be off as well.
INTERPRETED = {"LUNE_LUAU_JIT": "0"}


def run(
    lune: Path, script: str, *arguments: str | Path | bytes, under: tuple[str, ...] = ()
) -> str:
    """Run one script to its end and return its stdout; it gets `bytes` as the path of a file.

    `under` is a command that runs Lune, such as valgrind with its options. Raises
    PocketDigitsError when the script fails.
    """
    with scratch_folder() as folder:
        words = [*under, str(lune), "run", script]
        for number, argument in enumerate(arguments):
            if isinstance(argument, bytes):
                file = folder / str(number)
                file.write_bytes(argument)
                words.append(str(file))
            else:
                words.append(str(argument))
        return command.run(words[0], *words[1:], cwd=SCRIPTS, env=INTERPRETED)


def fingerprint(*scripts: str) -> str:
    """Return the fingerprint of scripts that `run` takes, and of what they require."""
    return luau_fingerprint(*(SCRIPTS / f"{script}.luau" for script in scripts))
