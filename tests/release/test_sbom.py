"""The bill of materials: valid CycloneDX, complete, and the same each time."""

import json
import sys
from importlib import metadata

import pytest
from cyclonedx.model.bom import Bom

from pipeline import toolchain
from pipeline.command import run
from pipeline.fingerprint import REPOSITORY
from release import sbom
from release.files import SBOM_FILE
from release.provenance import Provenance

TAGGED = Provenance("1.2.3", "0123456789abcdef", "mnist")


@pytest.fixture
def written(tmp_path):
    sbom.write(tmp_path, TAGGED)
    return json.loads((tmp_path / SBOM_FILE).read_bytes())


def named(written, name):
    return next(each for each in written["components"] if each["name"] == name)


def test_it_names_what_it_is_of(written):
    assert written["bomFormat"] == "CycloneDX"
    assert written["metadata"]["component"]["version"] == "1.2.3"


def test_library_has_its_installed_version_and_license(written):
    numpy = named(written, "numpy")
    assert numpy["purl"] == f"pkg:pypi/numpy@{metadata.version('numpy')}"
    assert "BSD-3-Clause" in json.dumps(numpy["licenses"])


def test_every_component_has_a_version_and_an_own_reference(written):
    references = [each["bom-ref"] for each in written["components"]]
    assert len(references) == len(set(references)) > 50
    assert all(each["version"] for each in written["components"])


def test_tool_has_the_version_that_rokit_pins(written):
    assert named(written, "rojo")["purl"] == (
        f"pkg:github/rojo-rbx/rojo@v{toolchain.pinned('rojo').version}"
    )


def test_what_a_library_needs_is_told(written):
    needs = {each["ref"]: each.get("dependsOn", []) for each in written["dependencies"]}
    keras = needs[named(written, "keras")["bom-ref"]]
    assert named(written, "numpy")["bom-ref"] in keras


def test_what_only_tests_need_is_left_out(written):
    assert "pytest" not in {each["name"] for each in written["components"]}


def test_a_reader_of_the_format_takes_it(written):
    assert len(Bom.from_json(written).components) == len(written["components"])


def test_another_process_with_another_hash_seed_and_time_zone_writes_the_same(written, tmp_path):
    first = (tmp_path / SBOM_FILE).read_bytes()
    (tmp_path / "second").mkdir()
    code = (
        "import sys, pathlib; from release import sbom; from release.provenance import Provenance;"
        "sbom.write(pathlib.Path(sys.argv[1]), Provenance('1.2.3', '0123456789abcdef', 'mnist'))"
    )
    other = {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    run(sys.executable, "-c", code, tmp_path / "second", cwd=REPOSITORY, env=other)
    assert (tmp_path / "second" / SBOM_FILE).read_bytes() == first
