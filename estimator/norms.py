"""Who limits what: every issuer's statement on a measure, and the one rule that chooses among them.

A statement speaks when it covers the day, the grade and the place and was read well enough. Of those that speak,
the nearest place wins, then the newest; a house rule only speaks where no cited document does. Statements that are
passed over are kept, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from estimator.assessment import Source
from estimator.plan import N_, Problem, Problems

WEAK, HOUSE = "weak", "house"
CONFIDENCES = ("verified", "secondary", WEAK)
DIMENSIONS = ("screen", "homework", "print", "task", "device", "money", "parent", "staff", "reach")
BY_SCREEN = "screen_dose"  # the measure whose statements limit each screen on its own
FIGURE_KINDS = ("price", "bitrate", "parameter", "assumption")
ANYWHERE = ""
Date = date  # so that a field may be named date
Reason = Literal[  # why a statement is passed over
    "other place",
    "other grades",
    "not yet issued",
    "no longer in force",
    "read too weakly to decide",
    "a cited norm speaks",
    "a nearer place speaks",
    "a newer one speaks",
]


@dataclass(frozen=True, slots=True)
class Statement:
    """One issuer's limit (or ban: value 0) on one measure."""

    id: str
    measure: str
    value: float
    unit: str
    place: str  # as `places` keeps it; "" is anywhere
    grades: tuple[int, int]  # inclusive
    date: Date  # from when it holds; date.min for a house rule that always did
    until: Date | None  # the first day it no longer holds
    quote: str
    source: Source
    clause: str | None
    house_rule: bool
    minutes_by_screen: Mapping[str, float] | None = None  # of BY_SCREEN alone: device → minutes a day


@dataclass(frozen=True, slots=True)
class MeasureNorm:
    """All that is said of one measure. A ban (limit 0) broken by `zero_step` has a dose of 2."""

    measure: str
    dimension: str
    unit: str
    zero_step: float
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A price, a bitrate, a share or an assumption, from one document."""

    name: str
    kind: str
    value: float
    unit: str
    place: str
    date: Date  # date.min for an undated document
    source: Source
    house_rule: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """The statement that applies, and those passed over, each with the reason."""

    applies: Statement | None
    passed_over: tuple[tuple[Statement, Reason], ...]


class NormProblems(Problems):
    """Norm files that cannot be used; every problem at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Norms:
    """The norms and figures in use. What they say of a grade is worked out once: a district asks a thousand times."""

    measures: Mapping[str, MeasureNorm]
    figures: Mapping[str, tuple[Figure, ...]]

    def ruling(self, measure: str, place: str, grade: int, day: date) -> Ruling:
        """Which statement limits a measure here, in this grade, on this day."""
        return _ruling(self, measure, place, grade, day)

    def figure(self, name: str, place: str, day: date) -> Figure:
        """The figure that holds here on this day: nearest place, then newest, else the oldest there is.

        Raises NormProblems when no figure of this name covers the place.
        """
        return _figure(self, name, place, day)

    def statement(self, statement_id: str) -> Statement:
        """One statement by its id. Raises KeyError."""
        return _statements(self)[statement_id]


@lru_cache(maxsize=4096)
def _ruling(norms: Norms, measure: str, place: str, grade: int, day: date) -> Ruling:
    told = norms.measures[measure].statements
    silent = {s.id: why for s in told if (why := _why_silent(s, place, grade, day))}
    speaking = sorted((s for s in told if s.id not in silent), key=_precedence, reverse=True)
    applies = speaking[0] if speaking else None
    passed_over = [(s, _why_outranked(s, speaking[0])) for s in speaking[1:]]
    passed_over += [(s, silent[s.id]) for s in told if s.id in silent]
    return Ruling(applies, tuple(passed_over))


@lru_cache(maxsize=4096)
def _figure(norms: Norms, name: str, place: str, day: date) -> Figure:
    covering = [f for f in norms.figures.get(name, ()) if covers(f.place, place)]
    if not covering:
        raise NormProblems((_no_figure(name, place),))
    issued = [f for f in covering if f.date <= day]
    if issued:
        return max(issued, key=lambda f: (_nearness(f.place), f.date))
    # A price read later is still the best estimate for an earlier day.
    return max(covering, key=lambda f: (_nearness(f.place), day - f.date))


@lru_cache(maxsize=16)
def _statements(norms: Norms) -> Mapping[str, Statement]:
    return {s.id: s for norm in norms.measures.values() for s in norm.statements}


def covers(wide: str, near: str) -> bool:
    """Whether a place lies in another: CN-34 in CN, and everything in "" (anywhere)."""
    return wide in (ANYWHERE, near) or near.startswith(wide + "-")


def _nearness(place: str) -> int:
    return len(place.split("-")) if place else 0


def _precedence(s: Statement) -> tuple[bool, int, date, float]:
    # The newest is the one written last, whenever it came into force.
    return not s.house_rule, _nearness(s.place), s.source.date or s.date, -s.value


def _why_silent(s: Statement, place: str, grade: int, day: date) -> Reason | None:
    checks: Iterable[tuple[bool, Reason]] = (
        (not covers(s.place, place), "other place"),
        (not s.grades[0] <= grade <= s.grades[1], "other grades"),
        (day < s.date, "not yet issued"),
        (s.until is not None and day >= s.until, "no longer in force"),
        (s.source.confidence == WEAK, "read too weakly to decide"),
    )
    return next((why for silent, why in checks if silent), None)


def _why_outranked(s: Statement, winner: Statement) -> Reason:
    if s.house_rule and not winner.house_rule:
        return "a cited norm speaks"
    if _nearness(winner.place) > _nearness(s.place):
        return "a nearer place speaks"
    return "a newer one speaks"


def _no_figure(name: str, place: str) -> Problem:
    return Problem(
        where=f"[{name}]",
        found="",
        message=N_("No figure is known for %(place)s."),
        remedy=N_("Add one, with its source, to a norm file of your own."),
        values={"place": place},
    )
