"""Shifted training images."""

import numpy as np

from pipeline.augment import ShiftedBatches, shift


def dot(row: int, column: int):
    image = np.zeros((28, 28), np.uint8)
    image[row, column] = 255
    return image


def test_every_offset_up_to_the_greatest_occurs_and_no_other():
    images = np.stack([dot(14, 14)] * 500)
    moved = shift(images, 1, np.random.default_rng(0))
    _, rows, columns = np.nonzero(moved)
    assert {(row - 14, column - 14) for row, column in zip(rows, columns, strict=True)} == {
        (row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)
    }


def test_ink_that_leaves_at_one_edge_does_not_come_back_at_the_other():
    moved = shift(np.stack([dot(0, 0)] * 200), 2, np.random.default_rng(0))
    _, rows, columns = np.nonzero(moved)
    assert max(rows) <= 2
    assert max(columns) <= 2


def test_no_shift_leaves_images_as_they_are():
    images = np.stack([dot(3, 4)])
    assert shift(images, 0, np.random.default_rng(0)) is images


def test_epochs_differ_and_equal_seeds_repeat_them():
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    digits = np.arange(20, dtype=np.uint8) % 10
    first, second = (ShiftedBatches(images, digits, 20, 1, seed=5) for _ in range(2))
    epoch = first[0][0]
    np.testing.assert_array_equal(epoch, second[0][0])
    first.on_epoch_begin()
    assert not np.array_equal(epoch, first[0][0])


def test_digits_stay_with_their_images():
    digits = np.arange(10, dtype=np.uint8)
    images = np.stack([np.full((28, 28), digit * 20, np.uint8) for digit in digits])
    inputs, one_hot = ShiftedBatches(images, digits, 10, 0, seed=1)[0]
    np.testing.assert_allclose(inputs[:, 400] * 255, one_hot.argmax(axis=1) * 20, rtol=1e-6)
