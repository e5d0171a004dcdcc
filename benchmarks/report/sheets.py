"""The images inside `report.html`: sheets of mistakes, and the place's screen."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.drawings.predict import FOLDER, MISTAKES_FILE
from benchmarks.verdict.report import Report

PREVIEWS = "preview-*.png"


@dataclass(frozen=True)
class Embedded:
    """An image inside the page."""

    name: str
    summary: str
    source: str
    alt: str
    width: int
    height: int


def mistakes(report: Report, build: Path) -> list[Embedded]:
    """Return the sheets of mistakes that stand beside the measured places, the best's first."""
    found = []
    for row in report.best_first:
        file = build / row.architecture / f"seed-{row.seeds[0]}" / FOLDER / MISTAKES_FILE
        if row.drawn is not None and file.is_file():
            alt = (
                f"Drawings that {row.architecture} reads wrong with the most confidence, each with"
                " the digit drawn, the digit read and how sure it was"
            )
            summary = f"{row.drawn.mistakes:,} of {row.drawn.digits:,} drawings are read wrong"
            found.append(_embedded(file, row.architecture, summary, alt))
    return found


def previews(build: Path) -> list[Embedded]:
    """Return the pictures of the place's screen that `nox -s preview` has drawn."""
    found = []
    for file in sorted(build.glob(PREVIEWS)):
        name = file.stem.partition("-")[2]
        alt = f"The place’s screen, {name}: a digit on the canvas, the answer and probabilities"
        found.append(_embedded(file, name, "", alt))
    return found


def _embedded(file: Path, name: str, summary: str, alt: str) -> Embedded:
    data = file.read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
    source = "data:image/png;base64," + base64.b64encode(data).decode("ascii")
    return Embedded(name, summary, source, alt, width, height)
