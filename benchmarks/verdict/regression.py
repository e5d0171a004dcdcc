"""Holds a run against earlier ones: what costs or weighs more, and what reads the images worse.

Accuracy is compared on the same images (`benchmarks.verdict.mcnemar`), not by two percentages.
"""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.measure.outcomes import Correct
from benchmarks.verdict.gate import Verdict, Violation
from benchmarks.verdict.history import History
from benchmarks.verdict.mcnemar import paired
from benchmarks.verdict.record import Line, lines
from benchmarks.verdict.references import ACCURACIES, ALL, INSTRUCTIONS, Reference, references
from benchmarks.verdict.report import Report, Row

# Just under the 1 % that must be caught, for 1 % in whole bytes may be 0.98 %.
GROWTH = 0.009
# How rare a loss must be by chance. Drawings of one writer are misread together, so that networks
# that differ in nothing but their seed reach 0.0007 there, and 0.03 on the test images.
CHANCE = {"accuracy": 0.001, "drawn_accuracy": 0.00001}
MODULES_TOLD = 3
SAME_INTERPRETER = 0.001  # by how much two runs' baselines, the same program, may differ


def hold(report: Report, history: History | None, against: Report | None) -> Report:
    """Return a report whose verdicts also hold it against earlier runs, where there are any."""
    if history is None and against is None:
        return report
    rows = [
        _held(row, line, history, against)
        for row, line in zip(report.rows, lines(report), strict=True)
    ]
    return report.model_copy(update={"rows": tuple(rows)})


def _held(row: Row, now: Line, history: History | None, against: Report | None) -> Row:
    found = [] if history is None else references(history.of(row.architecture), now)
    missing = {}
    if history is not None and not found:
        missing["history"] = (
            f"it has no earlier run of {row.architecture} by recipe {row.recipe} on {row.dataset}"
        )
    if against is not None:
        earlier = [each for each in lines(against) if each.architecture == row.architecture]
        title = f"the given report of {against.environment.title}"
        found += [Reference("against", title, each) for each in earlier]
        if not earlier:
            missing["against"] = f"{title} has no {row.architecture}"
    compared = compare(now, found)
    verdict = Verdict(
        violations=(*row.verdict.violations, *compared.violations),
        not_judged=row.verdict.not_judged,
        not_compared=missing | compared.not_compared,
    )
    return row.model_copy(update={"verdict": verdict})


def compare(now: Line, found: Sequence[Reference]) -> Verdict:
    """Hold a network's metrics against those of earlier runs."""
    violations: list[Violation] = []
    not_compared: dict[str, str] = {}
    for reference in found:
        reasons = _incomparable(now, reference.earlier)
        for name in reference.only:
            if name in reasons:
                not_compared[name] = f"with {reference.title}: {reasons[name]}"
            elif name in ACCURACIES:
                violations += _read_worse(now, reference, name)
            else:
                violations += _grown(now, reference, name)
    return Verdict(violations=tuple(violations), not_compared=not_compared)


def _incomparable(now: Line, earlier: Line) -> Mapping[str, str]:
    """Return why metrics of two runs cannot be compared, by their names."""
    for name in ("recipe", "dataset"):
        then, today = getattr(earlier, name), getattr(now, name)
        if then != today:
            return dict.fromkeys(ALL, f"its {name} was {then}, now it is {today}")
    if earlier.seeds[0] != now.seeds[0]:
        reason = f"seed {earlier.seeds[0]} was measured then, seed {now.seeds[0]} now"
        return dict.fromkeys(ALL, reason)
    return {
        **_not_measured(now, earlier),
        **_other_images("accuracy", now.test, earlier.test),
        **_other_images("drawn_accuracy", now.drawings, earlier.drawings),
        **_other_interpreter(now, earlier),
    }


def _not_measured(now: Line, earlier: Line) -> dict[str, str]:
    then = {name: "then" for name in ALL if getattr(earlier, name) is None}
    today = {name: "now" for name in ALL if getattr(now, name) is None}
    return {name: f"it was not measured {when}" for name, when in (then | today).items()}


def _other_images(name: str, now: Correct | None, earlier: Correct | None) -> dict[str, str]:
    if not now or not earlier or (now.images, now.count) == (earlier.images, earlier.count):
        return {}
    counts = f"{earlier.count:,} then, {now.count:,} now"
    return {name: f"the images are not the same ({counts})"}


def _other_interpreter(now: Line, earlier: Line) -> dict[str, str]:
    then, today = earlier.baseline_instructions, now.baseline_instructions
    if then is None or today is None:
        when = "now" if today is None else "then"
        return dict.fromkeys(INSTRUCTIONS, f"instructions were not counted {when}")
    if abs(today / then - 1) > SAME_INTERPRETER:
        reason = (
            f"the baseline took {then:,.0f} instructions then and {today:,.0f} now, so the"
            " interpreter is not the same"
        )
        return dict.fromkeys(INSTRUCTIONS, reason)
    return {}


def _grown(now: Line, reference: Reference, name: str) -> Iterator[Violation]:
    found, before = float(getattr(now, name)), float(getattr(reference.earlier, name))
    if found > before * (1 + GROWTH):
        yield Violation(
            rule=reference.rule,
            metric=name,
            found=found,
            limit=f"{before:,.0f} of {reference.title}, and {GROWTH:.1%} more",
            reason=f"it is up {found / before - 1:.2%}{_explained(now, reference.earlier, name)}",
        )


def _explained(now: Line, earlier: Line, name: str) -> str:
    """Say which modules a runtime grew by most; nothing where a run did not keep their sizes."""
    before, after = earlier.runtime_modules, now.runtime_modules
    if name != "runtime_luau_bytes" or before is None or after is None:
        return ""
    grown = {module: size - before.get(module, 0) for module, size in after.items()}
    most = sorted(grown.items(), key=lambda each: -each[1])[:MODULES_TOLD]
    told = [
        f"`{module}` {'grew by' if module in before else 'came in with'} {by:,} B"
        for module, by in most
        if by > 0
    ]
    return f": {', '.join(told)}" if told else ""


def _read_worse(now: Line, reference: Reference, name: str) -> Iterator[Violation]:
    earlier = reference.earlier
    sets = (earlier.test, now.test) if name == "accuracy" else (earlier.drawings, now.drawings)
    before, after = (each.array for each in sets if each is not None)
    differ = paired(before, after)
    if differ.p < CHANCE[name]:
        yield Violation(
            rule=reference.rule,
            metric=name,
            found=float(after.mean()),
            limit=f"{before.mean():.6g} of {reference.title}, less what chance explains",
            reason=(
                f"of the same {len(after):,} images {differ.lost} are lost and {differ.gained}"
                f" gained: McNemar's p is {differ.p:.1g}, below {CHANCE[name]:g}"
            ),
        )
