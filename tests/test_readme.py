"""README tells what was measured, and names only commands that exist."""

import re

import pytest

from benchmarks.readme import README, load_results, take_over, with_results
from pipeline import config
from pipeline.errors import PocketDigitsError
from pipeline.hashes import REPOSITORY

TEXT = README.read_text(encoding="utf-8")


def test_its_results_are_those_of_the_measurement_file():
    assert with_results(TEXT, load_results()) == TEXT


def test_its_results_cover_every_architecture_and_all_were_approved():
    rows = load_results().rows
    assert [row.architecture for row in rows] == list(config.load().architectures)
    assert all(row.verdict.approved for row in rows)


def test_its_results_are_of_a_full_run_on_mnist():
    results = load_results()
    assert (results.dataset, results.recipe) == ("mnist", "standard")
    assert all(row.test_images == 10_000 for row in results.rows)


def test_every_session_it_names_exists():
    sessions = set(
        re.findall(r"^def ([a-z]+)\(session", (REPOSITORY / "noxfile.py").read_text(), re.M)
    )
    named = set(re.findall(r"nox -s ([a-z]+)", TEXT))
    assert named
    assert named <= sessions


def test_every_file_it_links_exists():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in link]
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_the_network_it_shows_how_to_add_is_valid(tmp_path):
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[1]
    path = tmp_path / "architectures.yaml"
    shipped = config.ARCHITECTURES.read_text(encoding="utf-8")
    path.write_text(f"{shipped}\n{example}", encoding="utf-8")
    assert list(config.load(path).architectures)[-1] == "mlp-128"


def test_lost_markers_are_named():
    with pytest.raises(PocketDigitsError, match="restore the markers"):
        with_results("# no markers", load_results())


def test_figures_of_the_smoke_recipe_are_not_taken_over(tmp_path):
    report = load_results().model_copy(update={"recipe": "smoke"})
    file = tmp_path / "report.json"
    file.write_text(report.model_dump_json())
    with pytest.raises(PocketDigitsError, match="made by recipe smoke"):
        take_over(file, tmp_path / "results.json", tmp_path / "README.md")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_is_taken_over_into_both_files(tmp_path):
    report = load_results()
    changed = report.rows[0].model_copy(update={"accuracy": 0.5})
    report = report.model_copy(update={"rows": (changed, *report.rows[1:])})
    file, results, readme = (
        tmp_path / name for name in ("report.json", "results.json", "README.md")
    )
    file.write_text(report.model_dump_json())
    readme.write_text(TEXT, encoding="utf-8")
    take_over(file, results, readme)
    assert "50.00%" in readme.read_text(encoding="utf-8")
    assert load_results(results) == report
