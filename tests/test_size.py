"""What a network's Luau weighs, read out of the place that ships."""

from conftest import NETWORKS

from benchmarks import size
from pipeline.minify import LIBRARY
from pipeline.place import ROBLOX


def test_model_is_its_module_alone(lune, built_place):
    for name, network in NETWORKS.items():
        measured = size.measure(lune, built_place, name)
        assert measured.model_luau_bytes == len(network.module(name).encode())


def test_runtime_is_the_minified_library_without_the_models(lune, built_place):
    sources = size.scripts(lune, built_place)
    library = [text for path, text in sources.items() if path.split(".")[0] != "models"]
    measured = size.measure(lune, built_place, "linear").runtime_luau_bytes
    assert measured == sum(len(text.encode()) for text in library)
    readable = [path for path in (ROBLOX / LIBRARY).rglob("*.luau") if path.parent.name != "models"]
    assert len(library) == len(readable)
    assert 2 * measured < sum(path.stat().st_size for path in readable)
