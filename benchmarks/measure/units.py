"""How numbers are written for people, by their unit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Unit:
    """How numbers are written, and what a change of them is told in: "%" of it, or points."""

    write: Callable[[float], str]
    change: Literal["%", "pp"] = "%"


def bytes_text(size: float) -> str:
    """Return a size as people compare it, exact below 10 kB."""
    if size < 10_000:
        return f"{size:,.0f} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1e6:.2f} MB"


def ratio(cost: float) -> str:
    """Return a share of the baseline's cost as a fraction, which is easier to see than 0.0063."""
    if cost >= 1:
        return f"{cost:.1f}"
    return f"1/{1 / cost:.0f}" if cost < 0.05 else f"1/{1 / cost:.1f}"


def milliseconds(value: float) -> str:
    """Return a time with two significant digits."""
    return f"{value:#.2g} ms" if value < 9.95 else f"{value:,.0f} ms"


SHARE = Unit("{:.2%}".format, "pp")
COUNT = Unit("{:,.0f}".format)
BYTES = Unit(bytes_text)
BITS = Unit("{:.1f}".format)
PASSES = Unit("{:.2f}".format)
RATIO = Unit(ratio)
COUNTED = Unit(lambda count: f"{count / 1e6:,.2f} M")
MILLISECONDS = Unit(milliseconds)
TIME = Unit(lambda value: milliseconds(value / 1000))
