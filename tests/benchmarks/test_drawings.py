"""What a network predicts of people's drawings, and the metrics that come of it."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from benchmarks.drawings import mistakes, pendigits
from benchmarks.drawings import predict as drawn
from benchmarks.drawings.metrics import (
    DrawingMetrics,
    DrawingPredictions,
    NumberPrediction,
    metrics,
)
from benchmarks.drawings.unipen import Drawing
from pipeline import artifacts
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress

LINE = (np.array([[10, -90], [12, -10]], np.float32),)
PEOPLE = [Drawing(digit, writer, LINE) for writer in (3, 8) for digit in (0, 1, 7, 9)]


def number(spacing, written, predicted, confident=True):
    return NumberPrediction(spacing, written, predicted, confident)


def predicted(labels, numbers=(), confidence=0.95, uncertain=None):
    """The digits that PEOPLE's drawings were read as at 20 pixels, and the first half at 8."""
    drawing = np.array([*range(8), *range(4)])
    labels = np.array(labels)
    probabilities = np.zeros((12, 10))
    probabilities[range(12), labels] = confidence
    doubts = np.zeros(12, bool) if uncertain is None else np.array(uncertain)
    return DrawingPredictions(
        drawing=drawing,
        size=np.array([20] * 8 + [8] * 4),
        digit=np.array([PEOPLE[index].digit for index in drawing], np.uint8),
        writer=np.array([PEOPLE[index].writer for index in drawing]),
        labels=labels,
        probabilities=probabilities,
        uncertain=doubts,
        passes=np.where(doubts, 3, 1),
        numbers=(number("alone", "1", "1"), number("normal", "17", "17"), *numbers),
    )


RIGHT = [0, 1, 7, 9] * 3


def but(changes):
    return [changes.get(index, digit) for index, digit in enumerate(RIGHT)]


def test_accuracy_is_over_every_drawing_at_the_usual_size():
    found = metrics(predicted(but({0: 6, 9: 7})))
    assert found.accuracy == 7 / 8
    assert (found.digits, found.writers) == (8, 2)


def test_sizes_are_compared_on_the_same_drawings():
    found = metrics(predicted(but({0: 6, 7: 4, 9: 7, 10: 1})))
    assert found.sample == 4
    assert found.by_size == {8: 0.5, 20: 0.75}


def test_each_digit_and_each_writer_has_a_share_of_its_own():
    found = metrics(predicted(but({1: 7, 5: 7, 6: 1})))
    assert found.by_digit == {0: 1, 1: 0, 7: 0.5, 9: 1}
    assert found.by_writer == {3: 0.75, 8: 0.5}
    assert found.worst_writer == 0.5


def test_the_confusion_has_a_row_for_what_was_drawn():
    found = metrics(predicted(but({1: 7, 5: 7})))
    assert (found.confusion[1][7], found.confusion[1][1], found.confusion[7][1]) == (2, 0, 0)
    assert sum(map(sum, found.confusion)) == 8


@pytest.mark.parametrize(("confidence", "share"), [(0.91, 0.25), (0.9, 0)])
def test_a_mistake_is_confident_above_90_per_cent(confidence, share):
    found = metrics(predicted(but({1: 7, 5: 7}), confidence=confidence))
    assert found.confidently_wrong == share


def test_calibration_error_is_how_far_confidence_is_from_being_right():
    assert metrics(predicted(RIGHT, confidence=0.95)).calibration_error == pytest.approx(0.05)


def test_what_is_not_uncertain_is_covered_and_its_errors_are_a_share_of_it():
    doubts = [True, True, False, False, False, False, False, False] + [False] * 4
    found = metrics(predicted(but({0: 6, 4: 6}), uncertain=doubts))
    assert found.coverage == 0.75
    assert found.covered_error == pytest.approx(1 / 6, abs=1e-6)


def test_a_network_without_coverage_has_no_error_in_it():
    assert metrics(predicted(RIGHT, uncertain=[True] * 12)).covered_error is None


def test_a_number_counts_when_all_its_digits_are_right_and_no_more():
    numbers = [
        number("normal", "19", "191"),
        number("normal", "90", "09"),
        number("normal", "71", "71"),
        number("tight", "90", ""),
        *[number("tight", "11", "11")] * 3,
        number("alone", "7", "1"),
    ]
    found = metrics(predicted(RIGHT, numbers))
    assert found.numbers == {"normal": {2: 0.5}, "tight": {2: 0.75}}
    assert found.numbers_split == {"normal": {2: 0.75}, "tight": {2: 0.75}}
    assert found.numbers_each == 4
    assert found.alone == 0.5


def test_letters_and_shapes_count_when_one_of_their_digits_is_confident():
    numbers = [
        number("ood", "H", "11", confident=True),
        number("ood", "H", "4", confident=False),
        number("ood", "heart", "0", confident=False),
        number("ood", "heart", "", confident=False),
    ]
    found = metrics(predicted(RIGHT, numbers))
    assert found.ood == {"H": 0.5, "heart": 0}
    assert found.ood_coverage == 0.25
    assert found.numbers == metrics(predicted(RIGHT)).numbers


def test_metrics_are_written_and_read_back_equal():
    found = metrics(predicted(RIGHT))
    assert DrawingMetrics.model_validate_json(found.model_dump_json()) == found


def test_predictions_are_written_and_read_back_equal(tmp_path):
    given = predicted(but({1: 7}))
    drawn.write(given, tmp_path)
    again = drawn.read(tmp_path)
    assert again.numbers == given.numbers
    for name, array in given.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)


def test_mistakes_come_surest_first_and_only_of_the_usual_size():
    given = predicted(but({1: 7, 6: 1, 8: 6}))
    given.probabilities[6, 1] = 0.99
    assert [(each.drawing, each.digit, each.predicted) for each in mistakes.surest(given)] == [
        (6, 7, 1),
        (1, 1, 7),
    ]


@pytest.mark.parametrize("labels", [RIGHT, [5] * 12], ids=["none", "all"])
def test_the_sheet_of_mistakes_is_a_picture_whose_bytes_repeat(labels):
    sheet = mistakes.png("net", predicted(labels), PEOPLE)
    assert mistakes.png("net", predicted(labels), PEOPLE) == sheet
    with Image.open(io.BytesIO(sheet)) as image:
        assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_the_place_is_shown_every_drawing_and_reads_every_number(lune, built_place):
    found = drawn.predict(lune, built_place, "linear", PEOPLE)
    assert found.labels.shape == (8 + 5 * 8,)
    np.testing.assert_allclose(found.probabilities[0].max(), 0.5, atol=0.5)
    # One line drawn again and again is one image, however large and wherever it is drawn.
    assert len(set(found.labels)) == 1
    (digit,) = set(found.labels)
    alone = [each for each in found.numbers if each.spacing == "alone"]
    assert {each.predicted for each in alone} == {str(digit)}
    assert len(alone) == 8
    assert metrics(found).numbers_each == 1


def test_a_wide_number_is_read_digit_by_digit(lune, built_place):
    found = drawn.predict(lune, built_place, "linear", PEOPLE)
    wide = [each for each in found.numbers if each.spacing == "wide"]
    assert [len(each.predicted) for each in wide] == [len(each.written) for each in wide]


@pytest.fixture
def progress():
    return Progress(Console(file=io.StringIO()))


def test_where_there_are_no_drawings_the_reason_is_kept(monkeypatch, progress):
    def unavailable(update):
        raise pendigits.PendigitsUnavailable("no network")

    monkeypatch.setattr(pendigits, "find", unavailable)
    assert drawn.find(None, progress) == drawn.DrawingsSource(None, None, "no network")


def test_a_bad_file_of_drawings_is_no_reason_to_go_on_without(monkeypatch, progress, tmp_path):
    monkeypatch.setenv(pendigits.VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(PocketDigitsError, match="absent"):
        drawn.find(None, progress)


def candidate_of(folder, name):
    architecture = SimpleNamespace(name=name)
    place = SimpleNamespace(
        folder=folder / name / "place", file=folder / name, library_fingerprint=name
    )
    return SimpleNamespace(architecture=architecture, place=place)


class TestStage:
    @pytest.fixture
    def space(self, monkeypatch):
        """A workspace without tools, in which every prediction is right."""
        shown = []

        def predict(program, place, model, people):
            shown.append((model, len(people)))
            return predicted(RIGHT)

        def make(folder, what, inputs, make, usual_seconds, tools):
            artifacts.run_stage(folder, inputs, lambda new: make(new, lambda share, detail: None))
            return folder

        monkeypatch.setattr(drawn, "predict", predict)
        monkeypatch.setattr(pendigits, "read", lambda file: tuple(PEOPLE))
        tools = SimpleNamespace(path=lambda name: name, version=lambda name: "1")
        return SimpleNamespace(make=make, tools=tools, shown=shown)

    @pytest.fixture
    def candidate(self, tmp_path):
        return candidate_of(tmp_path, "net")

    def test_keeps_predictions_and_the_sheet_of_mistakes_and_predicts_once(self, space, candidate):
        source = drawn.DrawingsSource(candidate.place.file)
        folder = drawn.predict_stage(candidate, source, space)
        assert drawn.predict_stage(candidate, source, space) == folder
        assert space.shown == [("net", 8)]
        assert metrics(drawn.read(folder)).accuracy == 1
        assert (folder / "mistakes.png").is_file()

    def test_shows_as_many_drawings_as_the_recipe_uses(self, space, candidate):
        source = drawn.DrawingsSource(candidate.place.file, count=6)
        drawn.predict_stage(candidate, source, space)
        assert space.shown == [("net", 6)]

    def test_of_several_networks_each_is_shown_the_drawings(self, space, candidate, tmp_path):
        other = candidate_of(tmp_path, "other")
        source = drawn.DrawingsSource(candidate.place.file)
        one, two = drawn.predict_all([candidate, other], source, space)
        assert (one.parent.name, two.parent.name) == ("net", "other")
        assert sorted(space.shown) == [("net", 8), ("other", 8)]
        sheets = [(folder / "mistakes.png").read_bytes() for folder in (one, two)]
        assert sheets == [mistakes.png(name, predicted(RIGHT), PEOPLE) for name in ("net", "other")]

    def test_without_drawings_makes_nothing(self, space, candidate):
        assert (
            drawn.predict_stage(candidate, drawn.DrawingsSource(None, None, "none"), space) is None
        )
        assert space.shown == []
