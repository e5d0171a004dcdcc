"""The contents of a built place, read from its XML form, which Rojo writes from the same tree."""

import shutil
from xml.etree import ElementTree

import pytest

from pipeline import place
from pipeline.export import models_index
from pipeline.minify import HEADER, LIBRARY

MODEL = "--!strict\n-- a model, as the exporter wrote it\nreturn {\n\tname = 'one',\n}\n"


@pytest.fixture
def models(tmp_path):
    one, two = tmp_path / "one.luau", tmp_path / "two.luau"
    one.write_text(MODEL)
    two.write_text(MODEL.replace("one", "two"))
    return [two, one]


def scripts(file):
    """Return the source of every script in an .rbxlx or .rbxmx, by its path."""
    found = {}

    def visit(item, path):
        properties = {one.get("name"): one.text for one in item.find("Properties")}
        path = f"{path}/{properties['Name']}"
        if "Source" in properties:
            found[path] = properties["Source"]
        for child in item.findall("Item"):
            visit(child, path)

    for item in ElementTree.parse(file).getroot().findall("Item"):
        visit(item, "")
    return found


@pytest.fixture
def built(rojo, darklua, models, tmp_path):
    place.build_place(models, rojo, darklua, tmp_path / "place.rbxlx")
    return scripts(tmp_path / "place.rbxlx")


def below(path, sources):
    return {name[len(path) :]: text for name, text in sources.items() if name.startswith(path)}


def test_library_in_a_place_is_minified(built):
    entry = built["/ReplicatedStorage/PocketDigits"]
    assert entry.startswith(HEADER)
    assert len(entry) < len((place.ROBLOX / LIBRARY / "init.luau").read_text()) / 2


@pytest.mark.parametrize(
    ("folder", "where"),
    [
        ("client", "/StarterPlayer/StarterPlayerScripts/Client/"),
        ("server", "/ServerScriptService/Server/"),
    ],
)
def test_client_and_server_stay_as_they_are_written(folder, where, built):
    source = place.ROBLOX / "src" / folder
    assert below(where, built) == {
        path.relative_to(source).as_posix().split(".")[0]: path.read_text()
        for path in source.rglob("*.luau")
    }


def test_models_stay_as_they_were_exported_and_are_listed_best_first(built):
    assert below("/ReplicatedStorage/PocketDigits/models", built) == {
        "": models_index(["two", "one"]),
        "/one": MODEL,
        "/two": MODEL.replace("one", "two"),
    }


def test_library_alone_holds_the_scripts_of_the_place(rojo, darklua, models, built, tmp_path):
    place.build_library(models, rojo, darklua, tmp_path / "library.rbxmx")
    library = scripts(tmp_path / "library.rbxmx")
    assert below("/PocketDigits", library) == below("/ReplicatedStorage/PocketDigits", built)


@pytest.mark.parametrize("build", [place.build_place, place.build_library])
def test_same_models_give_the_same_bytes(build, rojo, darklua, models, tmp_path):
    files = tmp_path / "first.rbxm", tmp_path / "second.rbxm"
    for file in files:
        build(models, rojo, darklua, file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_models_that_were_put_into_the_source_tree_do_not_ship(
    rojo, darklua, models, tmp_path, monkeypatch
):
    tree = tmp_path / "roblox"
    shutil.copytree(place.ROBLOX, tree)
    (tree / LIBRARY / "models").mkdir(exist_ok=True)
    (tree / LIBRARY / "models" / "stray.luau").write_text("return nil")
    monkeypatch.setattr(place, "ROBLOX", tree)
    place.build_place(models, rojo, darklua, tmp_path / "place.rbxlx")
    assert not [path for path in scripts(tmp_path / "place.rbxlx") if "stray" in path]
