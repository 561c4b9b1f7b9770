"""What stands beside a timetable that is being changed: the grade's score and flags, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from estimator.assessment import Assessment, Flag, GradeBurden
from estimator.plan import Plan, PlanProblems, Problem
from survey.planning.assessments import weigh_plan
from survey.planning.drafts import Draft, base_plan
from survey.planning.overlaps import Overlap, overlaps
from survey.staff.store import School


@dataclass(frozen=True, slots=True)
class Panel:
    """A grade as the draft has it beside the version it began from."""

    number: int
    now: Assessment | None  # None: it cannot be weighed yet
    before: Assessment | None  # None: nothing is changed, or there was nothing
    has_lessons: bool
    problems: tuple[Problem, ...] = ()
    overlaps: Sequence[Overlap] = ()  # lessons of the grade that stand at one time

    @property
    def burden(self) -> GradeBurden | None:
        """The grade's burden now."""
        return self.now.grades.get(self.number) if self.now else None

    @property
    def was(self) -> GradeBurden | None:
        """The grade's burden before the changes."""
        return self.before.grades.get(self.number) if self.before else None

    @property
    def flags(self) -> Sequence[tuple[Flag, bool]]:
        """The grade's flags, each with whether it is new."""
        if self.burden is None:
            return ()
        known = None if self.was is None else _measures(self.was.flags)
        return [(flag, known is not None and flag.measure not in known) for flag in self.burden.flags]

    @property
    def gone(self) -> Sequence[Flag]:
        """The flags that the changes have cleared."""
        if self.burden is None or self.was is None:
            return ()
        return [flag for flag in self.was.flags if flag.measure not in _measures(self.burden.flags)]


def panel(plan: Plan, draft: Draft, school: School, grade: int) -> Panel:
    """The panel for a plan: the draft itself, or the draft with what is being typed."""
    try:
        now = weigh_plan(plan, school)
    except PlanProblems as found:
        return Panel(grade, None, None, True, found.problems)
    is_as_before = not draft.base or plan == (began := base_plan(school, draft.base))
    before = None if is_as_before else weigh_plan(began, school)
    return Panel(grade, now, before, bool(plan.of_grade(grade)), overlaps=overlaps(plan).get(grade, ()))


def _measures(flags: Collection[Flag]) -> set[str]:
    return {flag.measure for flag in flags}
