"""Figures as SVG to stand in a page: no ids twice, no dates, colours that are the page's own.

A page has a light and a dark theme, so every colour that a figure may be drawn in has the name of
a CSS variable, which the page's style sets for both.
"""

from __future__ import annotations

import io
import re

import matplotlib as mpl
from matplotlib.figure import Figure

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
SALT = "pocket-digits"  # of ids, which matplotlib draws at random without
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


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
