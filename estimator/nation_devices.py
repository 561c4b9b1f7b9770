"""Families short of a device in every school at once: the inequalities of `devices`, on bits instead of moments.

For each school, grade and set of device classes, words hold moment by moment whether a lesson of the grade is then
confined to the set, and whether it is a live one. What siblings demand at one moment is then and and or of words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.devices import CLASS_SETS, chance_short, ways_to_arrange
from estimator.families import Families
from estimator.nation_table import NO_START
from estimator.plan import DAYS, DEVICES, KINDS

Bits = NDArray[np.uint64]  # words × schools
Yes = NDArray[np.bool_]  # schools
Columns = Mapping[str, NDArray[Any]]
MOMENTS_A_WORD = 64
BITS_A_SET = 2  # a demand is 0 to 3: no more than a family has children
EVERY_DEMAND = 2**BITS_A_SET - 1
MINUTES_A_DAY = 24 * 60
MINUTES_A_SCHOOL = (len(DAYS) + 1) * MINUTES_A_DAY  # a week, and a day so that schools do not touch
LIVE, TV = KINDS.index("live"), KINDS.index("tv")


@dataclass
class Shortage:
    """Scores chunk after chunk of schools; remembers the chance of each demand it has met."""

    families: Families
    keys: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    chances: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))  # no demand, no shortage

    def of_grades(self, c: Columns, school: NDArray[np.int64], pupils: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the families with a child in the grade that are short of a device: grades × schools.

        `school` numbers the rows' schools from 0; `pupils` is grades × schools, 0 where there is no such grade.
        """
        busy = _Busy(c, school, *pupils.shape)
        short, families = np.zeros_like(pupils), np.zeros_like(pupils)
        everyone = pupils.sum(axis=0)
        part = np.divide(pupils, everyone, out=np.zeros_like(pupils), where=everyone > 0)
        grades = [g for g in range(len(pupils)) if pupils[g].any()]
        for children, share in enumerate(self.families.households, start=1):
            for siblings in combinations_with_replacement(grades, children) if share else ():
                weight = share * ways_to_arrange(siblings) * np.prod(part[list(siblings)], axis=0)
                expected = weight * self._chance(busy.demand_key(siblings))
                for grade in set(siblings):
                    short[grade] += expected
                    families[grade] += weight
        return np.divide(short, families, out=np.zeros_like(short), where=families > 0)

    def _chance(self, key: NDArray[np.int64]) -> NDArray[np.float64]:
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        unknown = self.keys[place] != key
        if unknown.any():
            self._learn(np.unique(key[unknown]))
            place = np.searchsorted(self.keys, key)
        return self.chances[place]

    def _learn(self, keys: NDArray[np.int64]) -> None:
        demands = [tuple(int(key) >> BITS_A_SET * n & EVERY_DEMAND for n in range(len(CLASS_SETS))) for key in keys]
        joined = np.concatenate([self.keys, keys])
        chances = np.concatenate([self.chances, [chance_short(demand, self.families) for demand in demands]])
        order = np.argsort(joined)
        self.keys, self.chances = joined[order], chances[order]


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
        timed = np.flatnonzero(c["required"] & (c["start"] != NO_START) & np.isin(c["kind"], (LIVE, TV)))
        spans = _Spans(c, timed, school, grades, schools)
        masks = np.unique(c["devices"][timed])
        alike: dict[tuple[bool, ...], int] = {}
        for number, classes in enumerate(CLASS_SETS):
            inside = sum(1 << DEVICES.index(device) for device in classes)
            within = tuple(int(mask) & ~inside == 0 for mask in masks)
            alike[within] = alike.get(within, 0) + (1 << BITS_A_SET * number)
        self.confined = [
            _confined(spans, masks[np.array(within, dtype=bool)], step) for within, step in alike.items() if any(within)
        ]

    def demand_key(self, siblings: Sequence[int]) -> NDArray[np.int64]:
        """What these siblings demand at most at one moment, of all sets of classes, as one number a school."""
        key = np.zeros(self.schools, dtype=np.int64)
        for confined in self.confined:
            most = _most(confined, siblings)
            if most is not None:
                key += most * np.int64(confined.step)
        return key


class _Spans:
    """Each timed lesson on each of its days as a span of the school's moments, and words made of them."""

    def __init__(self, c: Columns, timed: NDArray[np.int64], school: NDArray[np.int64], grades: int, schools: int):
        days = [(timed[(c["days"][timed] >> bit & 1) == 1], bit) for bit in range(len(DAYS))]
        row = np.concatenate([rows for rows, _ in days])
        day = np.concatenate([np.full(len(rows), bit) for rows, bit in days])
        cell = c["grade"][row].astype(np.int64) * schools + school[row]
        order = np.argsort(cell, kind="stable")
        row, day, self.cell = row[order], day[order], cell[order]
        begin = school[row] * MINUTES_A_SCHOOL + day * MINUTES_A_DAY + c["start"][row]
        moments = np.unique(begin)
        first = np.searchsorted(moments, np.arange(schools, dtype=np.int64) * MINUTES_A_SCHOOL)
        self.low = np.searchsorted(moments, begin) - first[school[row]]
        self.high = np.searchsorted(moments, begin + c["minutes"][row]) - first[school[row]]
        self.words = int(-(-self.high.max() // MOMENTS_A_WORD)) if len(row) else 1
        self.devices, self.is_live = c["devices"][row], c["kind"][row] == LIVE
        self.starts = np.flatnonzero(np.diff(self.cell, prepend=-1))
        self.shape = (grades, schools)

    def bits(self, chosen: Yes) -> Mapping[int, Bits]:
        """Grade → words × schools, of the chosen spans; grades without any are left out."""
        found = np.zeros((self.words, self.shape[0] * self.shape[1]), dtype=np.uint64)
        if len(self.cell):
            for word in range(self.words):
                low = np.clip(self.low - word * MOMENTS_A_WORD, 0, MOMENTS_A_WORD)
                high = np.clip(self.high - word * MOMENTS_A_WORD, 0, MOMENTS_A_WORD)
                spans = np.where(chosen, _below(high) & ~_below(low), np.uint64(0))
                found[word, self.cell[self.starts]] = np.bitwise_or.reduceat(spans, self.starts)
        by_grade = found.reshape(self.words, *self.shape)
        return {g: np.ascontiguousarray(by_grade[:, g]) for g in range(self.shape[0]) if by_grade[:, g].any()}


def _anywhere(bits: Bits) -> Yes:
    """Whether it is so at some moment, for each school."""
    return np.asarray(bits.any(axis=0))


def _below(bit: NDArray[np.int64]) -> Bits:
    """Words whose bits below this one are 1; 64 is all of them."""
    whole = bit == MOMENTS_A_WORD
    ones = (np.uint64(1) << np.where(whole, 0, bit).astype(np.uint64)) - np.uint64(1)
    return np.where(whole, ~np.uint64(0), ones)


def _confined(spans: _Spans, masks: NDArray[Any], step: int) -> _Confined:
    inside = np.isin(spans.devices, masks)
    busy, live = spans.bits(inside), spans.bits(inside & spans.is_live)
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
    most: NDArray[np.int8] = np.logical_or.reduce([confined.any_one[g] for g in here]).astype(np.int8)
    pairs = [pair for pair in combinations(here, 2) if pair in confined.two]
    if pairs:
        most += np.logical_or.reduce([confined.any_two[pair] for pair in pairs])
    if len(here) > 2 and (three := _three(confined, here)) is not None:
        most += three
    return most


def _three(confined: _Confined, siblings: Sequence[int]) -> Yes | None:
    """Whether all three need one at one moment: several of one grade only when its lesson is live."""
    bits = [confined.live.get(g) if siblings.count(g) > 1 else confined.busy[g] for g in dict.fromkeys(siblings)]
    there = [each for each in bits if each is not None]
    return _anywhere(np.bitwise_and.reduce(there)) if len(there) == len(bits) else None
