"""What a released place says of itself, read in Lune as a game would."""

import json
from pathlib import Path

import pytest
from measurements import drawn, measurement, report
from pydantic import TypeAdapter

from benchmarks.measure.measurement import rounded
from pipeline.architecture import Share
from pipeline.command import run
from pipeline.place import Attributes, build_library, build_place
from release.attributes import attributes
from release.provenance import Provenance

SCRIPT = Path(__file__).parents[1] / "luau" / "attributes.luau"
TAGGED = Provenance("1.2.3", "0123456789abcdef", "mnist")


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "sigmoid-16-16.luau"
    path.write_text("return nil\n")
    return path


def stamped(**changes):
    (row,) = report(measurement(architecture="net", **changes)).rows
    return attributes(TAGGED, [(row, "one × layer")])


@pytest.mark.parametrize(
    ("build", "name"), [(build_place, "place.rbxl"), (build_library, "library.rbxm")]
)
def test_attributes_of_library_and_networks_are_read_in_the_built_file(
    build, name, lune, rojo, darklua, model, tmp_path
):
    library = {"Version": "1.2.3-dev.4", "Commit": "0123", "Dataset": "mnist"}
    network = {"About": "“two” × layers", "Accuracy": 0.9957, "LuauBytes": 8123}
    given = Attributes(library, {"sigmoid-16-16": network, "not here": network})
    build([model], rojo, darklua, tmp_path / name, given)
    assert json.loads(run(lune, "run", SCRIPT, tmp_path / name)) == {
        "": library,
        "models.sigmoid-16-16": network,
    }


def test_place_that_is_given_no_attributes_has_none(lune, rojo, darklua, model, tmp_path):
    build_place([model], rojo, darklua, tmp_path / "place.rbxl")
    assert json.loads(run(lune, "run", SCRIPT, tmp_path / "place.rbxl")) == {}


def test_figures_are_those_that_were_measured():
    described = stamped(cost_ratio=0.32968, cost_method="callgrind", drawn=drawn(0.9681))
    measured = measurement()
    assert described.models["net"] == {
        "About": "one × layer",
        "Accuracy": measured.accuracy,
        "DrawnAccuracy": 0.9681,
        "LuauBytes": measured.model_luau_bytes,
        "WeightBytes": measured.weight_bytes,
        "CostRatio": 0.33,
    }


def test_a_place_has_the_figures_of_the_report_in_every_digit(lune, rojo, darklua, model, tmp_path):
    """Rojo reads some JSON numbers of 16 or more digits one unit in the last place off."""
    share = TypeAdapter(Share)
    shares = {f"Of{of}_{n}": n / of for of in (10_992, 10_000, 60) for n in range(of + 1)}
    ratios = {f"R{scale}_{n}": n / 9 / 10**scale for scale in range(-1, 4) for n in range(1, 90)}
    figures = {name: share.validate_python(each) for name, each in shares.items()}
    figures |= {name: rounded(each) for name, each in ratios.items()}
    given = Attributes(models={model.stem: figures})
    build_library([model], rojo, darklua, tmp_path / "library.rbxm", given)
    read = json.loads(run(lune, "run", SCRIPT, tmp_path / "library.rbxm"))
    assert read[f"models.{model.stem}"] == figures


def test_report_and_attributes_round_alike():
    changes = {"seed_accuracies": (2 / 3,), "drawn": drawn(1 / 3), "cost_ratio": 1 / 7}
    (row,) = report(measurement(architecture="net", cost_method="callgrind", **changes)).rows
    written = json.loads(row.model_dump_json())
    described = attributes(TAGGED, [(row, "a network")]).models["net"]
    assert described["Accuracy"] == written["accuracy"] == 0.666667
    assert described["DrawnAccuracy"] == written["drawn_accuracy"] == 0.333333
    assert described["CostRatio"] == written["mean_cost_ratio"]


def test_what_was_not_measured_has_no_attribute():
    assert "DrawnAccuracy" not in stamped(drawn=None).models["net"]


def test_cost_by_the_wall_clock_has_no_attribute():
    assert "CostRatio" not in stamped(cost_method="wall-clock").models["net"]


def test_version_commit_and_dataset_are_the_librarys():
    assert stamped().library == {
        "Version": "1.2.3",
        "Commit": "0123456789abcdef",
        "Dataset": "mnist",
    }


def test_outside_git_there_is_no_commit():
    assert "Commit" not in attributes(Provenance("0.0.0-dev", None, "mnist"), []).library
