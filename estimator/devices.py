"""Families short of a device: exactly, by Hall's condition over the classes of devices.

At a moment each child in a lesson needs one device of the classes that suffice for it. All can be served unless, for
some set S of classes, more children need a device within S than the family has there (Hall's theorem). Adults who work
on a computer are served first. What is counted: families in which, at some moment of the week, a child in a lesson
with a fixed time is left without, the adults having theirs. Recorded lessons can wait for a free device and are not
counted; children of one grade watch the same broadcast on one set. Siblings' grades are drawn independently, as likely
as the grade is large.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from estimator.families import Families
from estimator.grade_week import GradeWeek, Reading
from estimator.plan import DAYS, DEVICES, MINUTES_A_DAY, TIMED_KINDS, Activity, Plan

# Every set of device classes that some lesson may be confined to.
CLASS_SETS = tuple(frozenset(s) for size in range(1, len(DEVICES) + 1) for s in combinations(DEVICES, size))
HAS_COMPUTER = np.array([("computer" in s) for s in CLASS_SETS])
Demand = tuple[int, ...]  # for each of CLASS_SETS, the most children at one moment whose lesson is confined to it
Busy = Mapping[int, Mapping[str, NDArray[np.int8]]]  # grade → kind → classes × moments
DIGITS_APART = 12  # shares that differ by less are alike: they were only added up in another order


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the week at which families of a grade are short of a device."""

    day: str
    start_minute: int
    share: float  # of the grade's families that are short then
    grades: tuple[int, ...]  # of the school that have a lesson with a fixed time then


def families_short_of_device(week: GradeWeek) -> Reading:
    """Share of the families with a child in this grade that are short of a device at some moment [share]."""
    share = short_of_device(week)(week.families)
    timed = tuple(i for i, a in week.activities if _counts(a))
    return Reading(share, (), timed if share else ())


def short_of_device(week: GradeWeek) -> Callable[[Families], float]:
    """The same share of whichever families with as many children; what the plan needs of them is read once."""
    demands = demands_of(week.plan, week.grade.grade, week.families.households)
    total = sum(demands.values())

    def share(families: Families) -> float:
        short = sum(weight * chance_short(demand, families) for demand, weight in demands.items())
        return short / total if total else 0.0

    return share


def chance_short(demand: Demand, families: Families) -> float:
    """How likely a family with these children is short: the sum over what it may own of likelihood × shortage."""
    counts = tuple(families.counts[device] for device in DEVICES)
    adults = families.adults_at_work_on_computer
    sizes = (*(len(shares) for shares in counts), len(adults))
    return float(_likely((*counts, adults)) @ short_states(sizes, demand))


@lru_cache(maxsize=1024)
def _likely(of_things: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
    """How likely every combination of counts is, flattened; the things are taken as independent."""
    likely = np.ones(1)
    for shares in of_things:
        likely = np.multiply.outer(likely, np.array(shares))
    return likely.reshape(-1)


@lru_cache(maxsize=4096)
def short_states(sizes: tuple[int, ...], demand: Demand) -> NDArray[np.bool_]:
    """For every combination of counts of devices and of adults at work, flattened: whether a child is left without."""
    owned = np.indices(sizes).reshape(len(sizes), -1)
    adults = owned[-1]
    # An adult cannot take more computers than there are.
    taken = np.minimum(adults, owned[DEVICES.index("computer")])
    short = np.zeros(owned.shape[1], dtype=bool)
    for needed, classes, computer in zip(demand, CLASS_SETS, HAS_COMPUTER, strict=True):
        there = sum(owned[position] for position, device in enumerate(DEVICES) if device in classes)
        short |= needed > there - computer * taken
    return short


def worst_moment(week: GradeWeek) -> Moment | None:
    """The moment at which the largest share of this grade's families is short, the first of several; None without one.

    The same condition as for the week, held against what each family's children need at that moment alone.
    """
    busy, moments = _busy(week.plan), _moments(week.plan)
    chance = cache(partial(chance_short, families=week.families))
    short, total = np.zeros(len(moments) + 1), 0.0
    for siblings, weight in _sibling_sets(week.plan, week.grade.grade, week.families.households):
        kinds, which = np.unique(_needed(busy, siblings), axis=1, return_inverse=True)
        short += weight * np.array([chance(_demand(kind)) for kind in kinds.T])[which.reshape(-1)]
        total += weight
    if not short.any():
        return None
    first = int(np.argmax(short.round(DIGITS_APART)))
    day, minute = divmod(moments[first], MINUTES_A_DAY)
    grades = tuple(g for g, kinds in busy.items() if any(table[:, first].any() for table in kinds.values()))
    return Moment(DAYS[day], minute, float(short[first]) / total, grades)


@lru_cache(maxsize=512)
def demands_of(plan: Plan, grade: int, households: tuple[float, ...]) -> Mapping[Demand, float]:
    """What families with a child in this grade may demand, each demand with the weight of such families."""
    busy = _busy(plan)
    found: defaultdict[Demand, float] = defaultdict(float)
    for siblings, weight in _sibling_sets(plan, grade, households):
        found[_demand(_needed(busy, siblings).max(axis=1))] += weight
    return found


def _sibling_sets(plan: Plan, grade: int, households: tuple[float, ...]) -> Iterator[tuple[tuple[int, ...], float]]:
    """The grades that a family's children may be in, one of them this one, with the weight of such families."""
    pupils = {g.grade: g.pupils for g in plan.grades}
    everyone = sum(pupils.values()) or 1  # a school without pupils has no families, and none that is short
    for children, share in enumerate(households, start=1):
        for siblings in combinations_with_replacement(sorted(pupils), children):
            if grade in siblings and share:
                yield siblings, share * ways_to_arrange(siblings) * math.prod(pupils[g] / everyone for g in siblings)


def _needed(busy: Busy, siblings: Sequence[int]) -> NDArray[np.int8]:
    """Classes × moments: how many of these children need a device of the classes; one grade shares a broadcast."""
    live = [busy[grade]["live"] for grade in siblings]
    broadcasts = [busy[grade]["tv"] for grade in sorted(set(siblings))]
    needed: NDArray[np.int8] = np.sum([*live, *broadcasts], axis=0, dtype=np.int8)
    return needed


def _demand(needed: NDArray[np.int8]) -> Demand:
    return tuple(int(each) for each in needed)


def ways_to_arrange(siblings: Sequence[int]) -> int:
    """In how many orders of birth these grades can come, equal ones not told apart."""
    repeated = math.prod(math.factorial(n) for n in Counter(siblings).values())
    return math.factorial(len(siblings)) // repeated


@lru_cache(maxsize=64)
def _busy(plan: Plan) -> Busy:
    """Grade → kind → classes × moments: whether its lesson then is confined to these classes."""
    moments = np.array(_moments(plan), dtype=int)
    return {
        grade.grade: {
            kind: _table([a for _, a in plan.of_grade(grade.grade) if a.kind == kind], moments) for kind in TIMED_KINDS
        }
        for grade in plan.grades
    }


def _table(lessons: Sequence[Activity], moments: NDArray[np.int_]) -> NDArray[np.int8]:
    # One idle moment more, so that a week without lessons has a maximum too.
    table = np.zeros((len(CLASS_SETS), len(moments) + 1), dtype=np.int8)
    for a in lessons:
        confined = np.array([set(a.devices) <= classes for classes in CLASS_SETS])
        for start in _starts(a):
            now = (start <= moments) & (moments < start + a.minutes)
            table[:, :-1] |= np.outer(confined, now).astype(np.int8)
    return table


def _moments(plan: Plan) -> list[int]:
    """The minutes of the week at which a lesson begins: what is most at one time is most at a beginning."""
    return sorted({start for a in plan.activities for start in _starts(a)})


def _starts(a: Activity) -> Iterator[int]:
    if _counts(a) and a.start_minute is not None:
        for day in a.days:
            yield DAYS.index(day) * MINUTES_A_DAY + a.start_minute


def _counts(a: Activity) -> bool:
    return a.required and a.kind in TIMED_KINDS
