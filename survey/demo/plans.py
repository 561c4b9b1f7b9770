"""The plan of a demo school: a timetable of survey/demo/timetables/ spread over the school's grades."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from estimator.field_checks import MINUTES_AN_HOUR, clock
from estimator.plan import Plan
from estimator.plan_reading import plan_from_dict

TIMETABLES = Path(__file__).parent / "timetables"
SCHOOL_DAYS = ["mon", "tue", "wed", "thu", "fri"]
PUPILS_A_TEACHER = 15


def plan_of(school: Mapping[str, Any], place: str, week_of: date, currency: str) -> Plan:
    """A school's plan for one week, checked by the same reader as any other plan."""
    timetable = tomllib.loads((TIMETABLES / f"{school['timetable']}.toml").read_text(encoding="utf-8"))
    grades = grades_of(school)
    return plan_from_dict(
        {
            "school": school["name"],
            "place": place,
            "week_of": week_of,
            "currency": currency,
            "grade": [_grade(grade, pupils, timetable["teachers_on_camera"]) for grade, pupils in grades.items()],
            "activity": [
                _activity(lesson, grade, place_in_day * timetable["stagger_minutes"])
                for place_in_day, grade in enumerate(grades)
                for lesson in timetable["lesson"]
                if lesson["grades"][0] <= grade <= lesson["grades"][1]
            ],
        }
    )


def grades_of(school: Mapping[str, Any]) -> dict[int, int]:
    """Grade → pupils."""
    return dict(enumerate(school["pupils"], start=school["first_grade"]))


def teachers_for(pupils: int) -> int:
    """How many teachers a demo grade has."""
    return math.ceil(pupils / PUPILS_A_TEACHER)


def _activity(lesson: Mapping[str, Any], grade: int, later_minutes: int) -> dict[str, Any]:
    said = {
        "days": SCHOOL_DAYS,
        **{k: v for k, v in lesson.items() if k not in ("grades", "staggered")},
        "grade": grade,
    }
    if lesson.get("staggered"):
        hours, minutes = map(int, lesson["start"].split(":"))
        said["start"] = clock(hours * MINUTES_AN_HOUR + minutes + later_minutes)
    return said


def _grade(grade: int, pupils: int, share_on_camera: float) -> dict[str, int]:
    teachers = teachers_for(pupils)
    on_camera = math.ceil(teachers * share_on_camera)
    return {"grade": grade, "pupils": pupils, "teachers": teachers, "teachers_on_camera": on_camera}
