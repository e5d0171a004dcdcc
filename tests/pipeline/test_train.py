"""Training: deterministic, quantisation-aware, and refusing values that are not finite."""

import numpy as np
import pytest

from benchmarks.drawings.ood import HELD_OUT, strokes
from pipeline import config, networks
from pipeline.architecture import Augment
from pipeline.datasets import synthetic
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.rare_styles import STYLES, UPSTROKE, draw
from pipeline.errors import PocketDigitsError
from pipeline.keras_pinned import keras
from pipeline.raster import render
from pipeline.train import TrainedNetwork, train


@pytest.fixture(scope="module")
def dataset():
    images, digits = synthetic.generate(1200, seed=3)
    return Dataset("synthetic", "digest", images, digits, images[:100], digits[:100])


def architecture(**training):
    (network,) = config.load().select(["perceptron"], "smoke")
    training = network.training.model_copy(update={"epochs": 2, "batch_size": 100} | training)
    return network.model_copy(update={"training": training})


def ignore(share, detail):
    pass


def strokes_image(drawn):
    return np.rint(255 * render(drawn)).astype(np.uint8)[np.newaxis]


def trained(dataset, **training):
    network = architecture(epochs=10, **training)
    return networks.with_weights(network, train(network, dataset, ignore).weights)


@pytest.fixture(scope="module")
def plain(dataset):
    """Return a network that was trained on the dataset alone."""
    return trained(dataset)


@pytest.fixture(scope="module")
def short(dataset):
    """Return what two epochs gave, and the progress that they reported."""
    updates = []
    weights = train(architecture(), dataset, lambda *update: updates.append(update))
    return weights, updates


def test_training_learns(plain, dataset):
    images, digits = dataset.training_split
    assert np.mean(networks.probabilities(plain, images).argmax(axis=1) == digits) > 0.6


def test_equal_seeds_give_equal_weights_and_others_do_not(short, dataset):
    first, _ = short
    same, other = (train(architecture(seed=seed), dataset, ignore) for seed in (1, 2))
    np.testing.assert_array_equal(first.weights[0], same.weights[0])
    assert not np.array_equal(first.weights[0], other.weights[0])


def test_progress_is_reported_after_every_epoch(short):
    _, updates = short
    assert [share for share, _ in updates] == [0.5, 1.0]
    assert "epoch 2/2" in updates[1][1]


def test_a_loss_that_diverges_is_refused_by_name_epoch_and_rate(dataset):
    with pytest.raises(PocketDigitsError, match=r"perceptron: .* learning_rate of 1e\+38"):
        train(architecture(learning_rate=1e38), dataset, ignore)


def test_a_network_trained_on_ood_drawings_is_less_confident_on_others(plain, dataset):
    others = np.concatenate(
        [strokes_image(each) for style in HELD_OUT.values() for each in strokes(style, 10, seed=1)]
    )
    confidence, with_ood = (
        networks.probabilities(network, others).max(axis=1)
        for network in (plain, trained(dataset, ood_share=0.3))
    )
    assert with_ood.mean() < confidence.mean() - 0.05


def test_a_network_trained_on_rare_styles_reads_a_1_with_an_upstroke(plain, dataset):
    random = np.random.default_rng(8)
    ones = np.concatenate([draw(style, 20, random) for style in STYLES if style.rise == UPSTROKE])
    read, read_better = (
        networks.probabilities(network, ones).argmax(axis=1)
        for network in (plain, trained(dataset, rare_style_share=1))
    )
    assert np.mean(read_better == 1) > np.mean(read == 1) + 0.2


def test_batch_norm_ends_with_the_statistics_of_undistorted_images(dataset):
    (network,) = config.load().select(["tiny"], "smoke")
    bent = Augment(rotation=45, scale=0.5, elastic=4)
    training = network.training.model_copy(
        update={"epochs": 1, "augment": bent, "rare_style_share": 0}
    )
    network = network.model_copy(update={"training": training})
    keras_network = networks.with_weights(network, train(network, dataset, ignore).weights)
    convolution, norm, *_ = keras_network.layers
    images, _ = dataset.training_split
    seen = keras.ops.convert_to_numpy(convolution(networks.as_inputs(images)))
    np.testing.assert_allclose(norm.moving_mean, seen.mean(axis=(0, 1, 2)), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(norm.moving_variance, seen.var(axis=(0, 1, 2)), rtol=0.01)


def test_weights_survive_being_written_and_read(short, tmp_path):
    trained, _ = short
    trained.write(tmp_path)
    read = TrainedNetwork.read(tmp_path)
    assert read.history == trained.history
    for array, again in zip(trained.weights, read.weights, strict=True):
        np.testing.assert_array_equal(array, again)


def test_the_validation_split_is_not_part_of_the_training_split(dataset):
    fitted, _ = dataset.training_split
    held_out, _ = dataset.validation_split
    assert (len(fitted), len(held_out)) == (1100, 100)
    assert not (fitted[:, None] == held_out[None, :5]).all(axis=(2, 3)).any()
