"""A report of two networks with everything a page can show, and a history before it."""

from datetime import datetime, timedelta, timezone

from measurements import drawn, measurement, report
from PIL import Image

from benchmarks.verdict import history

NIGHT = datetime(2026, 1, 1, 3, 17, tzinfo=timezone.utc)


def full_build(folder):
    """A build folder as a run leaves it: sheets of mistakes, and pictures of the place."""
    for name in ("net", "other"):
        sheet = folder / name / "seed-1" / "drawn" / "mistakes.png"
        sheet.parent.mkdir(parents=True)
        Image.new("RGB", (40, 30)).save(sheet)
    for screen in ("desktop", "phone"):
        Image.new("RGB", (20, 10)).save(folder / f"preview-{screen}.png")
    return folder


def full_report():
    people = {"drawn": drawn(), "not_measured": {}}
    return report(measurement(**people), measurement(architecture="other", **people))


def past(found, runs=3):
    nights = [NIGHT + timedelta(night) for night in range(runs)]
    marks = [{"release": "v1.2.0"}, *[{}] * (runs - 1)]
    return history.join(
        *(
            history.lines_of(
                found.model_copy(
                    update={
                        "rows": tuple(
                            row.model_copy(update={"load_ms": 1.0 + at}) for row in found.rows
                        )
                    }
                ),
                night,
                **mark,
            )
            for at, (night, mark) in enumerate(zip(nights, marks, strict=True))
        )
    )
