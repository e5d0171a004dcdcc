"""`report.html` in a real browser: on a phone, in the dark, sorted, and with no script at all."""

import os
import shutil

import pytest
from full_reports import full_build, full_report, past
from measurements import ladder, measurement, report

from benchmarks.report import html as page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
VARIABLE = "POCKET_DIGITS_BROWSER"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser():
    found = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"needs a Chromium on PATH, or its path in {VARIABLE}")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found)
        yield running
        running.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    build = full_build(tmp_path_factory.mktemp("build"))
    return page.write(full_report(), build, past(full_report()))


@pytest.fixture(scope="module")
def ladder_file(tmp_path_factory):
    return page.write(ladder(), tmp_path_factory.mktemp("ladder"))


@pytest.fixture
def show(browser):
    """Open a file offline, and return the page; at the end nothing may have gone wrong."""
    contexts, wrong = [], []

    def open_page(file, viewport=PHONE, **options):
        context = browser.new_context(viewport=viewport, offline=True, **options)
        contexts.append(context)
        shown = context.new_page()
        shown.on("console", lambda message: wrong.append(message.text))
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        url = file.as_uri()
        shown.on(
            "request",
            lambda request: (
                None if request.url.startswith(("data:", url)) else wrong.append(request.url)
            ),
        )
        shown.goto(url)
        return shown

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_is_as_wide_as_the_screen_and_wide_tables_scroll(show, file, viewport):
    shown = show(file, viewport)
    assert shown.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    regions = shown.locator(".scroll")
    assert regions.count()
    assert all(region.get_attribute("tabindex") == "0" for region in regions.all())


def test_every_image_is_there(show, file):
    shown = show(file)
    broken = "[...document.images].filter((image) => image.naturalWidth === 0).length"
    assert shown.evaluate("document.images.length") == 4
    assert shown.evaluate(broken) == 0


def names(shown, table=0):
    return shown.locator("table").nth(table).locator("tbody th").all_inner_texts()


def test_a_heading_sorts_its_table_and_turns_it_round(show, ladder_file):
    shown = show(ladder_file)
    heading = shown.locator("table").first.locator("thead th").nth(1)
    before = names(shown)
    heading.get_by_role("button").click()
    assert names(shown)[0] == "best"
    assert heading.get_attribute("aria-sort") == "descending"
    heading.get_by_role("button").press("Enter")
    assert names(shown)[0] == "perceptron"
    assert heading.get_attribute("aria-sort") == "ascending"
    assert sorted(names(shown)) == sorted(before)


def test_figures_are_sorted_by_size_and_names_by_letter(show, ladder_file):
    shown = show(ladder_file)
    headings = shown.locator("table").nth(1).locator("thead th")
    headings.filter(has_text="parameters").get_by_role("button").click()
    assert names(shown, 1)[:2] == ["mlp-256", "mlp-64"]
    headings.first.get_by_role("button").click()
    assert names(shown, 1) == sorted(names(shown, 1))


def test_without_scripts_everything_is_readable(show, file):
    shown = show(file, java_script_enabled=False)
    assert names(shown) == ["net", "other"]
    assert shown.locator("th button").count() == 0
    assert shown.get_by_role("heading", name="How it was measured").is_visible()


CONTRAST = """() => {
  const number = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255).map(
    (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const fill = getComputedStyle(each).backgroundColor;
      if (!fill.startsWith("color(") && number(fill)[3] !== 0) return number(fill);
    }
  };
  const faint = [];
  for (const element of document.querySelectorAll("h1,h2,p,a,th,td,small,dd,figcaption,summary")) {
    const [a, b] = [light(number(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push([element.tagName, element.textContent.trim(), ratio]);
  }
  return faint;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast_enough_in_both_themes(show, file, scheme):
    shown = show(file, color_scheme=scheme)
    assert shown.evaluate(CONTRAST) == []
    ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(244, 246, 248)") == (scheme == "light")


def test_lines_of_pictures_change_with_the_theme(show, file):
    stroke = "getComputedStyle(document.querySelector('svg path[style*=\"--ours\"]')).stroke"
    light, dark = (show(file, color_scheme=each).evaluate(stroke) for each in ("light", "dark"))
    assert light != dark


def test_a_screen_reader_meets_headings_tables_and_pictures_by_name(show, file):
    shown = show(file)
    assert shown.get_by_role("heading", level=1).inner_text().startswith("net reads 98.00%")
    assert shown.get_by_role("table", name="What they cost").is_visible()
    picture = shown.get_by_role("img", name="Accuracy for bytes of weights. On the line")
    assert picture.count() == 1
    assert shown.get_by_role("region", name="What they cost").count() == 1


def test_refusals_are_seen_at_once(show, tmp_path):
    verdict = report(measurement()).rows[0].verdict
    bad = {"rule": "limit", "metric": "cost_ratio", "found": 2, "limit": "1", "reason": "slow"}
    refused = verdict.model_validate({"violations": [bad]})
    shown = show(page.write(report(measurement(), violations=refused.violations), tmp_path))
    assert shown.get_by_text("Refused: net").is_visible()
