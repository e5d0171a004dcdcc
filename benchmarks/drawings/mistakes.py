"""A contact sheet of a network's surest mistakes, as it saw them, as a PNG of repeatable bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.drawings.metrics import DrawingPredictions
from benchmarks.drawings.unipen import Drawing
from pipeline.raster import render

ROWS, COLUMNS = 5, 8
WIDTH, HEIGHT = 132, 162  # pixels of a mistake with its captions
SIDE = 112  # pixels of its image
TOP = 48  # pixels of the title
INK, QUIET = "#333333", "#767676"


@dataclass(frozen=True)
class Mistake:
    """One drawing that is read wrong; `drawing` is its index in the list of drawings."""

    drawing: int
    digit: int
    predicted: int
    confidence: float


def surest(drawn: DrawingPredictions) -> list[Mistake]:
    """Return every mistake at the usual size, the surest first."""
    usual = drawn.usual
    columns = (usual.drawing, usual.digit, usual.labels, usual.confidence)
    wrong = np.flatnonzero(~usual.correct)
    return [
        Mistake(*(each[row].item() for each in columns))
        for row in wrong[np.argsort(-usual.confidence[wrong], kind="stable")]
    ]


def png(model: str, drawn: DrawingPredictions, drawings: Sequence[Drawing]) -> bytes:
    """Draw the surest mistakes of one network in a list of drawings."""
    found = surest(drawn)
    sheet = Image.new("RGB", (COLUMNS * WIDTH, TOP + ROWS * HEIGHT), "white")
    pen, small = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    count = len(drawn.usual.drawing)
    title = f"{model}: the surest of {len(found):,} mistakes in {count:,} digits that people drew"
    middle = (sheet.width / 2, TOP / 2)
    pen.text(middle, title, INK, ImageFont.load_default(18), "mm", stroke_width=0.3)
    for place, mistake in enumerate(found[: ROWS * COLUMNS]):
        row, column = divmod(place, COLUMNS)
        x, y = column * WIDTH + WIDTH // 2, TOP + row * HEIGHT
        image = Image.fromarray(np.uint8(255 * (1 - render(drawings[mistake.drawing].strokes))))
        sheet.paste(image.resize((SIDE, SIDE), Image.Resampling.NEAREST), (x - SIDE // 2, y + 20))
        pen.text((x, y + 8), f"drawn {mistake.digit}, read {mistake.predicted}", INK, small, "mm")
        pen.text((x, y + SIDE + 28), f"{mistake.confidence:.1%} sure", QUIET, small, "mm")
    file = io.BytesIO()
    sheet.save(file, "png")
    return file.getvalue()
