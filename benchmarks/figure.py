"""One line of the table of `make bench`: what was measured, beside its goal."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its unit; `has_passed` is None where there is no goal."""

    name: str
    value: float
    unit: str
    goal: str = ""
    has_passed: bool | None = None
    note: str = ""

    @property
    def line(self) -> str:
        """The figure as it is printed."""
        verdict = {True: "pass", False: "FAIL", None: ""}[self.has_passed]
        return f"{self.name:<72} {self.value:>9,.2f} {self.unit:<12} {self.goal:<10} {verdict:<5} {self.note}".rstrip()


def at_most(goal: float, name: str, value: float, unit: str, note: str = "") -> Figure:
    """A figure that is to be no more than its goal."""
    return Figure(name, value, unit, f"≤ {goal:g}", value <= goal, note)


def at_least(goal: float, name: str, value: float, unit: str, note: str = "") -> Figure:
    """A figure that is to be no less than its goal."""
    return Figure(name, value, unit, f"≥ {goal:g}", value >= goal, note)


def broken_off(name: str, reason: Exception) -> Figure:
    """What stands where figures are missing, for their measuring ended with an error."""
    return Figure(f"{name}: broken off", math.nan, "", "no error", False, " ".join(f"{reason!r}".split()))
