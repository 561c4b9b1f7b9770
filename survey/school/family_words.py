"""What a measure of families means, told as a parent would say it: how many families, and when it is worst."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from estimator.assessment import Measure
from estimator.devices import Moment
from estimator.family_counts import FamilyCount, of_share
from estimator.field_checks import clock
from survey.language import in_a_row
from survey.planning.assessments import Weighed, grade_week, worst_moment_of
from survey.words import amount_words, wording
from survey.words.enumeration import enumerated
from survey.words.wording import Words

SHORT = "families_short_of_device"
# Of how many families it is true; `who` is so many of so many.
COUNTED: Words = {
    SHORT: _l("%(who)s are short of a device at some time of the week."),
    "families_out_of_reach": _l("%(who)s cannot follow a compulsory lesson: no device for it, or no connection."),
    "families_over_budget": _l("%(who)s would have to spend more than they can spare."),
}
# The same of so few that it is most likely nobody.
HARDLY: Words = {
    SHORT: _l("Hardly any of the %(families)s families is short of a device."),
    "families_out_of_reach": _l("Hardly any of the %(families)s families cannot follow a compulsory lesson."),
    "families_over_budget": _l("Hardly any of the %(families)s families would have to spend more than they can spare."),
}
# What one family pays.
PAID: Words = {
    "print_cost_month": _l("Printing costs a family about %(amount)s on average."),
    "data_cost_month": _l("A family without broadband pays about %(amount)s for mobile data."),
}
MOST_GRADES_NAMED = 3


def of_flags(weighed: Weighed, language: str) -> dict[tuple[int, str], str]:
    """Grade and measure → the sentence, of every flag that is about families."""
    found = {}
    for number, grade in weighed.assessment.grades.items():
        for name in (flag.measure for flag in grade.flags if flag.measure in COUNTED):
            found[number, name] = sentence(weighed, number, grade.measures[name], language)
    return found


def hardest(weighed: Weighed, language: str) -> list[tuple[int, str, str]]:
    """Grade, measure and sentence, for each measure of families, of the grade with the largest share of them."""
    found = []
    grades = weighed.assessment.grades
    for name in COUNTED:
        worst = max(grades, key=lambda number, name=name: grades[number].measures[name].value)  # type: ignore[misc]
        if told := sentence(weighed, worst, grades[worst].measures[name], language):
            found.append((worst, name, told))
    return found


def sentence(weighed: Weighed, grade: int, measure: Measure, language: str) -> str:
    """What the measure means for a grade's families; nothing where it is no measure of families, or of none."""
    if not measure.value:
        return ""
    if measure.name in PAID:
        return PAID[measure.name] % {"amount": amount_words.format_measure(measure, language)}
    if measure.name not in COUNTED:
        return ""
    told = counted(measure.name, of_share(measure.value, grade_week(weighed, grade).grade.pupils))
    moment = worst_moment_of(weighed, grade) if measure.name == SHORT else None
    return in_a_row(told, moment_words(moment, language) if moment else "")


def moment_words(moment: Moment, language: str) -> str:
    """When it is worst, and which grades have lessons then."""
    at: Mapping[str, str] = {
        "day": str(wording.DAY_LABELS[moment.day]),
        "time": clock(moment.start_minute) or "",
        "grades": _grades(moment.grades, language),
    }
    if len(moment.grades) == 1:
        return str(_("It is worst on %(day)s at %(time)s, when %(grades)s has its lesson.", **at))
    return str(_("It is worst on %(day)s at %(time)s, when %(grades)s have lessons at once.", **at))


def counted(name: str, likely: FamilyCount) -> str:
    """How many families, with the range; a share of few families may well be nobody."""
    numbers = {
        "expected": round(likely.expected),
        "families": likely.families,
        "high": likely.high,
        "range": amount_words.span(str(likely.low), str(likely.high)),
    }
    if not numbers["expected"] and not likely.high:
        return HARDLY[name] % numbers
    if numbers["expected"]:
        who = _("About %(expected)s of %(families)s families (%(range)s, nine times in ten)", **numbers)
    else:
        who = _("At most %(high)s of %(families)s families (nine times in ten)", **numbers)
    return COUNTED[name] % {"who": who}


def _grades(grades: tuple[int, ...], language: str) -> str:
    if len(grades) > MOST_GRADES_NAMED:
        return wording.grades_words(grades)
    return enumerated([str(wording.GRADE_LABELS[grade]) for grade in grades], language)
