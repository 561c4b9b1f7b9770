"""How an amount is said: a measure with its unit, a limit, a count, a share, and what stands where one is hidden."""

from __future__ import annotations

import math
from functools import lru_cache

from babel.numbers import format_decimal
from flask_babel import force_locale, gettext

from estimator.assessment import Measure
from survey.words.wording import CURRENCY_LABELS, SHARE_UNITS, UNIT_LABELS

DIGITS_SHOWN = 1  # after the point, of every value and limit
NUMBERS_KEPT = 8192  # a page shows two hundred
NEARLY = 1e-9  # what a share may differ by for how numbers are kept


def measure_unit(measure: str, unit: str) -> str:
    """The words for a measure's unit; a unit with a currency in it says the currency's name."""
    if unit == "share" and measure in SHARE_UNITS:
        return str(SHARE_UNITS[measure])
    if unit in UNIT_LABELS:
        return str(UNIT_LABELS[unit])
    currency = unit.removesuffix("/month")
    return str(gettext("%(currency)s a month", currency=CURRENCY_LABELS.get(currency, currency)))


@lru_cache(maxsize=NUMBERS_KEPT)
def number_text(value: float, unit: str, language: str) -> str:
    """A value's digits: shares as per cent; whole numbers plain, others with one digit after the point."""
    shown = value * 100 if unit == "share" else value
    shown = round(shown, DIGITS_SHOWN) + 0.0  # never «-0»
    return str(format_decimal(shown, format="#,##0.#", locale=language))


@lru_cache(maxsize=NUMBERS_KEPT)  # words are those the process started with
def quantity(value: float, measure: str, unit: str, language: str) -> str:
    """A value of a measure with its unit: «80 minutes a day», «5% of families»."""
    with force_locale(language):
        gap = "" if unit == "share" else " "
        return f"{number_text(value, unit, language)}{gap}{measure_unit(measure, unit)}"


def format_measure(measure: Measure, language: str) -> str:
    """What a measure reads, with its unit."""
    return quantity(measure.value, measure.name, measure.unit, language)


def hidden_words(smallest_group: int) -> str:
    """What stands where a figure is hidden. Which of two reasons it is would itself tell something."""
    return str(
        gettext(
            "not shown: fewer than %(smallest)s answered here, or it would give away a group in which so few did",
            smallest=smallest_group,
        )
    )


def count_words(least: int, most: int, of: int) -> str:
    """How many of so many people: exactly, or within the bounds that are told."""
    if least == most:
        return str(least)
    if least == 0:
        return f"≤ {most}"
    return f"≥ {least}" if most == of else f"{least}–{most}"


def number_words(least: int, most: int) -> str:
    """How many people: exactly, or from how many to how many."""
    return str(most) if least == most else f"{least}–{most}"


def share_words(low: float, high: float) -> str:
    """A share in whole per cent, or what it is at least or at most: a bound is rounded so that it stays true.

    A dash where it may be anything.
    """
    if low <= 0 and high >= 1:
        return "–"
    if low == high or (low > 0 and high < 1 and f"{low:.0%}" == f"{high:.0%}"):
        return f"{low:.0%}"
    least, most = math.floor(low * 100 + NEARLY), math.ceil(high * 100 - NEARLY)
    if low <= 0:
        return f"≤ {most}%"
    return f"≥ {least}%" if high >= 1 else f"{least}%–{most}%"


def span(low: str, high: str) -> str:
    """From one amount to another, as they are told; one of them where both are told alike."""
    return low if low == high else f"{low}–{high}"


def range_words(low: float, high: float) -> str:
    """A range of shares in whole per cent."""
    return span(f"{low:.0%}", f"{high:.0%}")


def limit_text(measure: str, limit: float | None, unit: str, language: str) -> str:
    """A limit with its unit; a ban is called one, and where nobody limits a measure, that is said."""
    if limit is None:
        return str(gettext("no published limit"))
    return str(gettext("none allowed")) if limit == 0 else quantity(limit, measure, unit, language)
