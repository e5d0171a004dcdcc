"""The images that costs are taken over."""

import numpy as np

from benchmarks.measure import stimuli

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)


def test_the_mix_of_images_is_fixed():
    mix = stimuli.image_mix(IMAGES)
    assert mix.shape == (stimuli.IMAGES, 28, 28)
    np.testing.assert_array_equal(mix, stimuli.image_mix(IMAGES))


def test_a_touch_changes_twenty_neighbouring_pixels_of_every_image():
    for image, touched in zip(IMAGES, stimuli.with_a_touch(IMAGES), strict=True):
        rows, columns = np.nonzero(image != touched)
        assert len(rows) == 20
        assert (np.ptp(rows), np.ptp(columns)) == (3, 4)


def test_the_packed_images_are_the_mix_and_then_its_twins():
    images = np.frombuffer(stimuli.packed(IMAGES), np.uint8)
    first, second = images.reshape(2, stimuli.IMAGES, 28, 28)
    np.testing.assert_array_equal(first, stimuli.image_mix(IMAGES))
    np.testing.assert_array_equal(second, stimuli.with_a_touch(first))
