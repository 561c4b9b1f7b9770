"""One case per norm: a plan exactly at the limit keeps it, the next possible value breaks it and names it.

The cases are made from the norm files themselves, so a limit changed there shows up here as its own case.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estimator import families
from estimator.assess import assess
from estimator.assessment import GradeBurden
from estimator.norms import Statement
from estimator.plan import Plan
from estimator.plan_reading import MOST_MINUTES, plan_from_dict
from survey.demo.plans import plan_of as demo_plan
from tests.test_assess import NORMS, SCHOOL_DAYS

CASES = Path(__file__).parent / "cases"
USUAL_DAY, SOMEWHERE = date(2020, 3, 9), "CN"
CURRENCIES = {"IN": "INR", "US": "USD"}
TEACHERS = 10
Asked = Callable[[float], dict[str, Any]]

# What a plan must ask for a measure to have a value; the steps are the smallest there are.
ASK: Mapping[str, Asked] = {
    "screen_minutes": lambda value: {"kind": "recorded", "minutes": value},
    "longest_run_minutes": lambda value: {"kind": "recorded", "minutes": value},
    "lesson_minutes": lambda value: {"kind": "recorded", "minutes": value},
    "homework_minutes": lambda value: {"homework_minutes": value},
    "adult_minutes": lambda value: {"adult_minutes": value},
    "pages_week": lambda value: {"pages": value, "days": ["mon"]},
    "forced_printing": lambda value: {"pages": value, "days": ["mon"]},
    "check_ins": lambda value: {"check_in": bool(value), "days": ["mon"]},
    "uploads": lambda value: {"upload": "video" if value else "none", "days": ["mon"]},
    "teachers_on_camera": lambda value: {"on_camera": value * TEACHERS},
}
STEPS = {"teachers_on_camera": 1 / TEACHERS}
SPEAKING = [s for norm in NORMS.measures.values() for s in norm.statements if s.source.confidence != "weak"]


def burden_at(statement: Statement, value: float) -> GradeBurden:
    """The burden of a grade that the statement speaks of, whose plan asks so much of its measure."""
    told: dict[str, Any] = {"subject": "Case", "kind": "offline", "minutes": 20, "days": SCHOOL_DAYS}
    told |= ASK[statement.measure](value) if statement.measure in ASK else {}
    grade, place = statement.grades[0], statement.place or SOMEWHERE
    on_camera = round(told.pop("on_camera", 0))
    plan: Plan = plan_from_dict(
        {
            "school": "Case",
            "place": place,
            "week_of": (statement.date if statement.date > date.min else USUAL_DAY).isoformat(),
            "currency": CURRENCIES.get(place[:2], "CNY"),
            "grade": [{"grade": grade, "pupils": 50, "teachers": TEACHERS, "teachers_on_camera": on_camera}],
            "activity": [{"grade": grade, **told, "minutes": m} for m in _lessons(float(str(told["minutes"])))],
        }
    )
    return assess(plan, families.load("urban"), NORMS).grades[grade]


def _lessons(minutes: float) -> list[float]:
    """One lesson, or two where one would be longer than a plan's reader takes."""
    return [minutes] if minutes <= MOST_MINUTES else [MOST_MINUTES, minutes - MOST_MINUTES]


@pytest.mark.parametrize("statement", SPEAKING, ids=[s.id for s in SPEAKING])
def test_at_the_limit_the_norm_is_kept_and_beyond_it_is_named(statement: Statement) -> None:
    kept = burden_at(statement, statement.value)
    measure = kept.measures[statement.measure]
    assert (measure.norm, measure.limit) == (statement.id, statement.value)
    if statement.measure in ASK:
        assert statement.id not in [flag.norm for flag in kept.flags]
        broken = burden_at(statement, statement.value + STEPS.get(statement.measure, 1))
        (flag,) = [flag for flag in broken.flags if flag.norm == statement.id]
        assert flag.source == statement.source
        assert flag.value > flag.limit == statement.value


GOLDEN = tomllib.loads((CASES / "demo_schools.toml").read_text(encoding="utf-8"))["school"]
DISTRICT = tomllib.loads((CASES.parents[1] / "survey/demo/district.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("golden", GOLDEN, ids=[school["name"] for school in GOLDEN])
def test_each_demo_school_scores_as_it_did(golden: dict[str, Any]) -> None:
    row = next(row for row in DISTRICT["school"] if row["name"] == golden["name"])
    week = {key: DISTRICT["bureau"][key] for key in ("place", "week_of", "currency")}
    found = assess(demo_plan(row, **week), families.load(row["setting"]), NORMS)
    assert found.school.score == pytest.approx(golden["score"], abs=0.05)
    assert (found.school.grade, found.school.norms_broken) == (golden["heaviest_grade"], golden["norms_broken"])
    flags = sorted({flag.measure for grade in found.grades.values() for flag in grade.flags})
    assert flags == golden["flags"]


VALIDATION = tomllib.loads((CASES / "validation.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", VALIDATION["dose"], ids=[case["why"] for case in VALIDATION["dose"]])
def test_the_day_that_shanghai_parents_reported_has_the_published_dose(case: dict[str, Any]) -> None:
    found = screen_burden(case["grade"], case["place"], case["day"], case["minutes_a_day"])
    assert found.measures["screen_minutes"].dose == pytest.approx(case["dose"], abs=0.005)


def test_the_score_rises_with_the_hours_that_more_short_sighted_pupils_spent() -> None:
    bins = VALIDATION["myopia"]
    found = [screen_burden(5, "CN", date(2020, 9, 1), b["minutes_a_day"]) for b in bins]
    doses = [burden.measures["screen_minutes"].dose or 0 for burden in found]
    shares = [b["short_sighted"] for b in bins]
    assert doses == sorted(set(doses))
    assert shares == sorted(set(shares))
    # Up to the limit the short sittings weigh as much; beyond it the score rises too.
    assert [round(burden.score) for burden in found] == [50, 50, 69, 84]


def screen_burden(grade: int, place: str, day: date, minutes_a_day: int) -> GradeBurden:
    """A grade that looks at a screen for so long on five days, twenty minutes at a time."""
    lessons = [20] * (minutes_a_day // 20) + ([minutes_a_day % 20] if minutes_a_day % 20 else [])
    told = {"grade": grade, "subject": "Lesson", "kind": "recorded", "days": SCHOOL_DAYS}
    plan = plan_from_dict(
        {
            "school": "Case",
            "place": place,
            "week_of": day.isoformat(),
            "currency": "CNY",
            "grade": [{"grade": grade, "pupils": 50, "teachers": TEACHERS}],
            "activity": [{**told, "minutes": minutes} for minutes in lessons],
        }
    )
    return assess(plan, families.load("urban"), NORMS).grades[grade]
