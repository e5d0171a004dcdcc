"""What a network's Luau weighs, read out of the place that ships."""

from luau_engine import NETWORKS

from benchmarks.measure import size
from pipeline.minify import LIBRARY
from pipeline.place import ROBLOX


def test_model_is_its_module_alone(lune, built_place):
    for name, network in NETWORKS.items():
        measured = size.measure(lune, built_place, name)
        assert measured.model_luau_bytes == len(network.module(name).encode())


def runtime(lune, built_place, *model):
    """Return the sizes of the library's scripts, without the models."""
    sources = size.scripts(lune, built_place, *model)
    return {
        path: len(text.encode()) for path, text in sources.items() if path.split(".")[0] != "models"
    }


def test_the_library_is_less_than_half_of_its_readable_source(lune, built_place):
    library = runtime(lune, built_place)
    readable = [path for path in (ROBLOX / LIBRARY).rglob("*.luau") if path.parent.name != "models"]
    assert len(library) == len(readable)
    assert 2 * sum(library.values()) < sum(path.stat().st_size for path in readable)


def test_a_dense_network_runs_on_no_convolution_and_needs_no_strokes(lune, built_place):
    needed = runtime(lune, built_place, "linear")
    assert {"", "nn.network", "nn.dense"} <= set(needed)
    assert not {"nn.conv2d", "nn.pool", "strokes.render", "strokes.segment"} & set(needed)
    measured = size.measure(lune, built_place, "linear")
    assert measured.runtime_luau_bytes == sum(needed.values())
    assert measured.runtime_modules["shared/init"] == needed[""]
    assert measured.runtime_modules["shared/nn/dense"] == needed["nn.dense"]
    assert sorted(measured.runtime_modules.values()) == sorted(needed.values())


def test_a_convolutional_network_counts_its_kernels(lune, built_place):
    needed = runtime(lune, built_place, "convolutional")
    assert "nn.conv2d" in needed
    assert sum(needed.values()) > sum(runtime(lune, built_place, "linear").values())
