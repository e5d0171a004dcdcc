"""A contact sheet of a network's surest mistakes, as it saw them, as a PNG of repeatable bytes."""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.drawings.metrics import DrawingPredictions
from benchmarks.drawings.unipen import Drawing
from pipeline.raster import render

ROWS, COLUMNS = 5, 8
TILE = 1.2  # inches
DPI = 110
INK, QUIET = "#333333", "#767676"
STYLE = {"font.size": 9, "axes.titlesize": 9}
ONE_PAINTER = threading.Lock()  # matplotlib's style is one for all threads


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
    count = len(drawn.usual.drawing)
    with ONE_PAINTER, style.context(["default", STYLE], after_reset=True):
        figure = Figure((COLUMNS * TILE, ROWS * TILE * 1.3), DPI, layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(
            f"{model}: the surest of {len(found):,} mistakes in {count:,} digits that people drew",
            color=INK,
            fontweight="bold",
        )
        axes = figure.subplots(ROWS, COLUMNS).ravel()
        for axis in axes:
            axis.set_axis_off()
        for axis, mistake in zip(axes, found, strict=False):  # what fits on the sheet
            image = render(drawings[mistake.drawing].strokes)
            axis.imshow(image, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
            axis.set_title(f"drawn {mistake.digit}, read {mistake.predicted}", color=INK, pad=3)
            axis.text(
                0.5,
                -0.04,
                f"{mistake.confidence:.1%} sure",
                color=QUIET,
                ha="center",
                va="top",
                transform=axis.transAxes,
            )
        file = io.BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
