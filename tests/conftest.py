"""The tools, the place and the data that tests share; the Luau specs as pytest items."""

import gc

import pytest
from hypothesis import settings
from luau_engine import NETWORKS, Engine
from luau_items import SUFFIX, SpecFile, spec_failures  # noqa: F401
from nox_clone import clone  # noqa: F401
from publishing import github, to_publish, waits  # noqa: F401
from release_runs import released, work  # noqa: F401
from sample_config import refused  # noqa: F401
from shared_fixtures import made_once

from pipeline import export, toolchain
from pipeline.errors import PocketDigitsError
from pipeline.place import build_place

# The same examples in every run, however slow the machine is.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


def pytest_addoption(parser):
    parser.addoption("--kills", type=int, default=1, help="how often a release is killed")


def pytest_collect_file(file_path, parent):
    if file_path.name.endswith(SUFFIX):
        return SpecFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(items):
    """Begin with slow files, so that none is left for one process while the others are idle."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish():
    """Keep TensorFlow's objects, a million of them, out of every later garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def lune():
    """Return Lune at its pinned version."""
    return tool("lune")


@pytest.fixture(scope="session")
def rojo():
    """Return Rojo at its pinned version."""
    return tool("rojo")


@pytest.fixture(scope="session")
def darklua():
    """Return darklua at its pinned version."""
    return tool("darklua")


@pytest.fixture(scope="session")
def stylua():
    """Return StyLua at its pinned version."""
    return tool("stylua")


def tool(name):
    try:
        return toolchain.resolve(name)
    except PocketDigitsError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def built_place(rojo, darklua, tmp_path_factory, worker_id):
    """Return a place as it ships, with the small networks of NETWORKS, of random weights."""

    def make(folder):
        for name, network in NETWORKS.items():
            (folder / export.module_file(name)).write_text(network.module(name), encoding="utf-8")
        models = [folder / export.module_file(name) for name in NETWORKS]
        build_place(models, rojo, darklua, folder / "test.rbxl")

    return made_once(tmp_path_factory, worker_id, "place", make) / "test.rbxl"


@pytest.fixture(scope="session")
def engine(lune, built_place):
    """Return the Luau engine of the built place, for networks that are not in it."""
    engine = Engine(lune, built_place)
    yield engine
    engine.close()
