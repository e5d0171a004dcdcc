"""The built place's screen as a picture, drawn from its real instance tree without Roblox."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, cast

from PIL import Image, ImageDraw, ImageFont

from benchmarks.lune import run

TOP_INSET = 58  # pixels of Roblox's own top bar, which nothing of ours may lie under
EM = 0.85  # of Roblox's text size, which is the height of a line
OVERSAMPLING = 3  # drawn this much larger, then scaled down: smooth corners and text

Point = tuple[float, float]
Color = tuple[float, float, float, float]  # red, green, blue, opacity, 0…1


class Shape(TypedDict, total=False):
    """One visible GuiObject; its fields are described in benchmarks/luau/headless_shapes.luau."""

    name: str
    x: float
    y: float
    width: float
    height: float
    fill: Color | None
    corner: float
    text: str
    textFill: Color | None
    textSize: float | None
    bold: bool
    align: str


def draw_preview(
    place: Path,
    lune: Path,
    strokes: Sequence[Sequence[Point]],
    size: tuple[int, int] = (1280, 720),
) -> Image.Image:
    """Draw `strokes` on the canvas of the built `place` and return the screen that it then shows.

    Points are canvas units, 0…1 from the top left; `size` is the screen's in pixels. Raises
    PocketDigitsError when Lune cannot play the place.
    """
    return paint(visible_shapes(place, lune, strokes, size), size)


def visible_shapes(
    place: Path, lune: Path, strokes: Sequence[Sequence[Point]], size: tuple[int, int]
) -> list[Shape]:
    """Everything that the screen shows after drawing `strokes`, from back to front."""
    viewport = {"width": size[0], "height": size[1], "topInset": TOP_INSET}
    with tempfile.TemporaryDirectory() as folder:
        request = Path(folder) / "request.json"
        request.write_text(json.dumps({"viewport": viewport, "strokes": strokes}))
        output = run(lune, "preview", place.resolve(), request)
    return cast(list[Shape], json.loads(output))


def paint(shapes: Sequence[Shape], size: tuple[int, int]) -> Image.Image:
    """Draw shapes, from back to front, on a screen of `size` pixels."""
    large = (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING)
    image = Image.new("RGB", large, "black")
    for shape in shapes:
        layer = ImageDraw.Draw(image, "RGBA")
        left, top, right, bottom = _pixels(shape)
        if (fill := shape.get("fill")) and left < right and top < bottom:
            corner = _scaled(shape["corner"])
            layer.rounded_rectangle((left, top, right, bottom), corner, _color(fill))
        if shape["text"] and (fill := shape.get("textFill")):
            _write(layer, shape, _color(fill))
    return image.reduce(OVERSAMPLING)


def _write(layer: ImageDraw.ImageDraw, shape: Shape, color: tuple[int, ...]) -> None:
    left, top, right, bottom = _pixels(shape)
    text = shape["text"]
    size = EM * _scaled(shape.get("textSize") or shape["height"])
    if shape.get("textSize") is None:
        size *= min(1, (right - left) / ImageFont.load_default(size).getlength(text))
    font = ImageFont.load_default(size)
    x, anchor = {"Left": (left, "lm"), "Right": (right, "rm")}.get(
        shape["align"], ((left + right) / 2, "mm")
    )
    weight = size / 40 if shape["bold"] else 0
    layer.text((x, (top + bottom) / 2), text, color, font, anchor, stroke_width=weight)


def _pixels(shape: Shape) -> tuple[float, float, float, float]:
    # Roblox's edges lie on whole pixels.
    left, top = round(shape["x"]), round(shape["y"])
    right, bottom = round(shape["x"] + shape["width"]), round(shape["y"] + shape["height"])
    return _scaled(left), _scaled(top), _scaled(right) - 1, _scaled(bottom) - 1


def _scaled(pixels: float) -> float:
    return pixels * OVERSAMPLING


def _color(channels: Color) -> tuple[int, ...]:
    return tuple(round(255 * channel) for channel in channels)
