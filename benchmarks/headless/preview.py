"""The built place's screen as a picture, drawn from its real instance tree without Roblox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PIL import Image

from benchmarks.headless.paint import Shape, paint
from benchmarks.lune import run
from pipeline.datasets.glyphs import STYLES
from pipeline.datasets.splines import parse_strokes

TOP_INSET = 58  # pixels of Roblox's own top bar, which nothing of ours may lie under

Point = tuple[float, float]
Size = tuple[int, int]


@dataclass(frozen=True)
class Screen:
    """A device's screen in pixels; a notch takes `side_inset` of it at the left and right."""

    size: Size
    side_inset: int = 0


SCREENS = {
    "desktop": Screen((1280, 720)),
    "tablet": Screen((1024, 768)),
    "tablet-portrait": Screen((820, 1180)),
    "phone": Screen((390, 844)),
    "phone-landscape": Screen((844, 390), side_inset=47),
}


@dataclass(frozen=True)
class View:
    """What is done before the picture is taken: buttons clicked before and after drawing."""

    clicks: Sequence[str] = ()
    after: Sequence[str] = ()


VIEWS = {
    "read": View(),
    "wide": View(clicks=["Wide"]),
    "inside": View(after=["Inside"]),
    "teach": View(clicks=["Teach", "scratch"], after=["Digit7", "Digit3", "Digit3", "Digit3"]),
    "models": View(after=["Models"]),
}


def written(number: str) -> list[list[Point]]:
    """The most usual way of writing a number, as strokes for the canvas: one digit fills it."""
    size = 1.0 if len(number) == 1 else 0.72
    strokes = []
    for place, digit in enumerate(number):
        style, _ = max(STYLES[int(digit)], key=lambda entry: entry[1])
        left = 0.27 if len(number) == 1 else 0.12 + 0.47 * place
        top = 0.5 - 0.36 * size
        for stroke in parse_strokes(style):
            points = stroke.curve @ stroke.controls
            strokes.append(
                [(left + x * 0.0046 * size, top + y * 0.0072 * size) for x, y in points.tolist()]
            )
    return strokes


def draw_preview(
    place: Path,
    lune: Path,
    strokes: Sequence[Sequence[Point]],
    screen: Screen = SCREENS["desktop"],
    view: View = VIEWS["read"],
) -> Image.Image:
    """Draw `strokes` on the canvas of the built `place` and return the screen that it then shows.

    Points are in units of the canvas' height, from its top left. Raises PocketDigitsError when
    Lune cannot play the place.
    """
    return paint(visible_shapes(place, lune, strokes, screen, view, fine=True), screen.size)


def visible_shapes(
    place: Path,
    lune: Path,
    strokes: Sequence[Sequence[Point]],
    screen: Screen,
    view: View = VIEWS["read"],
    *,
    fine: bool = False,
) -> list[Shape]:
    """What the screen shows after drawing `strokes`, from back to front.

    Ink and the cells of images, of which there are thousands, are among it only if `fine`.
    """
    width, height = screen.size
    request = {
        "viewport": {
            "width": width,
            "height": height,
            "topInset": TOP_INSET,
            "sideInset": screen.side_inset,
        },
        "strokes": strokes,
        "clicks": view.clicks,
        "after": view.after,
        "fine": fine,
    }
    output = run(lune, "../headless/preview", place.resolve(), json.dumps(request).encode())
    return cast(list[Shape], json.loads(output))
