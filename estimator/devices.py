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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    share = float(short_of_device(week)(week.families)[0])
    timed = tuple(i for i, a in week.activities if _counts(a))
    return Reading(share, (), timed if share else ())


def short_of_device(week: GradeWeek) -> Callable[[Families], NDArray[np.float64]]:
    """The same share of whichever families with as many children, of each that might be; what the plan needs of them is
    read once.
    """
    demands = demands_of(week.plan, week.grade.grade, week.families.households)
    total = sum(demands.values())

    def share(families: Families) -> NDArray[np.float64]:
        sizes = _sizes(families)
        # Of all children's sets, how likely they are short with what a family owns: then over what it may own.
        short = sum((w * short_states(sizes, demand) for demand, w in demands.items()), np.zeros(math.prod(sizes)))
        return short @ _likely(families) / (total or 1.0)

    return share


def chance_short(demand: Demand, families: Families) -> float:
    """How likely a family with these children is short: the sum over what it may own of likelihood × shortage."""
    return float(short_states(_sizes(families), demand) @ _likely(families)[:, 0])


def _things(families: Families) -> tuple[tuple[float, ...], ...]:
    """What a family may have of each device, and at last adults at work: shares with 0, 1, 2 …"""
    return *(families.counts[device] for device in DEVICES), families.adults_at_work_on_computer


def _sizes(families: Families) -> tuple[int, ...]:
    return tuple(map(len, _things(families)))


@lru_cache(maxsize=16)
def _likely(families: Families) -> NDArray[np.float64]:
    """How likely every combination of counts is: combinations × families; the things are taken as independent."""
    likely = np.ones((1, 1))
    for shares in _things(families):
        each = np.array(shares).reshape(len(shares), -1)
        likely = (likely[:, None] * each[None]).reshape(len(likely) * len(each), -1)
    return likely


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
    busy, moments = _busy(week.plan), _moments(week.plan.activities)
    needs = {who: each for who, each in _needs(busy, len(week.families.households)) if week.grade.grade in who}
    chance = cache(partial(chance_short, families=week.families))
    short, total = np.zeros(len(moments) + 1), 0.0
    for siblings, weight in _sibling_sets(week.plan, week.families.households):
        if siblings not in needs:
            continue
        kinds, which = np.unique(needs[siblings], axis=1, return_inverse=True)
        short += weight * np.array([chance(_demand(kind)) for kind in kinds.T])[which.reshape(-1)]
        total += weight
    if not short.any():
        return None
    first = int(np.argmax(short.round(DIGITS_APART)))
    day, minute = divmod(moments[first], MINUTES_A_DAY)
    grades = tuple(g for g, kinds in busy.items() if any(table[:, first].any() for table in kinds.values()))
    return Moment(DAYS[day], minute, float(short[first]) / total, grades)


def demands_of(plan: Plan, grade: int, households: tuple[float, ...]) -> Mapping[Demand, float]:
    """What families with a child in this grade may demand, each demand with the weight of such families."""
    return _demands_by_grade(plan, households)[grade]


@lru_cache(maxsize=64)
def _demands_by_grade(plan: Plan, households: tuple[float, ...]) -> Mapping[int, Mapping[Demand, float]]:
    found: dict[int, dict[Demand, float]] = {grade.grade: {} for grade in plan.grades}
    demands = _demands(plan.activities, tuple(grade.grade for grade in plan.grades), len(households))
    for siblings, weight in _sibling_sets(plan, households):
        demand = demands[siblings]
        for grade in set(siblings):
            found[grade][demand] = found[grade].get(demand, 0.0) + weight
    return found


@lru_cache(maxsize=16)  # the schools of a district often follow one timetable
def _demands(
    activities: tuple[Activity, ...], grades: tuple[int, ...], most_children: int
) -> Mapping[tuple[int, ...], Demand]:
    """Siblings' grades → what they demand at most."""
    needs = _needs(_timetable(activities, grades), most_children)
    return {siblings: _demand(needed.max(axis=1)) for siblings, needed in needs}


def _sibling_sets(plan: Plan, households: tuple[float, ...]) -> Iterator[tuple[tuple[int, ...], float]]:
    """The grades that a family's children may be in, with the weight of such families."""
    pupils = {g.grade: g.pupils for g in plan.grades}
    everyone = sum(pupils.values()) or 1  # a school without pupils has no families, and none that is short
    chance = {grade: there / everyone for grade, there in pupils.items()}
    for children, share in enumerate(households, start=1):
        for siblings in combinations_with_replacement(sorted(pupils), children):
            if share:
                yield siblings, share * ways_to_arrange(siblings) * math.prod([chance[grade] for grade in siblings])


def _needs(
    busy: Busy, most_children: int, siblings: tuple[int, ...] = (), needed: NDArray[np.int8] | int = 0
) -> Iterator[tuple[tuple[int, ...], NDArray[np.int8]]]:
    """The grades that children may be in, beginning with these, each time with classes × moments: how many of them need
    a device of the classes; one grade shares a broadcast.
    """
    for grade in sorted(busy):
        if siblings and grade < siblings[-1]:
            continue
        lessons = busy[grade]
        with_it = needed + lessons["live"] if grade in siblings else needed + lessons["live"] + lessons["tv"]
        yield (*siblings, grade), with_it
        if most_children > len(siblings) + 1:
            yield from _needs(busy, most_children, (*siblings, grade), with_it)


def _demand(needed: NDArray[np.int8]) -> Demand:
    return tuple(needed.tolist())


@cache
def ways_to_arrange(siblings: tuple[int, ...]) -> int:
    """In how many orders of birth these grades can come, equal ones not told apart."""
    repeated = math.prod(math.factorial(n) for n in Counter(siblings).values())
    return math.factorial(len(siblings)) // repeated


def _busy(plan: Plan) -> Busy:
    """Grade → kind → classes × moments: whether its lesson then is confined to these classes."""
    return _timetable(plan.activities, tuple(grade.grade for grade in plan.grades))


@lru_cache(maxsize=16)
def _timetable(activities: tuple[Activity, ...], grades: tuple[int, ...]) -> Busy:
    moments = np.array(_moments(activities), dtype=int)
    return {
        grade: {
            kind: _table([a for a in activities if a.grade == grade and a.kind == kind], moments)
            for kind in TIMED_KINDS
        }
        for grade in grades
    }


def _table(lessons: Sequence[Activity], moments: NDArray[np.int_]) -> NDArray[np.int8]:
    # One idle moment more, so that a week without lessons has a maximum too.
    table = np.zeros((len(CLASS_SETS), len(moments) + 1), dtype=np.int8)
    for a in lessons:
        starts = np.array(list(_starts(a)), dtype=int)[:, None]
        now = ((starts <= moments) & (moments < starts + a.minutes)).any(axis=0)
        table[:, :-1] |= np.outer(_confined(a.devices), now)
    return table


@lru_cache(maxsize=64)
def _confined(devices: tuple[str, ...]) -> NDArray[np.bool_]:
    """For each of CLASS_SETS, whether a lesson for these devices is confined to it."""
    return np.array([set(devices) <= classes for classes in CLASS_SETS])


def _moments(activities: Iterable[Activity]) -> list[int]:
    """The minutes of the week at which a lesson begins: what is most at one time is most at a beginning."""
    return sorted({start for a in activities for start in _starts(a)})


def _starts(a: Activity) -> Iterator[int]:
    if _counts(a) and a.start_minute is not None:
        for day in a.days:
            yield DAYS.index(day) * MINUTES_A_DAY + a.start_minute


def _counts(a: Activity) -> bool:
    return a.required and a.kind in TIMED_KINDS
