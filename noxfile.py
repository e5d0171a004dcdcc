"""The project's verbs: `nox -l` lists them, `nox -s VERB -- --help` explains one.

Needs Nox and uv alone (`pip install 'nox[uv]'`); everything else is installed by the sessions, at
the versions that `requirements/` locks.
"""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["tests", "lint"]

LUAU_FOLDERS = ("roblox", "benchmarks", "tests/luau")
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def _install(session: nox.Session, group: str) -> None:
    session.install("--quiet", "--require-hashes", "-r", f"requirements/{group}.txt")


def _module(session: nox.Session, *command: str, group: str = "pipeline") -> None:
    _install(session, group)
    session.run("python", "-m", *command, *session.posargs)


def _tools(session: nox.Session, *names: str) -> list[str]:
    """Find or build Roblox tools, showing how that goes on, and return where they are."""
    command = ("python", "-m", "pipeline", "tools", *names)
    return str(session.run(*command, silent=True, stderr=None)).splitlines()


@nox.session
def release(session: nox.Session) -> None:
    """Train, export, measure and validate every network; fill dist/ with what passed."""
    _module(session, "release", "release")


@nox.session
def verify(session: nox.Session) -> None:
    """Rebuild dist/, or the folder or version after --, from its weights; compare all bytes."""
    _module(session, "release", "verify")


@nox.session
def publish(session: nox.Session) -> None:
    """Make dist/ a GitHub release, all of it or nothing; --dry-run shows the plan."""
    _module(session, "release.publish", "publish", group="publish")


@nox.session(name="publish-place")
def publish_place(session: nox.Session) -> None:
    """Upload the place of dist/ to Roblox through Open Cloud, as Saved or Published."""
    _module(session, "release.publish", "publish-place", group="publish")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, Python and Luau; arguments after -- go to pytest."""
    _install(session, "dev")
    # Before pytest, which would hide for minutes that they are being built.
    _tools(session, "rojo", "darklua", "lune", "stylua")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and workflows: ruff, mypy, selene, StyLua, zizmor, actionlint."""
    _install(session, "dev")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    selene, stylua = _tools(session, "selene", "stylua")
    # Built without optimisation, it needs more stack for a file's syntax than a thread is given.
    session.run(selene, *LUAU_FOLDERS, external=True, env={"RUST_MIN_STACK": str(16 << 20)})
    session.run(stylua, "--check", *LUAU_FOLDERS, external=True)
    _lint_workflows(session)


def _lint_workflows(session: nox.Session) -> None:
    session.run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", ".github")
    workflows = sorted(map(str, Path(".github/workflows").glob("*.yml")))
    for schema, files in (
        ("vendor.github-workflows", workflows),
        ("vendor.dependabot", [".github/dependabot.yml"]),
    ):
        session.run("check-jsonschema", "--builtin-schema", schema, *files)
    if shutil.which("go") is not None:
        # Without what it would run besides where that is installed, to find the same everywhere.
        session.run("go", "run", ACTIONLINT, "-shellcheck=", "-pyflakes=", external=True)
        return
    missing = "actionlint did not run: there is no Go to build it; install it from https://go.dev"
    if os.environ.get("CI"):
        session.error(missing)
    session.warn(missing)


@nox.session
def train(session: nox.Session) -> None:
    """Train, quantize and export networks to Luau; needs no Roblox tools."""
    _module(session, "pipeline", "train")


@nox.session
def place(session: nox.Session) -> None:
    """Build one place with the named networks, to try in Studio; nothing is judged."""
    _module(session, "pipeline", "place")


@nox.session
def samples(session: nox.Session) -> None:
    """Draw a hundred synthetic digits of each kind to build/samples.png."""
    _module(session, "pipeline", "samples")


@nox.session
def benchmark(session: nox.Session) -> None:
    """Measure networks in their built places: accuracy, size, cost, verdict, pictures."""
    _module(session, "benchmarks", "benchmark")


@nox.session
def judge(session: nox.Session) -> None:
    """Measure and judge a network that was taught in the game: `nox -s judge -- FILE.json`."""
    _module(session, "benchmarks", "judge")


@nox.session
def teach(session: nox.Session) -> None:
    """Have 30 people's drawings teach networks as a player does; show what that brings."""
    _module(session, "benchmarks", "teach")


@nox.session
def frames(session: nox.Session) -> None:
    """Play a place as a hand would; show how long reading and learning take in each frame."""
    _module(session, "benchmarks", "frames")


@nox.session
def history(session: nox.Session) -> None:
    """Keep the history of all runs: append build/report.json, merge two files, check one."""
    _module(session, "benchmarks", "history")


@nox.session
def sweep(session: nox.Session) -> None:
    """Train and judge networks from many seeds on Dask: this machine's cores, or a cluster's."""
    _module(session, "benchmarks", "sweep", group="sweep")


@nox.session
def ablate(session: nox.Session) -> None:
    """Train a network without each part of its recipe; show what each part is worth."""
    _module(session, "benchmarks", "ablate")


@nox.session
def latency(session: nox.Session) -> None:
    """Time each stage of the networks in build/; takes pytest-benchmark's options after --."""
    _install(session, "dev")
    _tools(session, "rojo", "darklua", "lune")
    words = ("-p", "no:cacheprovider", "--benchmark-only", "tests/latency/bench_stages.py")
    session.run("python", "-m", "pytest", *words, *session.posargs)


@nox.session
def nightly(session: nox.Session) -> None:
    """What the scheduled benchmarks do around measuring: networks, join, history, issue, gate."""
    _module(session, "benchmarks", "nightly")


@nox.session
def preview(session: nox.Session) -> None:
    """Draw the screens of a built place, on five devices, to build/preview-*.png."""
    _module(session, "benchmarks", "preview")


@nox.session
def readme(session: nox.Session) -> None:
    """Take over build/report.json as README's results; commit what changes."""
    _module(session, "benchmarks", "readme")


@nox.session
def schema(session: nox.Session) -> None:
    """Write release/manifest.schema.json anew; commit what changes."""
    _module(session, "release", "schema")


@nox.session
def lock(session: nox.Session) -> None:
    """Update the locked dependencies in requirements/; commit what changes."""
    session.install("uv")
    for group in ("pipeline", "publish", "sweep", "nox", "dev"):
        # All follow pipeline, so that what is tested is what runs.
        constraints = () if group == "pipeline" else ("-c", "requirements/pipeline.txt")
        session.run(
            *("uv", "pip", "compile", "--quiet", "--upgrade", "--universal"),
            *("--python-version", "3.10", "--generate-hashes", "--no-emit-index-url"),
            *("--custom-compile-command", "nox -s lock", "--group", group, *constraints),
            *("-o", f"requirements/{group}.txt", "pyproject.toml"),
        )
