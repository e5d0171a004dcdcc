"""What a PNG says of itself."""

from PIL import Image

from benchmarks.report.pictures.pareto import FINGERPRINT


def read_fingerprint(path):
    """Return the fingerprint of the figures that a picture carries; None without one."""
    with Image.open(path) as image:
        return image.info.get(FINGERPRINT)
