"""The data rate of a lesson that comes over a line: 0 would be no line, and cost no family anything.

Asked of what is handed in; a plan that is kept already is read as it is.
"""

from __future__ import annotations

from estimator.field_checks import Locator
from estimator.plan import N_, Plan, Problem
from estimator.reach import NEED_CONNECTION


def problem(kind: str, kbps: float | None, where: str) -> Problem | None:
    """What is wrong with the data rate of a lesson of this kind; None where it will do."""
    if kind not in NEED_CONNECTION or kbps != 0:
        return None
    remedy = N_(
        "Write its data rate, or leave it empty: what is usual is taken. What needs no line is on television or away "
        "from the screen."
    )
    return Problem(where, "0", N_("A live or recorded lesson comes over a line, and 0 is none."), remedy)


def problems(plan: Plan, locate: Locator) -> list[Problem]:
    """The same of each lesson of a plan."""
    lessons = enumerate(plan.activities)
    return [told for n, a in lessons if (told := problem(a.kind, a.kbps, locate("activity", n, "kbps")))]
