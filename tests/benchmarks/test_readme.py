"""README tells what was measured, and names only commands that exist."""

import re

import pytest
from measurements import drawn, measurement, report
from pictures import read_fingerprint
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.report import readme as figures
from benchmarks.report.pictures import pareto
from benchmarks.report.readme import (
    DOCS,
    README,
    RECIPES,
    RESULTS,
    take_over,
    with_block,
)
from benchmarks.studies.ablation import run as ablation
from benchmarks.studies.ablation import table
from benchmarks.studies.ablation.table import SHOWN as ABLATION
from benchmarks.studies.ablation.table import take_over as take_over_ablation
from benchmarks.studies.ablation.variations import variations
from benchmarks.verdict.report import load
from pipeline import config
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

TEXT = README.read_text(encoding="utf-8")


def with_results(text, report):
    return with_block(text, "results", figures.markdown(report))


def with_ablation(text, found):
    return with_block(text, "ablation", table.markdown(found))


def test_its_results_are_those_of_the_measurement_file():
    assert with_results(TEXT, load(RESULTS)) == TEXT


def test_its_ablation_is_that_of_the_measurement_file():
    assert with_ablation(TEXT, ablation.load(ABLATION)) == TEXT


def test_its_ablation_is_of_a_shipped_network_as_it_is_now():
    found = ablation.load(ABLATION)
    now = variations(config.load().architectures[found.architecture])
    assert [row.variation for row in found.rows] == [each.what for each in now]
    assert found.recipe in RECIPES
    assert found.validation_images == 5000
    assert all(len(row.seeds) >= 3 for row in found.rows)


def test_its_results_are_of_networks_that_there_are_in_their_order_and_all_were_approved():
    rows = load(RESULTS).rows
    measured = [row.architecture for row in rows]
    assert measured == [name for name in config.load().architectures if name in measured]
    assert all(row.verdict.approved for row in rows)


def test_its_results_are_of_a_full_run_on_mnist():
    results = load(RESULTS)
    assert results.dataset == "mnist"
    assert results.recipe in RECIPES
    assert all(row.test_images == 10_000 for row in results.rows)


def test_its_pictures_show_those_results():
    for name, picture in pareto.pictures(load(RESULTS)).items():
        assert f'src="docs/{name}"' in TEXT
        assert read_fingerprint(DOCS / name) == picture.fingerprint


def test_every_session_it_names_exists():
    sessions = set(
        re.findall(r"^def ([a-z]+)\(session", (REPOSITORY / "noxfile.py").read_text(), re.M)
    )
    named = set(re.findall(r"nox -s ([a-z]+)", TEXT))
    assert named
    assert named <= sessions


def test_every_file_it_links_exists():
    found = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", TEXT)
    links = [link or source for link, source in found if "://" not in link]
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_the_network_it_shows_how_to_add_is_valid(tmp_path):
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[1]
    path = tmp_path / "architectures.yaml"
    shipped = config.ARCHITECTURES.read_text(encoding="utf-8")
    # Another name, for whoever has just added it as it stands there.
    shown = example.replace("my-network:", "my-network-of-readme:")
    path.write_text(f"{shipped}\n{shown}", encoding="utf-8")
    assert list(config.load(path).architectures)[-1] == "my-network-of-readme"


def test_lost_markers_are_named():
    with pytest.raises(PocketDigitsError, match="restore the markers"):
        with_results("# no markers", load(RESULTS))
    with pytest.raises(PocketDigitsError, match="restore the markers"):
        with_ablation("# no markers", ablation.load(ABLATION))


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ({"recipe": "smoke"}, "made by recipe smoke"),
        ({"recipe": "standard-3-epochs"}, "made by recipe standard-3-epochs"),
        ({"dataset": "synthetic"}, "from synthetic"),
        ({"cost_method": "wall-clock"}, "with costs by wall-clock"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_figures_of_a_lesser_run_are_not_taken_over(tmp_path, figure, told):
    file = tmp_path / "report.json"
    file.write_text(report(measurement(**figure)).model_dump_json())
    with pytest.raises(PocketDigitsError, match=told):
        take_over(file, tmp_path / "results.json", tmp_path / "README.md", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_report_is_taken_over_into_figures_and_pictures(tmp_path, recipe):
    taken = report(
        measurement(recipe=recipe, seeds=(1, 2), seed_accuracies=(0.6, 0.5), cost_ratio=0.25)
    )
    file, results, readme = (
        tmp_path / name for name in ("report.json", "results.json", "README.md")
    )
    file.write_text(taken.model_dump_json())
    readme.write_text(TEXT, encoding="utf-8")
    take_over(file, results, readme, tmp_path)
    shares, sizes = "60.00% | 55.00% | 50.00%", "20,000 | 12.5 kB | 1,000 B | 21.0 kB"
    line = f"| `net` | {shares} | {sizes} | 1/4.0 | 1/100 |"
    assert line in readme.read_text(encoding="utf-8").splitlines()
    assert load(results) == taken
    for name, picture in pareto.pictures(taken).items():
        assert read_fingerprint(tmp_path / name) == picture.fingerprint


def test_what_people_drew_has_a_column_where_it_was_measured():
    text = with_results(TEXT, report(measurement(drawn=drawn(accuracy=0.9712))))
    assert "| test images | drawings | parameters |" in text
    assert "| 98.00% | 97.12% | 20,000 |" in text
    assert "*drawings*: 7,494 digits of 2 writers" in text
    without = with_results(TEXT, report(measurement()))
    assert "| test images | parameters |" in without
    assert "*drawings*: 7,494" not in without


def test_its_table_says_which_networks_it_is_of():
    text = with_results(TEXT, report(measurement(recipe="record")))
    assert "The networks of commit 012345678, trained on mnist by recipe record;" in text


def test_a_network_of_one_seed_has_no_mean(tmp_path):
    assert "| mean |" not in with_results(TEXT, report(measurement()))


def test_networks_of_several_passes_are_named_with_them():
    rows = (measurement(architecture="dense"), measurement(architecture="net", passes=1.125))
    text = with_results(TEXT, report(*rows))
    assert "forward passes per test image: net 1.12." in text
    assert re.search(r"^\| `dense` .* \| 1/10\.0 \| 1/100 \|$", text, re.MULTILINE)
    assert re.search(r"^\| `net` .* \| 1/8\.9 \| 1/89 \|$", text, re.MULTILINE)
    assert "forward passes" not in with_results(TEXT, report(rows[0]))


@pytest.mark.parametrize("change", [{"recipe": "smoke"}, {"dataset": "synthetic"}])
def test_a_lesser_ablation_is_not_taken_over(tmp_path, change):
    lesser = ablation.load(ABLATION).model_copy(update=change)
    file = ablation.write(lesser, tmp_path)
    with pytest.raises(PocketDigitsError, match="with MNIST first"):
        take_over_ablation(file, tmp_path / "taken.json", tmp_path / "README.md")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_an_ablation_is_taken_over(tmp_path):
    (first, *_) = ablation.load(ABLATION).rows
    found = ablation.load(ABLATION).model_copy(update={"rows": (first,)})
    readme, taken = tmp_path / "README.md", tmp_path / "taken.json"
    readme.write_text(TEXT, encoding="utf-8")
    take_over_ablation(ablation.write(found, tmp_path), taken, readme)
    assert readme.read_text(encoding="utf-8") == with_ablation(TEXT, found)
    assert ablation.load(taken) == found


def test_where_nothing_was_measured_the_command_to_run_is_named(tmp_path):
    result = CliRunner().invoke(app, ["readme", "--build", str(tmp_path)])
    assert result.exit_code == 1
    assert "`nox -s benchmark` write build/report.json" in " ".join(result.output.split())
