"""The notes of a release: its changelog, its figures and their changes, its files."""

import pytest
from measurements import drawn, measurement, report

from pipeline.config import load
from release.manifest import NOT_REPRODUCIBLE, FileEntry, Manifest
from release.publish.notes import notes

REPOSITORY = "somebody/digits"
ENTRY = "### Added\n\n- something"
KINDS = ("rbxl", "luau", "safetensors", "keras")


def manifest(*measured, version="1.2.3", **changes):
    measurements = report(*measured)
    names = [row.architecture for row in measurements.approved]
    own = [f"{name}.{kind}" for name in names for kind in KINDS]
    files = ["sbom.cdx.json", *(f"pocket-digits-{version}-{name}" for name in own)]
    files += [f"pocket-digits-{version}.{kind}" for kind in ("rbxl", "rbxm")]
    content = {
        "version": version,
        "commit": "0123abc",
        "dataset": "mnist",
        "dataset_sha256": "0" * 64,
        "dataset_arrays": {},
        "drawings_sha256": None,
        "publishable": True,
        "not_publishable": (),
        "python": "3.12.0",
        "libraries": {},
        "tools": {},
        "architectures": tuple(load().select(names, "standard")),
        "files": tuple(FileEntry(name=name, bytes=1, sha256="0" * 64) for name in sorted(files)),
        "not_reproducible": NOT_REPRODUCIBLE,
        "report": measurements,
    }
    content["architectures"] = tuple(
        sorted(content["architectures"], key=lambda each: names.index(each.name))
    )
    return Manifest(**(content | changes))


def best(**changes):
    figures = {
        "architecture": "best",
        "seed_accuracies": (0.9957,),
        "weight_bytes": 5800,
        "model_luau_bytes": 8100,
        "cost_ratio": 0.33,
        "drawn": drawn(0.9681),
    }
    return measurement(**(figures | changes))


def line(text, start):
    return next(each for each in text.splitlines() if each.startswith(start))


def test_first_release_shows_what_was_measured():
    text = notes(manifest(best()), None, ENTRY, REPOSITORY)
    assert line(text, "| `best`") == "| `best` | 99.57% | 96.81% | 5,800 B | 8,100 B | 1/3.0 |"
    assert "Changes are since" not in text


def test_changelogs_entry_comes_first():
    assert notes(manifest(best()), None, ENTRY, REPOSITORY).startswith(f"{ENTRY}\n\n## ")


def test_changes_since_the_last_release_stand_beside_the_figures():
    older = best(seed_accuracies=(0.9950,), weight_bytes=6000, cost_ratio=0.30, drawn=drawn(0.9700))
    text = notes(manifest(best()), manifest(older, version="1.2.2"), ENTRY, REPOSITORY)
    assert line(text, "| `best`") == (
        "| `best` | 99.57% (+0.07 pp) | 96.81% (−0.19 pp) | 5,800 B (−3.3 %) | 8,100 B |"
        " 1/3.0 (+10.0 %) |"
    )
    assert "Changes are since 1.2.2." in text


def test_networks_that_are_new_or_gone_are_named():
    tiny, small = (best(architecture=name) for name in ("tiny", "small"))
    text = notes(
        manifest(best(), tiny), manifest(best(), small, version="1.2.2"), ENTRY, REPOSITORY
    )
    assert line(text, "| `tiny`").startswith("| `tiny` (new) | 99.57% | 96.81%")
    assert "No longer there: `small`." in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recipe": "record"}, "recipe was record and is standard"),
        ({"test_images": 60}, "test_images was 60 and is 10000"),
        ({"cost_method": "wall-clock"}, "cost_method was wall-clock and is callgrind"),
    ],
)
def test_figures_of_other_circumstances_are_not_compared_and_it_says_why(changes, message):
    older = best(seed_accuracies=(0.9,), **changes)
    text = notes(manifest(best()), manifest(older, version="1.2.2"), ENTRY, REPOSITORY)
    assert f"The figures are not compared with 1.2.2: {message}." in text
    assert "pp" not in text


def test_what_was_not_measured_is_a_dash():
    text = notes(manifest(best(drawn=None)), None, ENTRY, REPOSITORY)
    assert line(text, "| `best`").startswith("| `best` | 99.57% | – |")
    assert "people drew" not in text


def test_every_kind_of_file_is_explained_and_none_that_is_not_there():
    text = notes(manifest(best(), best(architecture="tiny")), None, ENTRY, REPOSITORY)
    for name in ("1.2.3.rbxl", "1.2.3.rbxm", "sbom.cdx.json", "SHA256SUMS", "manifest.json"):
        assert f"{name}`: " in text
    for kind in KINDS:
        assert f"- `pocket-digits-1.2.3-<network>.{kind}`: " in text
    assert "report.html" not in text


def test_commands_that_verify_name_the_version():
    text = notes(manifest(best()), None, ENTRY, REPOSITORY)
    assert "sha256sum -c SHA256SUMS\n" in text
    assert "gh attestation verify pocket-digits-1.2.3.rbxl --repo somebody/digits\n" in text
    assert "git checkout v1.2.3 && nox -s verify -- 1.2.3\n" in text
