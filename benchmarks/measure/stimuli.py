"""The images that costs are taken over: a fixed mix, and each again with a few pixels changed."""

import numpy as np
from numpy.typing import NDArray

IMAGES = 32
SEED = 1
CHANGED_SHAPE = (4, 5)  # rows, columns: what a pen 3 pixels wide touches as it moves on by 4


def image_mix(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the fixed, seeded choice of (n, 28, 28) images that every cost is taken over."""
    chosen = np.random.default_rng(SEED).choice(len(images), IMAGES, replace=False)
    return images[np.sort(chosen)]


def with_a_touch(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a copy of every image of which 20 pixels, all in one place, have another value."""
    random = np.random.default_rng(SEED)
    rows, columns = CHANGED_SHAPE
    touched = images.copy()
    for image in touched:
        top, left = random.integers(4, (24 - rows + 1, 24 - columns + 1))  # where MNIST has its ink
        image[top : top + rows, left : left + columns] += random.integers(
            1, 256, CHANGED_SHAPE, dtype=np.uint8
        )  # modulo 256, so never the same
    return touched


def packed(images: NDArray[np.uint8]) -> bytes:
    """Return the mix of images, and after it the same with a touch each, as Lune reads them."""
    mix = image_mix(images)
    return mix.tobytes() + with_a_touch(mix).tobytes()
