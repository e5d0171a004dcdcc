"""The sheet of synthetic digits shows each a hundred times, then the rare styles."""

import numpy as np
import pytest
from typed import WIDE
from typer.testing import CliRunner

from pipeline import samples
from pipeline.__main__ import app
from pipeline.datasets.rare_styles import STYLES
from pipeline.datasets.synthetic import generate


def test_the_sheet_holds_a_hundred_of_each_digit():
    images, labels = generate(1000, seed=3)
    pixels = 255 - np.asarray(samples.sheet(3))
    side = 10 * 28 + 2 * samples.GAP
    assert pixels.shape == (3 * side, 5 * side)
    for digit in range(10):
        top, left = digit // 5 * side + samples.GAP, digit % 5 * side + samples.GAP
        first, last = images[labels == digit][[0, -1]]
        np.testing.assert_array_equal(pixels[top : top + 28, left : left + 28], first)
        bottom, right = top + 10 * 28, left + 10 * 28
        np.testing.assert_array_equal(pixels[bottom - 28 : bottom, right - 28 : right], last)


def test_a_hundred_of_each_digit_with_rare_styles_follow():
    pixels = 255 - np.asarray(samples.sheet(3))
    side = 10 * 28 + 2 * samples.GAP
    top = 2 * side + samples.GAP
    with_rare_styles = sorted({style.digit for style in STYLES})
    for place, digit in enumerate(with_rare_styles):
        left = place * side + samples.GAP
        block = pixels[top : top + 280, left : left + 280].reshape(10, 28, 10, 28)
        assert block.any(axis=(1, 3)).all(), f"a {digit} is missing"
    assert not pixels[2 * side :, len(with_rare_styles) * side :].any()


def test_they_are_written_as_png_to_any_name_that_ends_so(tmp_path):
    result = CliRunner().invoke(app, ["samples", "--output", str(tmp_path / "new" / "x.png")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "suffix"), [(("samples",), ".png"), (("place", "--config", "nowhere"), ".rbxl")]
)
def test_an_output_of_another_kind_is_refused_before_any_work(tmp_path, words, suffix):
    result = CliRunner().invoke(app, [*words, "--output", str(tmp_path / "x.txt")], env=WIDE)
    assert result.exit_code == 2
    assert f"expected a name that ends in {suffix}" in result.output
    assert not any(tmp_path.iterdir())


def test_an_output_that_cannot_be_written_is_named_without_a_traceback(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    for output in (tmp_path / "file" / "x.png", tmp_path / "folder.png"):
        result = CliRunner().invoke(app, ["samples", "--output", str(output)])
        assert result.exit_code == 1
        assert "name another place with --build, --dist or --output" in result.output
