"""`report.html`: what it holds, that it needs nothing else, and that bytes repeat."""

import re
import subprocess
import sys
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest
from full_reports import full_build, full_report, past
from measurements import ladder, measurement, report

from benchmarks.measure.devices import DEVICES
from benchmarks.report import html as page
from benchmarks.verdict.gate import Violation
from benchmarks.verdict.report import load, write
from pipeline.fingerprint import REPOSITORY

NIGHT = datetime(2026, 1, 1, 3, 17, tzinfo=timezone.utc)
VOID = {"meta", "img", "br", "path", "use", "link"}
RENDER = """
import sys
from pathlib import Path
from benchmarks.report import html as page
from benchmarks.verdict import report
build = Path(sys.argv[1])
page.write(report.load(build / "report.json"), build)
"""


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text of headings; checks that tags nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    build = full_build(tmp_path_factory.mktemp("build"))
    return page.render(full_report(), build, past(full_report()))


def test_it_needs_no_other_file_and_no_network(shown):
    read = Reader(shown)
    sources = [each[key] for _, each in read.tags for key in ("src", "srcset") if key in each]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert read.all("link") == []
    assert [each for each in read.all("script") if "src" in each] == []
    assert "default-src 'none'" in shown
    assert re.findall(r"url\((?!#)|@import", shown) == []


def test_every_picture_has_words_and_every_table_a_caption(shown):
    read = Reader(shown)
    assert all(each["alt"] for each in read.all("img"))
    pictures = [each for each in read.all("div") if each.get("role") == "img"]
    assert len(pictures) == len(read.all("svg")) == 6
    assert all(each["aria-label"] for each in pictures)
    assert len(read.all("caption")) == len(read.all("table"))
    assert all(each.get("scope") in ("row", "col") for each in read.all("th"))


def test_headings_go_down_one_level_at_a_time_and_ids_are_there_once(shown):
    read = Reader(shown)
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, *[2] * (len(levels) - 1)]
    ids = [each["id"] for _, each in read.tags if "id" in each]
    assert len(ids) == len(set(ids))
    targets = [each["href"][1:] for each in read.all("a") if each["href"].startswith("#")]
    assert targets
    assert set(targets) <= set(ids)


def test_its_colours_are_those_of_the_theme(shown):
    for picture in re.findall(r"<svg.*?</svg>", shown, re.DOTALL):
        assert re.findall(r"#[0-9a-f]{6}\b", picture) == []
        assert "var(--" in picture
    assert "prefers-color-scheme: dark" in shown
    named = set(re.findall(r"var\(--([a-z0-9-]+)", shown))
    themes = re.findall(r":root \{(.*?)\}", shown, re.DOTALL)
    assert len(themes) == 2
    for theme in themes:
        assert named - {"heat"} <= set(re.findall(r"--([a-z0-9-]+):", theme))


def test_another_process_renders_the_same_bytes(tmp_path):
    build = full_build(tmp_path)
    write(full_report(), build)
    first = page.write(full_report(), build).read_bytes()
    subprocess.run([sys.executable, "-c", RENDER, str(build)], cwd=REPOSITORY, check=True)
    assert (build / page.PAGE_FILE).read_bytes() == first


def test_no_figure_of_the_report_is_taken_for_markup(tmp_path):
    bad = Violation(metric="cost_ratio", found=2, limit="<b>1</b>", reason="<script>alert()")
    text = page.render(report(measurement(), violations=(bad,)), tmp_path)
    assert "<script>alert" not in text
    assert "&lt;b&gt;1&lt;/b&gt;" in text


def test_a_refused_network_is_named_first_with_what_it_broke(tmp_path):
    bad = Violation(metric="cost_ratio", found=2, limit="at most 1", reason="it is slow")
    text = page.render(report(measurement(), violations=(bad,)), tmp_path)
    assert "✗ Refused: net" in text
    assert "cost_ratio is 2, the limit is at most 1 (it is slow)" in text
    assert text.index("What was refused") < text.index("Figures</h2>")


def test_what_is_not_there_is_told_with_its_reason(tmp_path):
    text = page.render(report(measurement()), tmp_path)
    told = text[text.index('id="missing"') :]
    for reason in ("no strokes", "no history was given", "nox -s preview"):
        assert reason in told
    assert 'id="sizes"' not in text
    assert 'href="#sizes"' not in text


def test_when_nothing_is_missing_it_says_so(shown):
    assert "Nothing: every figure was measured and judged." in shown


def test_releases_are_marked_in_the_history(shown):
    assert "dotted: v1.2.0" in shown
    assert "Instructions: of one pass over 4 runs" in shown


def test_a_history_of_other_recipes_shows_nothing(tmp_path):
    other = past(report(measurement(recipe="smoke")))
    assert 'id="history"' not in page.render(report(measurement()), tmp_path, other)


def test_milliseconds_follow_from_counted_instructions_and_the_assumption_is_told(tmp_path):
    phone = DEVICES[0]
    assert phone.milliseconds(2.5e9) == pytest.approx(1000)
    counted = measurement(instructions_per_inference=phone.per_second * 0.0034)
    text = page.render(report(counted), tmp_path)
    assert ">3.4 ms</td>" in text
    assert "Estimated, not measured" in text


def test_without_counts_nothing_is_estimated(tmp_path):
    timed = measurement(
        cost_method="wall-clock",
        instructions_per_inference=None,
        baseline_instructions=None,
        not_measured={"instructions_per_inference": "valgrind is not on PATH"},
    )
    text = page.render(report(timed), tmp_path)
    assert "Estimated" not in text
    assert "phone ≈" not in text
    assert "valgrind is not on PATH" in text


def test_rivals_who_read_other_images_are_not_shown(tmp_path):
    text = page.render(report(measurement(dataset="synthetic")), tmp_path)
    assert "TinyMNIST" not in text
    assert "BitNetMCU" not in text


def test_a_page_of_all_networks_takes_at_most_3_megabytes(tmp_path):
    # The sheets of mistakes take 0.7 MB of what is left.
    assert len(page.render(ladder(), tmp_path, past(ladder())).encode()) < 1_500_000


def test_the_shipped_results_can_be_rendered(tmp_path):
    results = load(Path(REPOSITORY) / "benchmarks" / "results.json")
    assert f"{results.best_first[0].architecture} reads" in page.render(results, tmp_path)
