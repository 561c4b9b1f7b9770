"""A school's plan beside the life that families report: norm, plan, reported, and one word for each quantity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from estimator.assessment import GradeBurden, Measure
from survey.planning.assessments import Weighed
from survey.release.lived import Lived, lived
from survey.release.published import Release

WHO_REPORTS = "parent"
# A gap between plan and life is called one only beyond these: self-reports are coarse. House rules.
SMALLEST_GAP: Mapping[str, float] = {"screen_minutes": 30, "longest_run_minutes": 15, "homework_minutes": 30}
USUAL_SMALLEST_GAP = 5.0
SMALLEST_GAP_SHARE = 0.25
IN_ORDER, NOT_FOLLOWED, HIDDEN_LOAD, BOTH_OVER, UNCLEAR = (
    "in_order",
    "not_followed",
    "hidden_load",
    "both_over",
    "unclear",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity of one grade."""

    measure: Measure
    life: Lived | None
    word: str  # one of the five
    gap: float | None  # reported less planned, where it is called one


def beside_life(weighed: Weighed, release: Release, school_id: str) -> Mapping[int, tuple[Row, ...]]:
    """Grade → the limited quantities that families report in bands, in the order they are asked."""
    asked = list(dict(_asked(release)).items())
    return {
        number: tuple(_row(grade.measures[name], release, question, school_id, number) for name, question in of_grade)
        for number, grade in weighed.assessment.grades.items()
        if (of_grade := [(name, question) for name, question in asked if _is_limited(grade, name)])
    }


def by_word(beside: Mapping[int, Sequence[Row]]) -> Counter[str]:
    """How many quantities of all grades have each word."""
    return Counter(row.word for rows in beside.values() for row in rows)


def _asked(release: Release) -> Iterator[tuple[str, str]]:
    """Measure → question, of those asked in bands."""
    for table in release.of_district():
        is_banded = any(count.low is not None for count in table.counts)
        if table.audience.questionnaire == WHO_REPORTS and table.feeds and is_banded:
            yield table.feeds, table.question


def _is_limited(grade: GradeBurden, name: str) -> bool:
    return name in grade.measures and bool(grade.measures[name].limit)


def _row(measure: Measure, release: Release, question: str, school_id: str, grade: int) -> Row:
    life = lived(release, WHO_REPORTS, question, school_id, grade)
    return Row(measure, life, word(measure, life), gap(measure, life) if life else None)


def word(measure: Measure, life: Lived | None) -> str:
    """Which of both is over the limit; what families report is where its whole range is.

    The district's families live with other schools' plans: of this one they say nothing.
    """
    assert measure.limit is not None
    if (
        life is None
        or not life.of_school
        or life.low is None
        or life.high is None
        or life.low <= measure.limit < life.high
    ):
        return UNCLEAR
    plan_over, life_over = measure.value > measure.limit, life.low > measure.limit
    return {
        (False, False): IN_ORDER,
        (True, False): NOT_FOLLOWED,
        (False, True): HIDDEN_LOAD,
        (True, True): BOTH_OVER,
    }[plan_over, life_over]


def gap(measure: Measure, life: Lived) -> float | None:
    """Reported less planned, where the range leaves the plan and the gap is large; infinite beyond the last band."""
    if not life.of_school or life.low is None or life.high is None or life.low <= measure.value <= life.high:
        return None
    found = life.middle - measure.value
    least = max(SMALLEST_GAP.get(measure.name, USUAL_SMALLEST_GAP), SMALLEST_GAP_SHARE * measure.value)
    return found if math.isinf(found) or abs(found) > least else None
