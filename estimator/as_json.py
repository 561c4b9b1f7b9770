"""Assessments and advice as other programs read them: plain data, dates as text."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from estimator.advice import Advice
from estimator.assessment import Assessment, Flag, GradeBurden
from estimator.plan_reading import plan_as_dict


def of_assessment(found: Assessment) -> dict[str, Any]:
    """An assessment as other programs read it; dates as text."""
    school = asdict(found.school)
    keys = ("score", "dose", "grade", "norms_broken", "norms_checked")
    return {
        "school": {key: school[key] for key in keys},
        "grades": {str(number): _grade_json(grade) for number, grade in found.grades.items()},
    }


def _grade_json(grade: GradeBurden) -> dict[str, Any]:
    measured = ("value", "unit", "limit", "dose", "norm", "house_rule", "day")
    return {
        **{key: getattr(grade, key) for key in ("score", "dose", "low", "high")},
        "measures": {n: {key: getattr(m, key) for key in measured} for n, m in grade.measures.items()},
        "parts": dict(grade.parts),
        "flags": [_flag_json(flag) for flag in grade.flags],
    }


def _flag_json(flag: Flag) -> dict[str, Any]:
    source = {
        key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(flag.source).items()
    }
    keys = ("norm", "measure", "value", "limit", "house_rule")
    return {
        **{key: getattr(flag, key) for key in keys},
        "source": source,
        "activities": list(flag.activities),
    }


def of_advice(told: Advice) -> dict[str, Any]:
    """The advised plan, each change, and both assessments."""
    return {
        "plan": plan_as_dict(told.plan),
        "cost": told.cost,
        "proven": told.is_proven,
        "changes": [asdict(change) for change in told.changes],
        "before": of_assessment(told.before),
        "after": of_assessment(told.after),
        "remaining": [{"grade": grade, **_flag_json(flag)} for grade, flag in told.remaining],
    }
