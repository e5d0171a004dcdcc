"""Shapes of a screen → a picture, as Roblox would draw them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont

EM = 0.85  # of Roblox's text size, which is the height of a line
MOST = 100  # pixels of Roblox's scaled text
OVERSAMPLING = 3  # drawn this much larger, then scaled down: smooth corners and text

Shape = Mapping[str, Any]  # one visible GuiObject, as benchmarks/headless/shapes.luau describes it
Color = Sequence[float]  # red, green, blue, opacity, 0…1
Box = tuple[float, float, float, float]  # left, top, right, bottom


def paint(shapes: Sequence[Shape], size: tuple[int, int]) -> Image.Image:
    """Draw shapes, from back to front, on a screen of `size` pixels."""
    large = (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING)
    image = Image.new("RGB", large, "black")
    for shape in shapes:
        clip = shape.get("clip")
        if clip is None or _is_within(shape, clip):
            _draw(image, shape)
            continue
        clipped = image.copy()
        _draw(clipped, shape)
        left, top, right, bottom = (round(_scaled(edge)) for edge in clip)
        if left < right and top < bottom:
            image.paste(clipped.crop((left, top, right, bottom)), (left, top))
    return image.reduce(OVERSAMPLING)


def _is_within(shape: Shape, clip: Sequence[float]) -> bool:
    left, top, right, bottom = clip
    x, y = shape["x"], shape["y"]
    width, height = shape["width"], shape["height"]
    return bool(left <= x and top <= y and x + width <= right and y + height <= bottom)


def _draw(image: Image.Image, shape: Shape) -> None:
    layer = ImageDraw.Draw(image, "RGBA")
    box = left, top, right, bottom = _pixels(shape)
    if left < right and top < bottom:
        corner = _scaled(shape["corner"])
        if fill := shape.get("fill"):
            if shape.get("rotation"):
                _fill_rotated(image, shape, _color(fill))
            else:
                layer.rounded_rectangle(box, corner, _color(fill))
        if stroke := shape.get("stroke"):
            width = round(_scaled(stroke["thickness"]))
            outer = (left - width, top - width, right + width, bottom + width)
            layer.rounded_rectangle(
                outer, corner + width, outline=_color(stroke["color"]), width=width
            )
    if shape.get("text") and (fill := shape.get("textFill")):
        _write(layer, shape, _color(fill))


def _fill_rotated(image: Image.Image, shape: Shape, color: tuple[int, ...]) -> None:
    """Fill a box turned about its middle, its corners round."""
    left, top, width, height = (_scaled(shape[name]) for name in ("x", "y", "width", "height"))
    upright = Image.new("L", (math.ceil(width), math.ceil(height)))
    box = (0, 0, width - 1, height - 1)
    ImageDraw.Draw(upright).rounded_rectangle(box, _scaled(shape["corner"]), color[3])
    turned = upright.rotate(-shape["rotation"], Image.Resampling.BICUBIC, expand=True)
    corner = (left + (width - turned.width) / 2, top + (height - turned.height) / 2)
    image.paste(color[:3], (round(corner[0]), round(corner[1])), turned)


def _write(layer: ImageDraw.ImageDraw, shape: Shape, color: tuple[int, ...]) -> None:
    left, top, right, bottom = _pixels(shape)
    size = shape.get("textSize")
    if size is None:
        lines, size = _fitted(shape, right - left, bottom - top)
    else:
        size = _scaled(size)
        lines = _wrapped(shape["text"], size, right - left) if shape["wraps"] else [shape["text"]]
    font = ImageFont.load_default(EM * size)
    x, anchor = {"Left": (left, "lm"), "Right": (right, "rm")}.get(
        shape["align"], ((left + right) / 2, "mm")
    )
    weight = size / 46 if shape["bold"] else 0
    first = top + size / 2 if shape["isTop"] else (top + bottom) / 2 - (len(lines) - 1) / 2 * size
    for number, line in enumerate(lines):
        y = first + number * size
        if y + size / 2 <= bottom + 1 or not shape["isTop"]:
            layer.text((x, y), line, color, font, anchor, stroke_width=weight)


def _fitted(shape: Shape, width: float, height: float) -> tuple[list[str], float]:
    """Return the lines of scaled text, and the largest size at which they fit the box."""
    size = min(height, _scaled(MOST))
    if not shape["wraps"]:
        needed = _length(shape["text"], size)
        return [shape["text"]], size * min(1, width / needed) if needed else size
    while size > 1:
        lines = _wrapped(shape["text"], size, width)
        if len(lines) * size <= height and all(_length(line, size) <= width for line in lines):
            break
        size *= 0.95
    return lines, size


def _wrapped(text: str, size: float, width: float) -> list[str]:
    """Break text at spaces, and a word that is too long for a line anywhere."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if _length(longer, size) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and _length(lines[-1] + letter, size) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _length(text: str, size: float) -> float:
    return float(ImageFont.load_default(EM * size).getlength(text))


def _pixels(shape: Shape) -> Box:
    # Roblox's edges lie on whole pixels.
    left, top = round(shape["x"]), round(shape["y"])
    right, bottom = round(shape["x"] + shape["width"]), round(shape["y"] + shape["height"])
    return _scaled(left), _scaled(top), _scaled(right) - 1, _scaled(bottom) - 1


def _scaled(pixels: float) -> float:
    return pixels * OVERSAMPLING


def _color(channels: Color) -> tuple[int, ...]:
    return tuple(round(255 * channel) for channel in channels)
