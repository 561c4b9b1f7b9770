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
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from estimator.families import Families
from estimator.grade_week import GradeWeek, Reading, share_of_families
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
    return share_of_families(float(short_of_device(week)(week.families)[0]), week, timed)


def timed(week: GradeWeek) -> tuple[int, ...]:
    """The activities that it may hang on."""
    return tuple(i for i, a in week.activities if _counts(a))


def short_of_device(week: GradeWeek) -> Callable[[Families], NDArray[np.float64]]:
    """The same share of whichever families with as many children, of each that might be."""
    return lambda families: _short_by_grade(week.plan, families)[week.grade.grade]


@lru_cache(maxsize=16)
def _short_by_grade(plan: Plan, families: Families) -> Mapping[int, NDArray[np.float64]]:
    """Grade → the share of its families that are short at some moment, of each of these families that might be."""
    sizes, siblings = _sizes(families), _siblings_of(plan, len(families.households))
    weights = _by_grade(siblings, _weights(siblings, plan, families.households))
    short, likely = _short_in(sizes, siblings.demands), _likely(families)
    # Of all children's sets, how likely they are short with what a family owns: then over what it may own. Grade by
    # grade, for the product of all sets other processors going, which takes longer than it spares.
    return {grade: of @ short @ likely / (of.sum() or 1.0) for grade, of in zip(siblings.grades, weights, strict=True)}


@lru_cache(maxsize=64)
def _short_in(sizes: tuple[int, ...], demands: tuple[Demand, ...]) -> NDArray[np.float64]:
    """`short_states` of several demands, a row each: 1 where a child is left without, else 0."""
    return np.array([short_states(sizes, demand) for demand in demands], dtype=float)


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
    sets = _siblings_of(week.plan, len(week.families.households))
    for siblings, weight in zip(sets.listed, _weights(sets, week.plan, week.families.households), strict=True):
        if siblings not in needs or not weight:
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


@dataclass(frozen=True, slots=True, eq=False)
class _Siblings:
    """The grades that a family's children may be in, a set a row, and what they demand at most."""

    grades: tuple[int, ...]
    listed: tuple[tuple[int, ...], ...]
    children: NDArray[np.int_]  # in how many of them
    ways: NDArray[np.int_]  # to arrange them
    places: NDArray[np.int_]  # of each child's grade in `grades`; one beyond it where there is no child
    demands: tuple[Demand, ...]  # each once
    demand: NDArray[np.int_]  # the place of its own in `demands`


def _siblings_of(plan: Plan, most_children: int) -> _Siblings:
    return _siblings(plan.activities, tuple(grade.grade for grade in plan.grades), most_children)


@lru_cache(maxsize=16)  # the schools of a district often follow one timetable
def _siblings(activities: tuple[Activity, ...], grades: tuple[int, ...], most_children: int) -> _Siblings:
    needs = _needs(_timetable(activities, grades), most_children)
    demanded = {siblings: _demand(needed.max(axis=1)) for siblings, needed in needs}
    demands = {demand: place for place, demand in enumerate(dict.fromkeys(demanded.values()))}
    nobody = (len(grades),) * most_children
    places = [(*map(grades.index, siblings), *nobody)[:most_children] for siblings in demanded]
    return _Siblings(
        grades=grades,
        listed=tuple(demanded),
        children=np.array([len(siblings) for siblings in demanded]),
        ways=np.array([ways_to_arrange(siblings) for siblings in demanded]),
        places=np.array(places),
        demands=tuple(demands),
        demand=np.array([demands[demand] for demand in demanded.values()]),
    )


def _weights(siblings: _Siblings, plan: Plan, households: tuple[float, ...]) -> NDArray[np.float64]:
    """How many families have children in these grades, of each set."""
    everyone = sum(grade.pupils for grade in plan.grades) or 1  # without pupils no families, and none that is short
    chances = np.array([*(grade.pupils / everyone for grade in plan.grades), 1.0])
    arranged = np.array(households)[siblings.children - 1] * siblings.ways
    weights: NDArray[np.float64] = arranged * chances[siblings.places].prod(axis=1)
    return weights


def _by_grade(siblings: _Siblings, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of families with a child in a grade that demand the same: grades × demands."""
    found = np.zeros((len(siblings.grades) + 1, len(siblings.demands)))
    for child, places in enumerate(siblings.places.T):
        # Siblings in one grade stand beside each other, and their family is counted once there.
        is_first = places != siblings.places[:, child - 1] if child else np.ones(len(places), dtype=bool)
        np.add.at(found, (places[is_first], siblings.demand[is_first]), weights[is_first])
    return found[:-1]


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
