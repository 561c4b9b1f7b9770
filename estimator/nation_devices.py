"""Families short of a device in every school at once: the inequalities of `devices`, on bits instead of moments.

For each school, grade and set of device classes, words hold moment by moment whether a lesson of the grade is then
confined to the set, and whether it is a live one. What siblings demand at one moment is then and and or of words.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.devices import CLASS_SETS, chance_short, ways_to_arrange
from estimator.families import Families
from estimator.nation_table import NO_START, is_among
from estimator.plan import DAYS, DEVICES, KINDS, MINUTES_A_DAY

Bits = NDArray[np.uint64]  # words × schools
Yes = NDArray[np.bool_]  # schools
Columns = Mapping[str, NDArray[Any]]
MOMENTS_A_WORD = 64
BITS_A_SET = 2  # a demand is 0 to 3: no more than a family has children
MOST_STEPS_IN_A_TABLE = 3  # 4³ demands
EVERY_DEMAND = 2**BITS_A_SET - 1
MINUTES_A_SCHOOL = (len(DAYS) + 1) * MINUTES_A_DAY  # a week, and a day so that schools do not touch
ONES_BELOW = np.array([2**bit - 1 for bit in range(MOMENTS_A_WORD + 1)], dtype=np.uint64)
LIVE, TV = KINDS.index("live"), KINDS.index("tv")


@dataclass
class Remembered:
    """A function of few distinct whole numbers, computed once for each and looked up for arrays of them."""

    compute: Callable[[int], float]
    keys: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def of(self, key: NDArray[np.int64]) -> NDArray[np.float64]:
        """The value of every key."""
        place = np.searchsorted(self.keys, key)
        if not len(self.keys) or (self.keys[np.minimum(place, len(self.keys) - 1)] != key).any():
            self._learn(np.setdiff1d(key, self.keys))
            place = np.searchsorted(self.keys, key)
        return self.values[place]

    def _learn(self, keys: NDArray[np.int64]) -> None:
        joined = np.concatenate([self.keys, keys])
        values = np.concatenate([self.values, [self.compute(int(key)) for key in keys]])
        order = np.argsort(joined)
        self.keys, self.values = joined[order], values[order]


class Shortage:
    """Scores chunk after chunk of schools; remembers the chance of each demand it has met."""

    def __init__(self, families: Families):
        self.households = families.households
        self.chance = Remembered(lambda key: chance_short(_demand(key), families))

    def of_grades(self, c: Columns, school: NDArray[np.int64], pupils: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the families with a child in the grade that are short of a device: grades × schools.

        `school` numbers the rows' schools from 0; `pupils` is grades × schools, 0 where there is no such grade.
        """
        busy = _Busy(c, school, *pupils.shape)
        short = np.zeros_like(pupils)
        everyone = pupils.sum(axis=0)
        part = np.divide(pupils, everyone, out=np.zeros_like(pupils), where=everyone > 0)
        grades = [g for g in range(len(pupils)) if pupils[g].any()]
        chances = _Chances(self.chance, busy.steps)
        for children, share in enumerate(self.households, start=1):
            for siblings in combinations_with_replacement(grades, children) if share else ():
                weight = share * ways_to_arrange(siblings) * math.prod(part[g] for g in siblings)
                expected = weight * chances.of(busy.code(siblings))
                for grade in set(siblings):
                    short[grade] += expected
        having = sum(share * (1 - (1 - part) ** n) for n, share in enumerate(self.households, start=1))
        np.divide(short, having, out=short, where=part > 0)
        return short


class _Chances:
    """How likely families are short, by the code of their demand: a table where there are few codes."""

    def __init__(self, chance: Remembered, steps: Sequence[int]):
        self.chance, self.steps = chance, steps
        few = len(steps) <= MOST_STEPS_IN_A_TABLE
        self.table = chance.of(self._keys(np.arange(1 << BITS_A_SET * len(steps)))) if few else None

    def of(self, code: NDArray[np.int32]) -> NDArray[np.float64]:
        """The chance for every code."""
        return self.table[code] if self.table is not None else self.chance.of(self._keys(code))

    def _keys(self, code: NDArray[Any]) -> NDArray[np.int64]:
        """The keys of whole demands that codes stand for."""
        each = (code.astype(np.int64) >> BITS_A_SET * n & EVERY_DEMAND for n in range(len(self.steps)))
        return sum((most * step for most, step in zip(each, self.steps, strict=True)), np.zeros(len(code), np.int64))


def _demand(key: int) -> tuple[int, ...]:
    """The demand that a key stands for."""
    return tuple(key >> BITS_A_SET * n & EVERY_DEMAND for n in range(len(CLASS_SETS)))


@dataclass(frozen=True, slots=True)
class _Confined:
    """Lessons confined to one set of classes (or to any of several that make the same demand)."""

    step: int  # what one child more adds to a demand's key
    busy: Mapping[int, Bits]  # grade → when it has such a lesson
    live: Mapping[int, Bits]  # grade → when it has such a live one, for which each child needs a device
    two: Mapping[tuple[int, int], Bits]  # pair of grades → when two children need one
    any_one: Mapping[int, Yes]
    any_two: Mapping[tuple[int, int], Yes]


class _Busy:
    """When the grades of each school have lessons, by the classes they are confined to."""

    def __init__(self, c: Columns, school: NDArray[np.int64], grades: int, schools: int):
        self.schools = schools
        timed = np.flatnonzero(
            c["required"] & (c["start"] != NO_START) & is_among(c["kind"], (LIVE, TV), of=len(KINDS))
        )
        spans = _Spans(c, timed, school, grades, schools)
        masks = np.flatnonzero(np.bincount(c["devices"][timed]))
        alike: dict[tuple[bool, ...], int] = {}
        for number, classes in enumerate(CLASS_SETS):
            inside = sum(1 << DEVICES.index(device) for device in classes)
            within = tuple(int(mask) & ~inside == 0 for mask in masks)
            alike[within] = alike.get(within, 0) + (1 << BITS_A_SET * number)
        self.confined = [
            _confined(c, spans, masks[np.array(within, dtype=bool)], step)
            for within, step in alike.items()
            if any(within)
        ]

    @property
    def steps(self) -> list[int]:
        """What one child more adds to a demand's key, for each kind of set that is told apart."""
        return [confined.step for confined in self.confined]

    def code(self, siblings: Sequence[int]) -> NDArray[np.int32]:
        """What these siblings demand at most at one moment, for each kind of set, as one number a school."""
        code = np.zeros(self.schools, dtype=np.int32)
        for n, confined in enumerate(self.confined):
            most = _most(confined, siblings)
            if most is not None:
                code += most.astype(np.int32) << BITS_A_SET * n
        return code


def _unlike_days(
    c: Columns, timed: NDArray[np.int64], school: NDArray[np.int64], schools: int
) -> list[tuple[NDArray[np.int64], int]]:
    """The timed rows of each weekday, without those of schools in which an earlier day has the very same rows."""
    found: list[tuple[NDArray[np.int64], int]] = []
    mark = np.random.default_rng(0).integers(2**63, size=len(timed), dtype=np.int64)
    earlier: list[NDArray[np.int64]] = []
    of_school = np.searchsorted(school[timed], np.arange(schools))
    for bit in range(len(DAYS)):
        on = (c["days"][timed] >> bit & 1) == 1
        # Days of the same rows have the same sum of marks, and others have not but once in 2⁶³.
        sums = np.concatenate([[0], np.cumsum(np.where(on, mark, 0))])
        of_day = sums[np.append(of_school[1:], len(timed))] - sums[of_school]
        if on.any():
            new = np.logical_and.reduce([of_day != before for before in earlier], initial=True) & np.ones(schools, bool)
            found.append((timed[on & new[school[timed]]], bit))
        earlier.append(of_day)
    return found


class _Spans:
    """Each timed lesson on each of its days as a span of the school's moments, and words made of them."""

    def __init__(self, c: Columns, timed: NDArray[np.int64], school: NDArray[np.int64], grades: int, schools: int):
        days = _unlike_days(c, timed, school, schools)
        self.rows = [row for row, _ in days]
        begins = [school[row] * MINUTES_A_SCHOOL + day * MINUTES_A_DAY + c["start"][row] for row, day in days]
        moments = np.sort(np.concatenate([*begins, np.zeros(0, np.int64)]), kind="stable")
        moments = moments[np.diff(moments, prepend=-1) > 0]
        first = np.searchsorted(moments, np.arange(schools, dtype=np.int64) * MINUTES_A_SCHOOL)
        between = [
            [np.searchsorted(moments, when) - first[school[row]] for when in (begin, begin + c["minutes"][row])]
            for row, begin in zip(self.rows, begins, strict=True)
        ]
        highest = max((int(high.max()) for _, high in between if len(high)), default=1)
        self.words = -(-highest // MOMENTS_A_WORD)
        self.spans = [_words(low, high, self.words) for low, high in between]
        self.cells = [school[row] * grades + c["grade"][row] for row in self.rows]
        self.shape = (schools, grades)

    def bits(self, chosen: Yes) -> Mapping[int, Bits]:
        """Grade → words × schools, of the chosen rows; grades without any are left out."""
        schools, grades = self.shape
        found = np.zeros((self.words, schools * grades), dtype=np.uint64)
        for row, cell, spans in zip(self.rows, self.cells, self.spans, strict=True):
            here = chosen[row]
            cell_here = cell[here]
            # The rows stand in the order of their cells.
            starts = np.flatnonzero(np.diff(cell_here, prepend=-1))
            for word in range(self.words) if len(starts) else ():
                found[word, cell_here[starts]] |= np.bitwise_or.reduceat(spans[word][here], starts)
        by_grade = found.reshape(self.words, schools, grades)
        return {g: np.ascontiguousarray(by_grade[:, :, g]) for g in range(grades) if by_grade[:, :, g].any()}


def _words(low: NDArray[np.int64], high: NDArray[np.int64], words: int) -> list[Bits]:
    """Word after word, the bits from low to below high of each row."""
    bounds = [
        (np.clip(each - word * MOMENTS_A_WORD, 0, MOMENTS_A_WORD) for each in (low, high)) for word in range(words)
    ]
    return [ONES_BELOW[end] & ~ONES_BELOW[begin] for begin, end in bounds]


def _anywhere(bits: Bits) -> Yes:
    """Whether it is so at some moment, for each school."""
    return np.asarray(bits.any(axis=0))


def _confined(c: Columns, spans: _Spans, masks: NDArray[Any], step: int) -> _Confined:
    inside = is_among(c["devices"], masks, of=1 << len(DEVICES))
    busy = spans.bits(inside)
    broadcast = inside & (c["kind"] == TV)
    live = spans.bits(inside & ~broadcast) if broadcast.any() else busy
    two = {(g, g): bits for g, bits in live.items()}
    two |= {(g, h): busy[g] & busy[h] for g, h in combinations(sorted(busy), 2)}
    return _Confined(
        step,
        busy,
        live,
        two,
        {g: _anywhere(bits) for g, bits in busy.items()},
        {pair: _anywhere(bits) for pair, bits in two.items()},
    )


def _most(confined: _Confined, siblings: Sequence[int]) -> NDArray[np.int8] | None:
    """How many of these siblings need such a device at one moment, at most; None where it is nobody anywhere."""
    here = [g for g in siblings if g in confined.busy]
    if not here:
        return None
    most: NDArray[np.int8] = _in_any(confined.any_one[g] for g in dict.fromkeys(here)).astype(np.int8)
    pairs = [pair for pair in combinations(here, 2) if pair in confined.two]
    if pairs:
        most += _in_any(confined.any_two[pair] for pair in dict.fromkeys(pairs))
    if len(here) > 2 and (three := _three(confined, here)) is not None:
        most += three
    return most


def _in_any(each: Iterable[Yes]) -> Yes:
    """Whether it is so in any of them, for each school; numpy's own reduce would first copy them together."""
    return reduce(operator.or_, each)


def _three(confined: _Confined, siblings: Sequence[int]) -> Yes | None:
    """Whether all three need one at one moment: several of one grade only when its lesson is live."""
    bits = [confined.live.get(g) if siblings.count(g) > 1 else confined.busy[g] for g in dict.fromkeys(siblings)]
    there = [each for each in bits if each is not None]
    return _anywhere(reduce(operator.and_, there)) if len(there) == len(bits) else None
