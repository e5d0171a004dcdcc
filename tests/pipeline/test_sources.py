"""The choice of dataset, and the reason for a fallback."""

import io

import pytest
from rich.console import Console

from pipeline.datasets import mnist, sources
from pipeline.progress import Progress
from pipeline.recipe import Recipe

RECIPE = Recipe(about="as small as it can be", train_images=200, test_images=50)


@pytest.fixture
def progress():
    return Progress(Console(file=io.StringIO()))


@pytest.fixture
def no_mnist(monkeypatch):
    def unavailable(update):
        raise mnist.MnistUnavailable("no network")

    monkeypatch.setattr(mnist, "load", unavailable)


def test_synthetic_digits_replace_mnist_where_it_is_unavailable(no_mnist, tmp_path, progress):
    source = sources.load("auto", RECIPE, tmp_path, progress)
    assert source.dataset.name == "synthetic"
    assert source.fallback_reason == "no network"


def test_choosing_mnist_gives_mnist_or_an_error(no_mnist, tmp_path, progress):
    with pytest.raises(mnist.MnistUnavailable, match="no network"):
        sources.load("mnist", RECIPE, tmp_path, progress)


def test_choosing_synthetic_digits_gives_no_fallback_reason(tmp_path, progress):
    assert sources.load("synthetic", RECIPE, tmp_path, progress).fallback_reason is None


def test_as_many_synthetic_digits_are_drawn_as_the_recipe_uses(tmp_path, progress):
    dataset = sources.load("synthetic", RECIPE, tmp_path, progress).dataset
    assert (dataset.x_train.shape, dataset.x_test.shape) == ((200, 28, 28), (50, 28, 28))


def test_the_synthetic_test_images_are_not_training_images(tmp_path, progress):
    dataset = sources.load("synthetic", RECIPE, tmp_path, progress).dataset
    trained = {image.tobytes() for image in dataset.x_train}
    assert not trained & {image.tobytes() for image in dataset.x_test}


def test_synthetic_digits_are_drawn_once(tmp_path, progress):
    for _ in range(2):
        sources.load("synthetic", RECIPE, tmp_path, progress)
    assert progress.console.file.getvalue().count("✓ draw the synthetic digits") == 1


def test_a_cut_dataset_has_its_own_fingerprint(tmp_path, progress):
    dataset = sources.load("synthetic", RECIPE, tmp_path, progress).dataset
    cut = dataset.first(100, 20)
    assert len(cut.x_train) == len(cut.y_train) == 100
    assert len(cut.x_test) == len(cut.y_test) == 20
    assert cut.fingerprint != dataset.fingerprint
    assert dataset.first(None, None) is dataset
