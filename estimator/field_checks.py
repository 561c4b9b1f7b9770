"""What may stand in a field, and reading a table of fields: every problem at once, each with its place."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from estimator import places
from estimator.plan import N_, Problem

CURRENCY = re.compile(r"[A-Z]{3}")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:00)?")
LONGEST_NAME = 100
MINUTES_AN_HOUR = 60

Locator = Callable[[str, int | None, str], str]  # table, row (from 0), key → where
Check = Callable[[Any], Any]
Fields = Mapping[str, tuple[Check, bool]]  # key → its check, and whether it must be there


class Refused(ValueError):
    """A value that will not do: what is wrong, and what would do."""

    def __init__(self, message: str, remedy: str, **values: str | int | float):
        super().__init__(message)
        self.message, self.remedy, self.values = message, remedy, values


def in_data(table: str, row: int | None, key: str) -> str:
    """Where a value stands in a TOML file or a form; without a key, its row or its table."""
    return (f"{table} {row + 1}: {key}" if row is not None else key or table).removesuffix(": ")


def clock(minute: int | None) -> str | None:
    """Minutes after midnight as 09:05."""
    return None if minute is None else f"{minute // MINUTES_AN_HOUR:02}:{minute % MINUTES_AN_HOUR:02}"


# The checks: each takes what stands there and gives the value, or refuses it.


def words(value: Any) -> str:
    """A name of one line."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        raise Refused(N_("This is no name."), N_("Write 1 to %(most)s characters."), most=LONGEST_NAME)
    if not value.isprintable():
        raise _unseen()
    return value.strip()


def seen(value: Any) -> str:
    """A text of one line, of any length, without signs that nobody sees; any kind of space may part its words."""
    if not isinstance(value, str):
        raise Refused(N_("The value is of another kind."), N_("Check its type."))
    if not all(letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in value):
        raise _unseen()
    return value


def _unseen() -> Refused:
    return Refused(N_("A line break or an invisible sign stands in this name."), N_("Write it anew, on one line."))


def place(value: Any) -> str:
    """The code of a country, a province or a town, as it is kept."""
    try:
        return places.kept(value)
    except places.UnknownWithin as unknown:
        raise Refused(
            N_("No place within %(wider)s is known by this code."),
            N_("Write %(wider)s. Only towns with rules of their own have codes: %(towns)s."),
            wider=unknown.wider,
            towns=", ".join(places.towns()),
        ) from None
    except (TypeError, places.NoPlace):
        raise Refused(
            N_("This is no place."), N_("Write the code of a country or a province, such as CN, CN-34 or CN-AH.")
        ) from None


def currency(value: Any) -> str:
    """An ISO 4217 code."""
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise Refused(N_("This is no currency."), N_("Write three capital letters such as CNY."))
    return value


def day(value: Any) -> date:
    """A date, also from a date cell of a workbook."""
    if isinstance(value, date):
        # A date cell of a workbook comes with a time of day.
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refused(N_("This is no date."), N_("Write year-month-day such as 2020-03-09.")) from None


def day_by(today: date) -> Check:
    """A check for the date of a document, which has come by today."""

    def check(value: Any) -> date:
        found = day(value)
        if today < found:
            raise Refused(N_("This day lies in the future."), N_("Give the date that stands on the document."))
        return found

    return check


def number(least: float, most: float, whole: bool) -> Check:
    """A check for numbers in a range, the ends included."""

    def check(value: Any) -> int | float:
        allowed = int if whole else (int, float)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, allowed) or not math.isfinite(value):
            raise Refused(
                N_("A whole number is needed here.") if whole else N_("A number is needed here."),
                N_("Write one from %(least)s to %(most)s."),
                least=least,
                most=most,
            )
        if not least <= value <= most:
            raise Refused(
                N_("The number is out of range."),
                N_("Write one from %(least)s to %(most)s."),
                least=least,
                most=most,
            )
        return value if whole else float(value)

    return check


def one_of(words: Sequence[str]) -> Check:
    """A check for one of these words."""

    def check(value: Any) -> str:
        if value not in words:
            raise Refused(
                N_("This is none of the words that can stand here."),
                N_("Write one of: %(words)s."),
                words=", ".join(words),
            )
        return str(value)

    return check


def some_of(words: Sequence[str], *, least: int) -> Check:
    """A check for a list of at least so many of these words; it gives them in their own order."""

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or len(value) < least or any(v not in words for v in value):
            raise Refused(
                N_("These are not the words that can stand here."),
                N_("Write some of: %(words)s."),
                words=" ".join(words),
            )
        return tuple(word for word in words if word in value)

    return check


def yes_no(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Refused(N_("Yes or no is needed here."), N_("Write one of: %(words)s."), words="true, false")
    return value


def time_of_day(value: Any) -> int:
    """A time of day, as minutes after midnight."""
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Refused(N_("This is no time of day."), N_("Write hours and minutes such as 09:00."))
    return int(found[1]) * MINUTES_AN_HOUR + int(found[2])


def read_row(
    row: Any,
    keys: Fields,
    table: str,
    n: int,
    locate: Locator,
    problems: list[Problem],
) -> dict[str, Any]:
    """Row `n` of a table as `read_fields` reads it; a row that is no table is a problem."""
    if not isinstance(row, Mapping):
        problems.append(
            Problem(
                locate(table, n, ""),
                repr(row)[:LONGEST_NAME],
                N_("This is no table."),
                N_("See the example."),
            )
        )
        return {}
    return read_fields(row, keys, table, n, locate, problems)


def read_fields(
    said: Mapping[str, Any],
    keys: Fields,
    table: str,
    n: int | None,
    locate: Locator,
    problems: list[Problem],
    beside: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The values of one table that pass their checks; problems for the others."""
    for key in said:
        if key not in keys and key not in beside:
            where = locate(table, n, str(key)[:LONGEST_NAME])
            problems.append(Problem(where, _shown(said[key]), N_("Nobody knows this key."), N_("Check its spelling.")))
    read = {}
    for key, (check, must) in keys.items():
        if said.get(key) is None:
            if must:
                problems.append(Problem(locate(table, n, key), "", N_("This is missing."), N_("Fill it in.")))
            continue
        try:
            read[key] = check(said[key])
        except Refused as no:
            problems.append(Problem(locate(table, n, key), _shown(said[key]), no.message, no.remedy, no.values))
    return read


def _shown(value: Any) -> str:
    """What was found, without signs that nobody sees: one of them could turn the whole line about."""
    found = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return "".join(letter for letter in found if letter.isprintable() or letter.isspace())[:LONGEST_NAME]
