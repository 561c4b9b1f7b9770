"""Days and moments in few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask_babel import get_locale, gettext

from estimator.plan import DAYS
from survey.words import wording
from survey.words.enumeration import enumerated

SCHOOL_DAYS = DAYS[:5]


def days_words(days: Sequence[str]) -> str:
    """Weekdays of a timetable: «Monday–Friday», «Monday, Wednesday»."""
    named = [str(label) for label in wording.DAY_LABELS.values()]
    runs = wording.runs([DAYS.index(day) for day in days])
    return str(gettext(", ")).join("–".join(dict.fromkeys((named[run[0]], named[run[-1]]))) for run in runs)


def worst_days_words(days: Sequence[str]) -> str:
    """The days on which a quantity is largest: «Monday», «Monday and Tuesday», «every school day»."""
    if tuple(days) == DAYS:
        return str(gettext("every day of the week"))
    if tuple(days) == SCHOOL_DAYS:
        return str(gettext("every school day"))
    return enumerated([str(wording.DAY_LABELS[day]) for day in days], str(get_locale() or "en"))


def stored_moment(at: datetime) -> str:
    """A moment that was stored, in the time of the place where the server stands."""
    return at.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def zone_words() -> str:
    """How far that place is from UTC, by the server's time zone (TZ): «UTC+08:00», «UTC»."""
    offset = datetime.now(UTC).astimezone().isoformat()[-len("+08:00") :]
    return "UTC" if offset == "+00:00" else f"UTC{offset}"
