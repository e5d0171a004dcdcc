"""The project's commands: `nox -l` lists them, `nox -s COMMAND -- --help` explains one.

Needs only Nox and uv (`pip install 'nox[uv]'`); sessions install everything else, at the versions
that `requirements/` locks.
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
# Its latest release does not know the key, which GitHub has had since May 2026
# (rhysd/actionlint#657); check-jsonschema checks its value.
UNKNOWN_QUEUE = '^unexpected key "queue" for "concurrency" section'


def _install(session: nox.Session, group: str) -> None:
    # Where PYTHONDONTWRITEBYTECODE is set, as in many containers, every process would compile
    # TensorFlow anew, which takes longer than loading it.
    session.env["UV_COMPILE_BYTECODE"] = "1"
    session.install("--quiet", "--require-hashes", "-r", f"requirements/{group}.txt")


def _module(session: nox.Session, *command: str, group: str = "pipeline") -> None:
    _install(session, group)
    session.run("python", "-m", *command, *session.posargs)


def _tools(session: nox.Session, *names: str) -> list[str]:
    """Find or build Roblox tools, with progress, and return their paths."""
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
    """Publish dist/ as a GitHub release, all of it or nothing; --dry-run shows the plan."""
    _module(session, "release.publish", "publish", group="publish")


@nox.session(name="publish-place")
def publish_place(session: nox.Session) -> None:
    """Upload the place of dist/ to Roblox through Open Cloud, as Saved or Published."""
    _module(session, "release.publish", "publish-place", group="publish")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, Python and Luau; arguments after -- go to pytest, -n 0 for one process."""
    _install(session, "dev")
    # Before pytest, which would hide the progress of builds that take minutes.
    _tools(session, "rojo", "darklua", "lune", "stylua")
    # By files, whose tests share what they make; in the order of conftest.py.
    parallel = ("-n", "logical", "--maxprocesses", "4", "--dist=loadfile", "--no-loadscope-reorder")
    session.run("python", "-m", "pytest", *parallel, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and workflows: ruff, mypy, selene, StyLua, zizmor, actionlint."""
    _install(session, "dev")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    selene, stylua = _tools(session, "selene", "stylua")
    # An unoptimised selene needs more stack to parse a file than threads get by default.
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
        _actionlint(session)
        return
    missing = "actionlint did not run: Go, which builds it, is missing; get it from https://go.dev"
    if os.environ.get("CI"):
        session.error(missing)
    session.warn(missing)


def _actionlint(session: nox.Session) -> None:
    # Without shellcheck and pyflakes, which are not installed everywhere.
    words = ("go", "run", ACTIONLINT, "-shellcheck=", "-pyflakes=")
    session.run(*words, "-ignore", UNKNOWN_QUEUE, external=True)
    if not session.run(*words, external=True, silent=True, success_codes=[0, 1]):
        session.error(
            "actionlint finds nothing to ignore any more: remove UNKNOWN_QUEUE from noxfile.py"
        )


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
    """Draw a hundred of each synthetic digit to build/samples.png."""
    _module(session, "pipeline", "samples")


@nox.session
def tools(session: nox.Session) -> None:
    """Find or build the named tools of rokit.toml; print their paths."""
    _module(session, "pipeline", "tools")


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
    """Teach networks with 30 people's drawings, as a player would; show the gain."""
    _module(session, "benchmarks", "teach")


@nox.session
def frames(session: nox.Session) -> None:
    """Play a place with simulated input; show the time of recognition and learning per frame."""
    _module(session, "benchmarks", "frames")


@nox.session
def history(session: nox.Session) -> None:
    """Keep the history of all runs: append build/report.json, merge two files, check one."""
    _module(session, "benchmarks", "history")


@nox.session
def sweep(session: nox.Session) -> None:
    """Train and judge networks from many seeds with Dask, on this machine or a cluster."""
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
    """Run a step of the nightly benchmarks: networks, fetch, join, keep, issue or gate."""
    _module(session, "benchmarks", "nightly")


@nox.session
def preview(session: nox.Session) -> None:
    """Draw the screens of a built place, on five devices, to build/preview-*.png."""
    _module(session, "benchmarks", "preview")


@nox.session
def readme(session: nox.Session) -> None:
    """Write the results of build/report.json to README; commit the changes."""
    _module(session, "benchmarks", "readme")


@nox.session
def schema(session: nox.Session) -> None:
    """Write release/manifest.schema.json; commit the changes."""
    _module(session, "release", "schema")


@nox.session
def lock(session: nox.Session) -> None:
    """Update the locked dependencies in requirements/; commit the changes."""
    session.install("uv")
    for group in ("pipeline", "publish", "sweep", "nox", "dev"):
        # Constrained by pipeline, so that tests run the locked versions.
        constraints = () if group == "pipeline" else ("-c", "requirements/pipeline.txt")
        session.run(
            *("uv", "pip", "compile", "--quiet", "--upgrade", "--universal"),
            *("--python-version", "3.10", "--generate-hashes", "--no-emit-index-url"),
            *("--custom-compile-command", "nox -s lock", "--group", group, *constraints),
            *("-o", f"requirements/{group}.txt", "pyproject.toml"),
        )
