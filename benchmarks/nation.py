"""195,800 synthetic nine-grade schools scored at once, beside a loop over assess() on a sample of them.

As many primary and junior schools as China had in 2023 (143,500 and 52,300). Every school is one of its own: its
numbers of pupils, the hour its lessons begin in each grade, and which of its lessons are held at all differ by chance.
"""

from __future__ import annotations

import resource
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figure import Figure, at_most
from estimator import families, nation, norm_file
from estimator.assess import assess
from estimator.nation_table import NO_START, TYPES, Table, encoded, sorted_table
from estimator.plan import DAYS, DEVICES, KINDS, Activity, Grade, Plan
from survey.demo.plans import plan_of

SCORED_GOAL, MEMORY_GOAL = 5, 1.5  # core-seconds, gigabytes
SCHOOLS, SAMPLE = 195_800, 20
NINE_GRADES = 9
WEEK, PLACE, CURRENCY = date(2020, 3, 9), "CN-34", "CNY"
SEED = 20200306
KEPT = 0.9  # of lessons
SHIFT_MINUTES, SHIFTS = 5, 12
KILOBYTES_A_GB = 1024**2
DISTRICT = Path(__file__).parents[1] / "survey/demo/district.toml"


def figures() -> Iterator[Figure]:
    """The lines for the table of `make bench`."""
    rules, own = norm_file.load(), families.load("rural")
    scorer = nation.Scorer(own, rules, place=PLACE, day=WEEK, currency=CURRENCY)
    seconds, rows, first = 0.0, 0, None
    for table in _tables():
        first = first or table
        rows += len(table)
        start = time.process_time()
        scorer.scores(table)
        seconds += time.process_time() - start
    assert first is not None
    sample = [_plan(first, school) for school in range(SAMPLE)]
    start = time.process_time()
    for plan in sample:
        assess(plan, own, rules)
    each = (time.process_time() - start) / SAMPLE
    gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_GB
    name = f"{SCHOOLS:,} schools of nine grades, {rows:,} activities, scored"
    yield at_most(SCORED_GOAL, name, seconds, "core-s", "after reading")
    yield at_most(MEMORY_GOAL, "… highest memory", gb, "GB")
    note = f"{each * SCHOOLS / seconds:,.0f} × as much for all"
    yield Figure("a loop over assess(), with its range of the score, a school", each * 1000, "CPU-ms", note=note)


def _tables() -> Iterator[Table]:
    """The schools in parts, as a reader of a large file would hand them on."""
    template = _template()
    chance = np.random.default_rng(SEED)
    for first in range(0, SCHOOLS, nation.SCHOOLS_A_CHUNK):
        yield _table(template, min(nation.SCHOOLS_A_CHUNK, SCHOOLS - first), chance)


def _template() -> Plan:
    """The demo's plan of a nine-grade school."""
    told = tomllib.loads(DISTRICT.read_text(encoding="utf-8"))
    plans = [plan_of(row, place=PLACE, week_of=WEEK, currency=CURRENCY) for row in told["school"]]
    return next(plan for plan in plans if len(plan.grades) == NINE_GRADES)


def _table(template: Plan, schools: int, chance: np.random.Generator) -> Table:
    rows = [encoded(a) for a in template.activities]
    columns = {
        name: np.tile(np.array([row[name] for row in rows], dtype=kind), schools)
        for name, kind in TYPES.items()
        if name in rows[0]
    }
    school = np.repeat(np.arange(schools, dtype=np.int32), len(rows))
    grade = columns["grade"]
    pupils = chance.integers(10, 200, (schools, NINE_GRADES + 1), dtype=np.int32)
    shift = SHIFT_MINUTES * chance.integers(0, SHIFTS, (schools, NINE_GRADES + 1), dtype=np.int16)
    start = columns["start"]
    columns["start"] = np.where(start == NO_START, start, start + shift[school, grade])
    columns |= {"school": school, "pupils": pupils[school, grade]}
    columns |= {"teachers": pupils[school, grade] // 12 + 1, "teachers_on_camera": pupils[school, grade] // 24}
    first_of_grade = np.diff(grade, prepend=0) != 0
    held = first_of_grade | (chance.random(len(school)) < KEPT)
    return sorted_table(
        [str(n) for n in range(schools)],
        {name: columns[name][held].astype(kind) for name, kind in TYPES.items()},
    )


def _plan(table: Table, school: int) -> Plan:
    """One school of the table as a plan again."""
    c = table.columns
    rows = np.flatnonzero(c["school"] == school)
    grades = {int(c["grade"][n]): Grade(int(c["grade"][n]), int(c["pupils"][n]), int(c["teachers"][n])) for n in rows}
    return Plan(str(school), PLACE, WEEK, CURRENCY, tuple(grades.values()), tuple(_activity(c, int(n)) for n in rows))


def _activity(c: Any, n: int) -> Activity:
    return Activity(
        grade=int(c["grade"][n]),
        subject="",
        kind=KINDS[c["kind"][n]],
        days=tuple(day for bit, day in enumerate(DAYS) if c["days"][n] >> bit & 1),
        minutes=int(c["minutes"][n]),
        start_minute=None if c["start"][n] == NO_START else int(c["start"][n]),
        devices=tuple(device for bit, device in enumerate(DEVICES) if c["devices"][n] >> bit & 1),
        required=bool(c["required"][n]),
    )
