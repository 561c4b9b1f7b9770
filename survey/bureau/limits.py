"""Which limit applies in a place on a day to each measure and grade, who else spoke, and why that is passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import lazy_gettext as _l

from estimator.assess import MEASURES
from estimator.norms import Norms, Reason, Statement
from estimator.plan import GRADES
from survey.planning.assessments import Weighed
from survey.planning.own_norms import OwnNorm, norms_with
from survey.school.definitions import ELSEWHERE, REASONS
from survey.wording import Words

# A day is looked at here, where a plan is held against the norms of its week.
REASONS_OF_DAY: Words = {
    **REASONS,
    "not yet issued": _l("it is not in force yet"),
    "no longer in force": _l("it is no longer in force"),
}
PassedOver = tuple[tuple[Statement, Reason], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """Grades in which the same statement applies, and the same others are passed over."""

    grades: tuple[int, ...]
    applies: Statement | None
    passed_over: PassedOver  # without those of other places and grades


@dataclass(frozen=True, slots=True)
class MeasureLimits:
    """All grades of one measure."""

    measure: str
    unit: str
    limits: tuple[Limit, ...]

    @property
    def is_told(self) -> bool:
        """Whether anybody says anything of it here."""
        return any(limit.applies or limit.passed_over for limit in self.limits)


def limits(norms: Norms, place: str, day: date, currency: str) -> list[MeasureLimits]:
    """Every measure in the order of the estimator; its unit in this currency."""
    return [
        MeasureLimits(name, norm.unit.replace("currency", currency), tuple(_of_measure(norms, name, place, day)))
        for name, norm in ((name, norms.measures[name]) for name in MEASURES)
    ]


def _of_measure(norms: Norms, measure: str, place: str, day: date) -> Iterator[Limit]:
    def said(grade: int) -> tuple[Statement | None, PassedOver]:
        ruling = norms.ruling(measure, place, grade, day)
        return ruling.applies, tuple((s, why) for s, why in ruling.passed_over if why not in ELSEWHERE)

    for (applies, passed_over), grades in groupby(GRADES, key=said):
        yield Limit(tuple(grades), applies, passed_over)


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
