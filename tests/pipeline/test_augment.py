"""Random distortion of training images in every epoch."""

import numpy as np
import pytest

from pipeline.architecture import Augment
from pipeline.augment import AugmentedBatches, bend, sources


def dot(row: int, column: int):
    image = np.zeros((28, 28, 1), np.float32)
    image[row, column] = 1
    return image


def bent(image, seed=0, count=300, **augment):
    return bend(np.stack([image] * count), Augment(**augment), np.random.default_rng(seed))


def centres(images):
    """Return each image's centre of mass (row, column) in indices."""
    weight = images[..., 0] / images[..., 0].sum(axis=(1, 2), keepdims=True)
    index = np.arange(28)
    return np.stack([(weight.sum(axis=2) * index).sum(1), (weight.sum(axis=1) * index).sum(1)], 1)


def test_shifts_reach_as_far_as_allowed_and_no_farther():
    offsets = centres(bent(dot(14, 14), shift=2)) - 14
    assert np.abs(offsets).max() <= 2.01
    assert (offsets.max(axis=0) > 1.8).all()
    assert (offsets.min(axis=0) < -1.8).all()


def test_the_middle_of_the_image_stays_where_it_is_without_a_shift():
    middle = np.zeros((28, 28, 1), np.float32)
    middle[13:15, 13:15] = 1
    moved = bent(middle, rotation=20, scale=0.2, shear=0.2)
    np.testing.assert_allclose(centres(moved), 13.5, atol=0.05)


@pytest.mark.parametrize(
    "bend_by", [{"rotation": 15}, {"scale": 0.3}, {"shear": 0.3}, {"elastic": 1}]
)
def test_each_distortion_moves_pixels_far_from_the_middle(bend_by):
    assert np.abs(centres(bent(dot(6, 20), **bend_by)) - (6, 20)).max() > 0.5


def test_scales_are_as_often_up_as_down_and_within_their_share():
    maps = sources(2000, Augment(scale=0.25), np.random.default_rng(0))
    scales = maps[:, 0, 0, 1] - maps[:, 0, 0, 0]
    assert scales.min() >= 0.799
    assert scales.max() <= 1.251
    assert 0.45 < np.mean(scales > 1) < 0.55


def test_elastic_moves_each_pixel_by_itself_and_smoothly():
    maps = sources(500, Augment(elastic=1), np.random.default_rng(0))
    moved = maps - sources(1, Augment(), np.random.default_rng(0))
    assert 0.6 < moved.std() < 1.1
    assert np.abs(np.diff(moved, axis=-1)).max() < 1.2
    assert np.abs(np.corrcoef(moved[:, 0, 0, 0], moved[:, 0, 27, 27])[0, 1]) < 0.2


def test_ink_that_leaves_at_one_edge_does_not_come_back_at_the_other():
    moved = bent(dot(0, 0), shift=3)
    assert moved[:, 5:].max() == 0
    assert moved[:, :, 5:].max() == 0


def test_no_distortion_leaves_images_unchanged():
    images = np.stack([dot(3, 4)])
    assert bend(images, Augment(), np.random.default_rng(0)) is images


def test_epochs_differ_and_equal_seeds_repeat_them():
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    digits = np.arange(20, dtype=np.uint8) % 10
    first, second = (
        AugmentedBatches(images, digits, 20, Augment(shift=1), seed=5) for _ in range(2)
    )
    ((epoch, _),) = first.epoch()
    ((same, _),) = second.epoch()
    ((other, _),) = first.epoch()
    np.testing.assert_array_equal(epoch, same)
    assert not np.array_equal(epoch, other)


def test_an_epoch_is_every_whole_batch_once():
    digits = np.arange(23, dtype=np.uint8) % 10
    images = np.stack([np.full((28, 28), index * 10, np.uint8) for index in range(23)])
    batches = AugmentedBatches(images, digits, 5, Augment(), seed=1)
    shown = [round(image[0, 0, 0] * 25.5) for batch, _ in batches.epoch() for image in batch]
    assert len(batches) == 4
    assert len(set(shown)) == 20


def test_digits_stay_with_their_images():
    digits = np.arange(10, dtype=np.uint8)
    images = np.stack([np.full((28, 28), digit * 20, np.uint8) for digit in digits])
    ((inputs, one_hot),) = AugmentedBatches(images, digits, 10, Augment(), seed=1).epoch()
    np.testing.assert_allclose(inputs[:, 14, 14, 0] * 255, one_hot.argmax(axis=1) * 20, rtol=1e-6)
