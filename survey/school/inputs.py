"""What a measure rests on, in words: what each activity counts for, prices, and what is assumed of families."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from estimator.explain import Explanation, alone
from estimator.families import Families, IncomeGroup
from estimator.grade_week import GradeWeek
from estimator.norms import Figure
from estimator.plan import Activity
from survey.school.definitions import FIGURE_UNITS
from survey.words import amount_words, wording

PER_CENT = 100
IN_PER_CENT = ("share", "relative")
Words = Callable[[GradeWeek, Activity, str], str]


def _part(measure: str) -> Words:
    """What an activity alone would make of this measure, with its unit."""

    def words(week: GradeWeek, activity: Activity, language: str) -> str:
        unit = week.norms.measures[measure].unit.replace("currency", week.plan.currency)
        return amount_words.quantity(alone(week, measure, activity), measure, unit, language)

    return words


def _devices(_week: GradeWeek, activity: Activity, _language: str) -> str:
    return str(_(", ")).join(str(wording.DEVICE_LABELS[device]) for device in activity.devices)


def _spending(week: GradeWeek, activity: Activity, language: str) -> str:
    """Data, pages and what is to be bought, of which there is any."""
    told = [
        _part(name)(week, activity, language) for name in ("data_gb_month", "pages_week") if alone(week, name, activity)
    ]
    if activity.buy:
        told.append(f"{activity.buy:g} {wording.CURRENCY_LABELS.get(week.plan.currency, week.plan.currency)}")
    return str(_(", ")).join(told)


def _maker(_week: GradeWeek, activity: Activity, _language: str) -> str:
    return str(wording.SOURCE_LABELS[activity.source])


# Of measures that activities do not add up to: what counts of each activity instead.
COUNTS: Mapping[str, tuple[str, Words]] = {
    "print_cost_month": (_l("Pages"), _part("pages_week")),
    "families_over_budget": (_l("Data, pages, purchase"), _spending),
    "families_short_of_device": (_l("Devices, any one suffices"), _devices),
    "families_out_of_reach": (_l("Devices, any one suffices"), _devices),
    "teachers_on_camera": (_l("Made by"), _maker),
}
COUNTS_AS = _l("Counts as")


def counted(measure: str) -> tuple[str, Words]:
    """The heading of the one figure of each activity that counts, and its words."""
    heading, words = COUNTS.get(measure, (COUNTS_AS, _part(measure)))
    return str(heading), words


def together(week: GradeWeek, told: Explanation) -> str:
    """What the last line of a sum is called: where several days, or stretches of a day, are equal, it is one's."""
    if math.isclose(sum(alone(week, told.measure, a) for a in told.activities), told.reading.value):
        return str(_("Together"))
    if told.measure == "longest_run_minutes":
        return str(_("Together in each of the longest stretches"))
    return str(_("Together on each of these days"))


def figure_words(figure: Figure, language: str) -> str:
    """A price, bitrate, share or length with its unit."""
    currency, _, each = figure.unit.partition("/")
    if figure.unit in FIGURE_UNITS:
        currency, each = "", figure.unit
    amount = figure.value * PER_CENT if each in IN_PER_CENT else figure.value
    said = {"amount": _number(amount, language), "currency": wording.CURRENCY_LABELS.get(currency, currency)}
    return str(FIGURE_UNITS[each]) % said


def assumed_words(families: Families, name: str, currency: str, language: str) -> str:
    """What is assumed of families: a share, a number, or how many have 0, 1, 2 … of a thing."""
    if name == "income":
        return str(_("; ")).join(_income(group, currency, language) for group in families.income)
    if name == "persons":
        return _number(families.persons, language)
    if name in ("printer", "broadband", "no_connection"):
        return _per_cent(getattr(families, name), language)
    shares = families.counts.get(name) or getattr(families, name)
    first = 1 if name == "households" else 0
    named = (_named(str(number), share, language) for number, share in enumerate(shares, start=first))
    return str(_("; ")).join(named)


def _income(group: IncomeGroup, currency: str, language: str) -> str:
    amount = format_decimal(round(group.monthly_per_head), locale=language)
    return _named(f"{amount} {wording.CURRENCY_LABELS.get(currency, currency)}", group.share, language)


def _named(name: str, share: float, language: str) -> str:
    return str(_("%(name)s: %(words)s", name=name, words=_per_cent(share, language)))


def _per_cent(share: float, language: str) -> str:
    return f"{amount_words.number_text(share, 'share', language)}%"


def _number(value: float, language: str) -> str:
    return str(format_decimal(round(value, 2), format="#,##0.##", locale=language))
