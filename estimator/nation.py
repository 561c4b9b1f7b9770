"""Every school at once: the measures and the score of `assess()`, vectorised over a flat table of activities.

The same rules, prices and limits, read from the same files; held to `assess()` by a test. A range of the score is not
computed. Work goes in chunks of whole schools, so that memory stays small however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator import burden
from estimator.families import Families
from estimator.grade_week import GradeWeek
from estimator.nation_devices import Shortage
from estimator.nation_measures import Chunk, measures_of
from estimator.nation_rules import Numbers, Rules
from estimator.nation_table import Table
from estimator.norms import Norms
from estimator.plan import GRADES, Grade, Plan

SCHOOLS_A_CHUNK = 16_000
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
        self._rules = Rules(GradeWeek(empty, Grade(GRADES[0], 0, 0), families, norms, place, day))
        self._shortage = Shortage(families)

    def scores(self, table: Table, progress: Progress = lambda _schools: None) -> Scores:
        """Every school and grade of the table. Raises NormProblems as `assess` does."""
        parts = []
        for chunk in _chunks(table):
            parts.append(_scores(chunk, self._rules, self._shortage))
            progress(SCHOOLS_A_CHUNK)
        return _joined(parts)


def _scores(table: Table, rules: Rules, shortage: Shortage) -> Scores:
    chunk = Chunk(table)
    grade, school, pupils = (chunk.c[name][chunk.first] for name in ("grade", "school", "pupils"))
    return _weighed(school, grade, pupils, measures_of(chunk, rules, shortage), rules)


def _weighed(
    school: NDArray[Any], grade: NDArray[Any], pupils: NDArray[Any], measures: Mapping[str, Numbers], rules: Rules
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
