"""The measures of every school and grade at once: those of `assess()`, added up by array over a flat table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator import data_use, printing
from estimator.assess import MEASURES
from estimator.budget import cannot_pay, kinds_of_family
from estimator.grade_week import WEEKS_A_MONTH
from estimator.nation_devices import Shortage
from estimator.nation_rules import Numbers, Rules
from estimator.nation_table import NO_START, USUAL_KBPS, Table, is_among
from estimator.norms import BY_SCREEN
from estimator.plan import DAYS, DEVICES, GRADES, KINDS, MINUTES_A_DAY, SCREEN_KINDS
from estimator.reach import NEED_CONNECTION


class Chunk:
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


def measures_of(chunk: Chunk, rules: Rules, shortage: Shortage) -> dict[str, Numbers]:
    """Every measure of each cell, in the order of `MEASURES`."""
    found = {
        **_minutes(chunk, rules),
        **_chores(chunk),
        **_money(chunk, rules),
        "families_out_of_reach": _reach(chunk, rules),
        "families_short_of_device": _devices(chunk, shortage),
    }
    return {name: found[name] for name in MEASURES}


def _minutes(chunk: Chunk, rules: Rules) -> dict[str, Numbers]:
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


def _by_screen(chunk: Chunk, rules: Rules) -> Numbers:
    """Shares of each screen's limit, where a norm gives one."""
    c, shares = chunk.c, rules.screen_shares
    if not shares.any():
        return np.zeros(len(chunk.first))
    return chunk.worst_day(np.where(chunk.on_screen, c["minutes"] * shares[c["grade"], c["devices"]], 0.0))


def _longest_run(chunk: Chunk, shown: NDArray[np.int32], rest_minutes: float) -> Numbers:
    """The most screen minutes between two rests; rows stand in the order of their starts."""
    c = chunk.c
    longest = chunk.highest(np.where(c["start"] == NO_START, shown, 0))
    timed = np.flatnonzero(chunk.on_screen & (c["start"] != NO_START))
    for bit in range(len(DAYS)):
        on = timed[(c["days"][timed] >> bit & 1) == 1]
        if len(on):
            cell, start = chunk.cell[on], c["start"][on].astype(np.int64)
            # The latest end so far; a cell's numbers lie above those of all cells before it.
            apart = cell * (2 * len(DAYS) * MINUTES_A_DAY)
            over = np.maximum.accumulate(apart + start + shown[on])
            begins = np.ones(len(on), dtype=bool)
            begins[1:] = (cell[1:] != cell[:-1]) | (apart[1:] + start[1:] - over[:-1] >= rest_minutes)
            first = np.flatnonzero(begins)
            np.maximum.at(longest, cell[first], np.add.reduceat(shown[on], first).astype(np.float64))
    return longest


def _chores(chunk: Chunk) -> dict[str, Numbers]:
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


def _money(chunk: Chunk, rules: Rules) -> dict[str, Numbers]:
    c, week = chunk.c, rules.week
    gb = _gb_month(chunk, rules)
    pages = c["pages"] * chunk.times
    black, colour = (chunk.sums(pages * chosen) * WEEKS_A_MONTH for chosen in (~c["colour"], c["colour"]))
    data_cost, printing_cost = data_use.cost_of(week, gb), printing.cost_of(week, black, colour)
    bought = week.purchase_month(chunk.sums(c["buy"]))
    over = np.zeros(len(chunk.first))
    for kind in kinds_of_family(week):
        over += kind.share * cannot_pay(kind, data_cost, printing_cost, bought)
    return {
        "print_cost_month": np.asarray(printing_cost.on_average(week.families.printer)),
        "data_gb_month": gb,
        "data_cost_month": np.asarray(data_cost),
        "families_over_budget": over,
    }


def _gb_month(chunk: Chunk, rules: Rules) -> Numbers:
    c = chunk.c
    usual = np.array([rules.week.figure(f"kbps_{kind}") for kind in KINDS])
    kbps = np.where(c["kbps"] == USUAL_KBPS, usual[c["kind"]], c["kbps"])
    return chunk.sums(data_use.gb_of(kbps, c["minutes"], c["upload_mb"]) * chunk.times) * WEEKS_A_MONTH


def _reach(chunk: Chunk, rules: Rules) -> Numbers:
    c = chunk.c
    online = is_among(c["kind"], map(KINDS.index, NEED_CONNECTION), of=len(KINDS))
    way = c["devices"].astype(np.int64) + (online.astype(np.int64) << len(DEVICES))
    needed = np.where(chunk.on_screen & c["required"], np.int64(1) << way, np.int64(0))
    return rules.out_of_reach.of(np.bitwise_or.reduceat(needed, chunk.first))


def _devices(chunk: Chunk, shortage: Shortage) -> Numbers:
    c, first = chunk.c, chunk.first
    school = np.cumsum(np.diff(c["school"], prepend=c["school"][0]) > 0, dtype=np.int64)
    grade, of_cell = c["grade"][first], school[first]
    pupils = np.zeros((GRADES[-1] + 1, int(school[-1]) + 1))
    pupils[grade, of_cell] = c["pupils"][first]
    return np.asarray(shortage.of_grades(c, school, pupils)[grade, of_cell])
