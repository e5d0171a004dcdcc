"""What all pictures share: size, style and colours, the axis of accuracies, and SVG for the page.

A page has a light and a dark theme, so every colour that a figure may be drawn in has the name of
a CSS variable, which the page's style sets for both.
"""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

INCHES = (5.2, 4.3)
ACCURACIES = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.997, 0.998, 0.999)
OURS, INK, QUIET, GRID, PAPER = "#0072b2", "#333333", "#767676", "#ececec", "#ffffff"
BITNET, TINY = "#c04f00", "#666666"
# One for each network of a line picture, told apart by the colour-blind (Okabe and Ito) as well.
SERIES = ("#0072b3", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a5fb5", "#8a6d3b")
VARIABLES = {
    OURS: "ours",
    INK: "ink",
    QUIET: "quiet",
    GRID: "grid",
    PAPER: "paper",
    BITNET: "bitnet",
    TINY: "tinymnist",
    **{color: f"series-{index}" for index, color in enumerate(SERIES)},
}
STYLE = {
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlepad": 26,
    "grid.color": GRID,
    "xtick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.color": QUIET,
    "ytick.labelcolor": INK,
}
SALT = "pocket-digits"  # of ids, which matplotlib draws at random without
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@contextmanager
def drawing(title: str, across: str, dpi: int) -> Iterator[tuple[Figure, Axes]]:
    """Give a new figure and its axes, to be drawn and saved in our style."""
    with style.context(["default", STYLE], after_reset=True):
        figure = Figure(INCHES, dpi, layout="constrained")
        FigureCanvasAgg(figure)
        yield figure, figure.add_subplot(title=title, xlabel=across)


def scale_errors(axes: Axes, errors: Sequence[float]) -> None:
    """Scale the upright axis to shares of errors, logarithmic, the fewer, the higher.

    Halving them is one step up, wherever it is done; ticks tell accuracies.
    """
    bottom, top = max(errors) * 1.4, min(errors) / 1.25
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    ticks = {1 - each: f"{each * 100:g}%" for each in ACCURACIES if top <= 1 - each <= bottom}
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.yaxis.set_minor_locator(NullLocator())


def svg(figure: Figure, name: str) -> str:
    """Return a figure as an `<svg>` whose ids begin with `name`; it is as wide as its place."""
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", transparent=True, metadata=NO_METADATA)
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r' (width|height)="[\d.]+pt"', "", text, count=2)
    text = re.sub(r'( id="|"#|url\(#)', rf"\1{name}-", text)
    for color, variable in VARIABLES.items():
        text = text.replace(color, f"var(--{variable})")
    return text.replace("<svg ", '<svg aria-hidden="true" ', 1).strip()
