"""What is wrong with a file or a field, and what would do, in the words and the digits of the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import get_locale, gettext

from estimator.plan import Problem
from survey.language import in_a_row
from survey.words.amount_words import number_text

NO_UNIT = ""


def what_is_wrong(problem: Problem) -> str:
    """What is wrong."""
    return str(gettext(problem.message, **_said(problem)))


def what_would_do(problem: Problem) -> str:
    """What would do instead."""
    return str(gettext(problem.remedy, **_said(problem)))


def both(problem: Problem) -> str:
    """The two, one after the other."""
    return in_a_row(what_is_wrong(problem), what_would_do(problem))


def _said(problem: Problem) -> Mapping[str, str]:
    """What the sentences are filled with: numbers as the page writes all of its numbers."""
    language = str(get_locale() or "en")
    return {
        name: value if isinstance(value, str) else number_text(value, NO_UNIT, language)
        for name, value in problem.values.items()
    }
