"""Strokes → 28×28 image, as the network sees it; the twin of the rasteriser in Luau.

A drawing is normalised as MNIST was (its ink fills a 20×20 box, aspect kept, and its centre of
mass lies in the middle of the image) *before* it is rasterised, so the pen is equally wide in
pixels for drawings of any size and position.

`render` draws one drawing with the standard pen. `segment_indices`, `normalize` and `rasterize`
work on batches of drawings that have the same number of points in each stroke.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.arrays import Float64

SIZE = 28  # pixels a side
BOX = 20  # pixels a side of the box that the ink fills
CENTRE = 14.5  # MNIST's centre of mass: the middle of pixel 14, where edges are 0…28
PEN_RADIUS = 1.1  # pixels
SPACING = 0.125  # pixels along a stroke that need only one point

_CHUNK = 1 << 17  # distances computed at once: small enough for the processor's cache


def render(strokes: Sequence[ArrayLike]) -> Float64:
    """Draw strokes with the standard pen.

    `strokes` are (n, 2) points in any unit, y down, rounded to float32 as Luau's vectors are;
    strokes without points leave no ink. Returns a (28, 28) image, 0 paper … 1 ink. Raises
    ValueError for a stroke of another shape or a coordinate that is not finite.
    """
    drawn = [stroke for i, raw in enumerate(strokes) if len(stroke := _checked(raw, i))]
    if not drawn:
        return np.zeros((SIZE, SIZE))
    lengths = [len(stroke) for stroke in drawn]
    radius = np.array([PEN_RADIUS])
    points = normalize(np.concatenate(drawn)[np.newaxis], lengths, radius)[0]
    thinned = [_thin(stroke) for stroke in np.split(points, np.cumsum(lengths)[:-1])]
    ends = segment_indices([len(stroke) for stroke in thinned])
    image: Float64 = rasterize(np.concatenate(thinned)[np.newaxis, ends], radius)[0]
    return image


def segment_indices(lengths: Sequence[int]) -> NDArray[np.intp]:
    """Return the indices (segments, 2) of the end points of all segments of strokes.

    `lengths` holds the points of each stroke; all strokes are concatenated. A stroke of one point
    is a segment from that point to itself.
    """
    pairs = []
    first = 0
    for length in lengths:
        start = np.arange(first, first + max(length - 1, 1))
        pairs.append(np.stack([start, start + (length > 1)], axis=1))
        first += length
    return np.concatenate(pairs)


def normalize(points: Float64, lengths: Sequence[int], radius: Float64) -> Float64:
    """Scale drawings into the 20×20 box and move their centre of mass to the image's centre.

    `points` is (n, p, 2) in any unit, `lengths` the points of each stroke (p in sum), `radius`
    (n,) the pen's radius in pixels. Returns (n, p, 2) in pixels, pixel edges being 0…28.
    """
    low = points.min(axis=1, keepdims=True)
    extent = (points.max(axis=1, keepdims=True) - low).max(axis=2, keepdims=True)
    inner = (BOX - 2 * radius)[:, np.newaxis, np.newaxis]
    scale = np.divide(inner, extent, out=np.zeros_like(extent), where=extent > 0)
    scaled = (points - low) * scale
    moved: Float64 = scaled - _centre_of_mass(scaled, lengths, radius)[:, np.newaxis] + CENTRE
    return moved


def rasterize(segments: Float64, radius: Float64) -> Float64:
    """Ink every pixel by its distance to the nearest segment, with an edge one pixel wide.

    `segments` is (n, s, 2, 2): image, segment, end, (x, y) in pixels, pixel edges being 0…28;
    `radius` is (n,), the pen's radius in pixels. Returns (n, 28, 28), 0 paper … 1 ink.
    """
    count, per_image = segments.shape[:2]
    flat = segments.reshape(-1, 2, 2)
    reach = np.repeat(radius + 0.5, per_image)[:, np.newaxis]
    # Distances are computed in a square window around each segment, large enough for the largest.
    first = np.floor(flat.min(axis=1) - reach - 0.5)
    span = np.ceil(flat.max(axis=1) + reach - 0.5) - first
    width = int(np.clip(span.max(initial=0) + 1, 1, SIZE))
    corner = np.clip(first, 0, SIZE - width).astype(np.intp)
    image = np.repeat(np.arange(count), per_image)
    nearest = np.full(count * SIZE * SIZE, np.inf)
    step = max(1, _CHUNK // width**2)
    for start in range(0, len(flat), step):
        chunk = slice(start, start + step)
        column = corner[chunk, 0, np.newaxis] + np.arange(width)
        row = corner[chunk, 1, np.newaxis] + np.arange(width)
        pixel = ((image[chunk, np.newaxis] * SIZE + row) * SIZE)[:, :, np.newaxis]
        pixel = pixel + column[:, np.newaxis, :]
        distances = _squared_distances(flat[chunk], column + 0.5, row + 0.5)
        np.minimum.at(nearest, pixel.ravel(), distances.ravel())
    distance = np.sqrt(nearest).reshape(count, SIZE, SIZE)
    return np.clip(radius[:, np.newaxis, np.newaxis] + 0.5 - distance, 0, 1)


def _checked(stroke: ArrayLike, index: int) -> Float64:
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite
        points = np.asarray(stroke, dtype=np.float32).astype(np.float64)
    if points.size == 0:
        return np.zeros((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"stroke {index} has shape {points.shape}; expected (points, 2)")
    finite = np.isfinite(points).all(axis=1)
    if not finite.all():
        bad = int(np.argmin(finite))
        x, y = points[bad]
        raise ValueError(f"stroke {index}, point {bad} is ({x}, {y}); expected finite numbers")
    return points


def _thin(stroke: Float64) -> Float64:
    """Drop the points of a stroke (n, 2), in pixels, that make no visible difference.

    Keeps its ends, and the first point in every stretch of `SPACING` along it.
    """
    steps = np.sqrt((np.diff(stroke, axis=0) ** 2).sum(axis=1))
    passes = np.floor(np.cumsum(steps) / SPACING)
    kept = np.diff(passes, prepend=0) > 0
    kept[-1:] = True
    thinned: Float64 = stroke[np.concatenate([[True], kept])]
    return thinned


def _centre_of_mass(points: Float64, lengths: Sequence[int], radius: Float64) -> Float64:
    """Return the centre of the ink (n, 2), weighted by area divided by the pen's width.

    A segment weighs its length; the round cap at either end of a stroke, half a disc, weighs
    π·radius/4. A dot consists of two caps.
    """
    ends = points[:, segment_indices(lengths)]
    length = np.sqrt(((ends[:, :, 1] - ends[:, :, 0]) ** 2).sum(axis=2, keepdims=True))
    last = np.cumsum(lengths) - 1
    caps = points[:, np.concatenate([last + 1 - np.asarray(lengths), last])]
    cap = (np.pi / 4 * radius)[:, np.newaxis]
    moment = (length * ends.mean(axis=2)).sum(axis=1) + cap * caps.sum(axis=1)
    centre: Float64 = moment / (length.sum(axis=1) + cap * caps.shape[1])
    return centre


def _squared_distances(segments: Float64, columns: Float64, rows: Float64) -> Float64:
    """Return (m, w, w): from segments (m, 2, 2) to pixels at columns and rows (m, w)."""
    (ax, ay) = segments[:, 0].T[..., np.newaxis]
    (dx, dy) = (segments[:, 1] - segments[:, 0]).T[..., np.newaxis]
    squared = dx * dx + dy * dy
    # A segment without length has dx = dy = 0, so any divisor puts its nearest point at its start.
    divisor = np.where(squared > 0, squared, 1.0)
    x = columns - ax
    y = rows - ay
    along = (y * dy / divisor)[:, :, np.newaxis] + (x * dx / divisor)[:, np.newaxis, :]
    along = np.clip(along, 0, 1, out=along)
    across_x = x[:, np.newaxis, :] - along * dx[:, :, np.newaxis]
    across_y = y[:, :, np.newaxis] - along * dy[:, :, np.newaxis]
    squares: Float64 = across_x * across_x + across_y * across_y
    return squares
