"""Which limit applies in a place on a day to each measure and grade, who else spoke, and why that is passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from flask_babel import lazy_gettext as _l

from estimator.assess import MEASURES
from estimator.norms import Norms, Reason, Statement
from estimator.plan import GRADES
from survey.planning.assessments import Weighed
from survey.planning.own_norms import OwnNorm, norms_with
from survey.school.definitions import ELSEWHERE, REASONS
from survey.words.wording import Words

# A day is looked at here, where a plan is held against the norms of its week.
REASONS_OF_DAY: Words = {
    **REASONS,
    "not yet issued": _l("it is not in force yet"),
    "no longer in force": _l("it is no longer in force"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """Grades that follow one another in which the same statement applies, or none."""

    grades: tuple[int, ...]
    applies: Statement | None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A statement that does not apply in some grades that it is for, and why."""

    statement: Statement
    why: Reason
    grades: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MeasureLimits:
    """All grades of one measure."""

    measure: str
    unit: str
    limits: tuple[Limit, ...]
    passed_over: tuple[PassedOver, ...]  # without those of other places

    @property
    def is_told(self) -> bool:
        """Whether anybody says anything of it here."""
        return bool(self.passed_over) or any(limit.applies for limit in self.limits)


def limits(norms: Norms, place: str, day: date, currency: str) -> list[MeasureLimits]:
    """Every measure in the order of the estimator; its unit in this currency."""
    return [_of_measure(norms, name, place, day, currency) for name in MEASURES]


def _of_measure(norms: Norms, name: str, place: str, day: date, currency: str) -> MeasureLimits:
    rulings = {grade: norms.ruling(name, place, grade, day) for grade in GRADES}
    passed_over: dict[tuple[str, Reason], PassedOver] = {}
    for grade, ruling in rulings.items():
        for said, why in ruling.passed_over:
            if why not in ELSEWHERE:
                before = passed_over.get((said.id, why), PassedOver(said, why, ()))
                passed_over[said.id, why] = replace(before, grades=(*before.grades, grade))
    together = groupby(GRADES, key=lambda grade: rulings[grade].applies)
    return MeasureLimits(
        measure=name,
        unit=norms.measures[name].unit.replace("currency", currency),
        limits=tuple(Limit(tuple(grades), applies) for applies, grades in together),
        passed_over=tuple(passed_over.values()),
    )


def stricter_elsewhere(norm: OwnNorm, days: Collection[date]) -> list[Statement]:
    """What the program's own norms say of a wider place, and of this one, that allows less than this norm does.

    On those of these days on which the norm holds; on the first of its days where it holds on none of them.
    """
    held = [day for day in days if norm.since <= day and (norm.until is None or day < norm.until)] or [norm.since]
    shipped, found = norms_with(()), {}
    for day in held:
        for place in (norm.place.partition("-")[0], norm.place):
            for grade in range(norm.grades[0], norm.grades[1] + 1):
                said = shipped.ruling(norm.measure, place, grade, day).applies
                if said and not said.house_rule and said.value < norm.value:
                    found[said.id] = said
    return list(found.values())


def silence(norm: OwnNorm, norms: Norms, weighed: Mapping[str, Weighed]) -> tuple[int, dict[Reason, int]]:
    """In how many plans a norm speaks for some grade, and of the others how many for which reason it does not."""
    speaks, silent = 0, dict[Reason, int]()
    for each in weighed.values():
        rulings = [
            norms.ruling(norm.measure, each.assessment.place, grade, each.assessment.date)
            for grade in each.assessment.grades
        ]
        if any(ruling.applies and ruling.applies.id == norm.statement_id for ruling in rulings):
            speaks += 1
            continue
        reasons = {why for ruling in rulings for said, why in ruling.passed_over if said.id == norm.statement_id}
        # What is said of the grade it is for comes before what is said of the others.
        usual: Reason = "other grades"
        why = min(reasons, key=lambda reason: (reason in ELSEWHERE, reason), default=usual)
        silent[why] = silent.get(why, 0) + 1
    return speaks, silent
