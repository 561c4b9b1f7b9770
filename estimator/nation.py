"""Every school at once: the measures and the score of `assess()`, vectorised over a flat table of activities.

The same rules, prices and limits, read from the same files; held to `assess()` by a test. A range of the score is not
computed. Work goes in chunks of whole schools, so that memory stays small however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator import burden
from estimator.assess import MEASURES
from estimator.budget import kinds_of_family
from estimator.data_use import KBIT_SECONDS_A_GB, MB_A_GB, SECONDS_A_MINUTE
from estimator.families import Families
from estimator.grade_week import WEEKS_A_MONTH, GradeWeek
from estimator.nation_devices import Remembered, Shortage
from estimator.nation_table import NO_START, USUAL_KBPS, Table, is_among
from estimator.norms import BY_SCREEN, Norms
from estimator.plan import DAYS, DEVICES, GRADES, KINDS, SCREEN_KINDS, Activity, Grade, Plan
from estimator.reach import NEED_CONNECTION, Way, share_out_of_reach
from estimator.screen_time import share_of_screen_limit

SCHOOLS_A_CHUNK = 4000
Numbers = NDArray[np.float64]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Scores:
    """One row a school and grade, in the table's order."""

    school: NDArray[np.int32]
    grade: NDArray[np.int8]
    pupils: NDArray[np.int32]
    score: Numbers
    dose: Numbers
    norms_broken: NDArray[np.int16]
    norms_checked: NDArray[np.int16]
    measures: Mapping[str, Numbers]
    parts: Mapping[str, Numbers]  # dimension → points; they add up to the score


class Scorer:
    """Holds schools against the norms of `place` on `day`; prices in `currency`.

    Keeps what it has looked up and computed of families from one table to the next.
    """

    def __init__(self, families: Families, norms: Norms, *, place: str, day: date, currency: str):
        # A grade's week without activities: the one place that knows figures, prices and the families' budgets.
        empty = Plan("", place, day, currency, (), ())
        self._rules = _Rules(GradeWeek(empty, Grade(GRADES[0], 0, 0), families, norms, place, day))
        self._shortage = Shortage(families)

    def scores(self, table: Table, progress: Progress = lambda _schools: None) -> Scores:
        """Every school and grade of the table. Raises NormProblems as `assess` does."""
        parts = []
        for chunk in _chunks(table):
            parts.append(_scores(chunk, self._rules, self._shortage))
            progress(SCHOOLS_A_CHUNK)
        return _joined(parts)


@dataclass(frozen=True, slots=True)
class _Doses:
    """burden.dose() of one measure, by grade number (0 is none): measure · each, and banned where it is above 0."""

    said: Numbers  # 1 where somebody limits it
    each: Numbers  # dose of one unit
    banned: Numbers  # 1 where it must not be at all

    @property
    def bans(self) -> bool:
        """Whether it is forbidden in any grade."""
        return bool(self.banned.any())


@dataclass
class _Rules:
    """The limits by measure and grade, and the figures, looked up once."""

    week: GradeWeek

    @cached_property
    def doses(self) -> Mapping[str, _Doses]:
        """The measures that somebody limits, each with what its dose is made of."""
        found = {name: self._doses_of(name) for name in MEASURES}
        return {name: doses for name, doses in found.items() if doses.said.any()}

    def _doses_of(self, name: str) -> _Doses:
        doses = _Doses(*(np.zeros(GRADES[-1] + 1) for _ in range(3)))
        for grade in GRADES:
            said = self.week.norms.ruling(name, self.week.place, grade, self.week.day).applies
            if said is not None:
                doses.said[grade] = 1
                doses.banned[grade] = said.value == 0
                doses.each[grade] = 1 / (said.value or self.week.norms.measures[name].zero_step)
        return doses

    @cached_property
    def norms_checked(self) -> NDArray[np.int16]:
        """How many limits apply, by grade number (0 is none)."""
        return np.asarray(sum(doses.said for doses in self.doses.values()), dtype=np.int16)

    @cached_property
    def screen_shares(self) -> Numbers:
        """Grade × set of devices (as bits) → what a minute takes of the least limited screen's limit; 0 without one."""
        shares = np.zeros((GRADES[-1] + 1, 1 << len(DEVICES)))
        for grade in GRADES:
            week = replace(self.week, grade=Grade(grade, 0, 0))
            limits = week.minutes_by_screen
            if not limits:
                continue
            for bits in range(1, 1 << len(DEVICES)):
                devices = tuple(device for n, device in enumerate(DEVICES) if bits >> n & 1)
                lesson = Activity(grade, "", SCREEN_KINDS[0], (), 1, devices=devices)
                shares[grade, bits] = share_of_screen_limit(lesson, limits)
        return shares

    @cached_property
    def out_of_reach(self) -> Remembered:
        """Set of ways → share of families. A way's bit is its devices, above them whether it needs a connection."""
        return Remembered(lambda bits: share_out_of_reach(_ways(bits), self.week.families))


class _Chunk:
    """Some schools' rows, and the cells (school × grade) that they add up to."""

    def __init__(self, table: Table):
        self.c: Mapping[str, NDArray[Any]] = table.columns
        key = self.c["school"].astype(np.int64) * (GRADES[-1] + 1) + self.c["grade"]
        self.first = np.flatnonzero(np.diff(key, prepend=-1))
        self.cell = np.repeat(np.arange(len(self.first)), np.diff(self.first, append=len(key)))
        self.times = np.bitwise_count(self.c["days"]).astype(np.int64)
        self.on_screen = is_among(self.c["kind"], map(KINDS.index, SCREEN_KINDS), of=len(KINDS))

    def sums(self, amount: NDArray[Any]) -> Numbers:
        """An amount of each row, added up by cell."""
        return np.add.reduceat(amount, self.first).astype(np.float64)

    def highest(self, amount: NDArray[Any]) -> Numbers:
        """The highest amount of each cell's rows."""
        return np.maximum.reduceat(amount, self.first).astype(np.float64)

    def worst_day(self, minutes: NDArray[Any]) -> Numbers:
        """Minutes of the weekday on which they add up to most."""
        worst = np.zeros(len(self.first))
        some = np.flatnonzero(minutes)
        cell, amount, days = self.cell[some], minutes[some], self.c["days"][some]
        for bit in range(len(DAYS)):
            on = (days >> bit & 1) == 1
            if on.any():
                sums = np.bincount(cell[on], weights=amount[on], minlength=len(worst))
                np.maximum(worst, sums, out=worst)
        return worst


def _scores(table: Table, rules: _Rules, shortage: Shortage) -> Scores:
    chunk = _Chunk(table)
    first = chunk.first
    grade, school = chunk.c["grade"][first], chunk.c["school"][first]
    measures = {
        **_minutes(chunk, rules),
        **_chores(chunk),
        **_money(chunk, rules),
        "families_out_of_reach": _reach(chunk, rules),
        "families_short_of_device": _devices(chunk, shortage),
    }
    measures = {name: measures[name] for name in MEASURES}
    return _weighed(school, grade, chunk.c["pupils"][first], measures, rules)


def _minutes(chunk: _Chunk, rules: _Rules) -> dict[str, Numbers]:
    c = chunk.c
    shown = np.where(chunk.on_screen, c["minutes"], 0).astype(np.int32)
    return {
        "screen_minutes": chunk.worst_day(shown),
        BY_SCREEN: _by_screen(chunk, rules),
        "lesson_minutes": chunk.highest(shown),
        "longest_run_minutes": _longest_run(chunk, shown, rules.week.figure("rest_minutes")),
        "homework_minutes": chunk.worst_day(c["homework_minutes"].astype(np.int32)),
        "adult_minutes": chunk.worst_day(c["adult_minutes"].astype(np.int32)),
    }


def _by_screen(chunk: _Chunk, rules: _Rules) -> Numbers:
    """Shares of each screen's limit, where a norm gives one."""
    c, shares = chunk.c, rules.screen_shares
    if not shares.any():
        return np.zeros(len(chunk.first))
    return chunk.worst_day(np.where(chunk.on_screen, c["minutes"] * shares[c["grade"], c["devices"]], 0.0))


def _longest_run(chunk: _Chunk, shown: NDArray[np.int32], rest_minutes: float) -> Numbers:
    """The most screen minutes between two rests; rows stand in the order of their starts."""
    c = chunk.c
    longest = chunk.highest(np.where(c["start"] == NO_START, shown, 0))
    timed = np.flatnonzero(chunk.on_screen & (c["start"] != NO_START))
    for bit in range(len(DAYS)):
        on = timed[(c["days"][timed] >> bit & 1) == 1]
        if len(on):
            cell, start = chunk.cell[on], c["start"][on].astype(np.int64)
            # The latest end so far; a cell's numbers lie above those of all cells before it.
            apart = cell * (2 * len(DAYS) * 24 * 60)
            over = np.maximum.accumulate(apart + start + shown[on])
            begins = np.ones(len(on), dtype=bool)
            begins[1:] = (cell[1:] != cell[:-1]) | (apart[1:] + start[1:] - over[:-1] >= rest_minutes)
            first = np.flatnonzero(begins)
            np.maximum.at(longest, cell[first], np.add.reduceat(shown[on], first).astype(np.float64))
    return longest


def _chores(chunk: _Chunk) -> dict[str, Numbers]:
    c, times = chunk.c, chunk.times
    first = chunk.first
    teachers, on_camera = c["teachers"][first], c["teachers_on_camera"][first]
    pages = c["pages"] * times
    return {
        "pages_week": chunk.sums(pages),
        "forced_printing": chunk.sums(pages * c["required"]),
        "check_ins": chunk.sums(times * (c["check_in"] & c["required"])),
        "uploads": chunk.sums(times * (c["video"] & c["required"])),
        "teachers_on_camera": np.divide(on_camera, teachers, out=np.zeros(len(first)), where=teachers > 0),
    }


def _money(chunk: _Chunk, rules: _Rules) -> dict[str, Numbers]:
    c, week = chunk.c, rules.week
    usual = np.array([week.figure(f"kbps_{kind}") for kind in KINDS])
    kbps = np.where(c["kbps"] == USUAL_KBPS, usual[c["kind"]], c["kbps"])
    gb = kbps * c["minutes"] * SECONDS_A_MINUTE / KBIT_SECONDS_A_GB + c["upload_mb"] / MB_A_GB
    data = chunk.sums(gb * chunk.times) * WEEKS_A_MONTH
    data_cost = data * week.price("price_gb")
    pages = c["pages"] * chunk.times
    black = chunk.sums(pages * ~c["colour"]) * WEEKS_A_MONTH
    colour = chunk.sums(pages * c["colour"]) * WEEKS_A_MONTH
    own = (black + colour) * week.price("price_page_own_printer")
    printer = np.where(black + colour > 0, week.price("price_printer") / week.figure("purchase_months"), 0.0)
    shop = black * week.price("price_page_bw") + colour * week.price("price_page_colour")
    without = np.minimum(shop, own + printer)
    bought = chunk.sums(c["buy"]) / week.figure("purchase_months")
    over = np.zeros(len(chunk.first))
    for kind in kinds_of_family(week):
        for_data = data_cost if kind.pays_for_data else 0.0
        for_printing = own if kind.has_printer else without
        too_much = (for_data > kind.most_for_data) | (for_data + for_printing + bought > kind.most_in_all)
        over += kind.share * too_much
    has_printer = week.families.printer
    return {
        "print_cost_month": has_printer * own + (1 - has_printer) * without,
        "data_gb_month": data,
        "data_cost_month": data_cost,
        "families_over_budget": over,
    }


def _reach(chunk: _Chunk, rules: _Rules) -> Numbers:
    c = chunk.c
    online = is_among(c["kind"], map(KINDS.index, NEED_CONNECTION), of=len(KINDS))
    way = c["devices"].astype(np.int64) + (online.astype(np.int64) << len(DEVICES))
    needed = np.where(chunk.on_screen & c["required"], np.int64(1) << way, np.int64(0))
    return rules.out_of_reach.of(np.bitwise_or.reduceat(needed, chunk.first))


def _ways(bits: int) -> list[Way]:
    """The ways that a set, as bits, holds."""
    every = (1 << len(DEVICES)) - 1
    return [
        Way(tuple(d for n, d in enumerate(DEVICES) if way >> n & 1), online=way > every)
        for way in range(2 * (every + 1))
        if bits >> way & 1
    ]


def _devices(chunk: _Chunk, shortage: Shortage) -> Numbers:
    c, first = chunk.c, chunk.first
    school = np.cumsum(np.diff(c["school"], prepend=c["school"][0]) > 0, dtype=np.int64)
    grade, of_cell = c["grade"][first], school[first]
    pupils = np.zeros((GRADES[-1] + 1, int(school[-1]) + 1))
    pupils[grade, of_cell] = c["pupils"][first]
    return np.asarray(shortage.of_grades(c, school, pupils)[grade, of_cell])


def _weighed(
    school: NDArray[Any], grade: NDArray[Any], pupils: NDArray[Any], measures: Mapping[str, Numbers], rules: _Rules
) -> Scores:
    """Doses, dimensions and score: burden's definitions, for arrays."""
    largest: dict[str, Numbers] = {}
    broken = np.zeros(len(grade), np.int16)
    for name, rule in rules.doses.items():
        dose = measures[name] * rule.each[grade]
        if rule.bans:
            dose += (measures[name] > 0) * rule.banned[grade]
        broken += dose > 1 + burden.HAIR
        dimension = rules.week.norms.measures[name].dimension
        largest[dimension] = np.maximum(dose, largest[dimension]) if dimension in largest else dose
    doses = np.array(list(largest.values()))
    whole = burden.combined_doses(doses)
    scores = burden.scores(whole)
    parts = _parts(largest, doses, whole, scores)
    return Scores(school, grade, pupils, scores, whole, broken, rules.norms_checked[grade], measures, parts)


def _parts(largest: Mapping[str, Numbers], doses: Numbers, whole: Numbers, scores: Numbers) -> dict[str, Numbers]:
    over = np.where(doses > 1 + burden.HAIR, doses - 1, 0.0)
    above = np.where(whole > 1, scores - burden.SCORE_AT_LIMIT, 0.0)
    total = over.sum(axis=0)
    share = np.divide(over, total, out=np.zeros_like(over), where=total > 0)
    tightest = doses.argmax(axis=0)
    within = whole <= 1
    parts = {
        name: np.where(within, np.where(tightest == n, scores, 0.0), above * share[n]) for n, name in enumerate(largest)
    }
    return {"limit": np.where(within, 0.0, burden.SCORE_AT_LIMIT), **parts}


def _chunks(table: Table) -> Iterator[Table]:
    """Whole schools, so many at a time; the table is sorted by school."""
    school = table.columns["school"]
    ends = np.searchsorted(school, np.arange(0, int(school[-1]) + 1 + SCHOOLS_A_CHUNK, SCHOOLS_A_CHUNK))
    for first, last in zip(ends, ends[1:], strict=False):
        if last > first:
            yield table.rows(slice(int(first), int(last)))


def _joined(parts: list[Scores]) -> Scores:
    def whole(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    def each(name: str) -> dict[str, Numbers]:
        keys = list(getattr(parts[0], name))
        return {key: np.concatenate([getattr(part, name)[key] for part in parts]) for key in keys}

    names = ("school", "grade", "pupils", "score", "dose", "norms_broken", "norms_checked")
    return Scores(**{name: whole(name) for name in names}, measures=each("measures"), parts=each("parts"))
