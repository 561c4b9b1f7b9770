"""What families have: devices, printers, a connection, children at school, income. Distributions, not averages."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from estimator.assessment import Source
from estimator.field_checks import Check, Refused, day_by, seen
from estimator.norms import CONFIDENCES
from estimator.plan import DEVICES, N_, Problem, Problems
from estimator.toml_flaws import flaw

PACKAGE = Path(__file__).parent / "families"
MONTHS_A_YEAR = 12
DISTRIBUTIONS = ("households", *DEVICES, "adults_at_work_on_computer")
NUMBERS = ("persons", "printer", "broadband", "no_connection")
SHARES = ("printer", "broadband", "no_connection")
SOURCE_KEYS: Mapping[str, type] = {"issuer": str, "title": str, "date": date, "url": str, "confidence": str}
CHINESE_KEYS: Mapping[str, type] = {"chinese_issuer": str, "chinese_title": str}  # may be left out
# Every combination of what a family may own is gone through, so there is a most of each: house rules.
MOST_CHILDREN, MOST_OF_A_THING = 3, 5
MOST_INCOME_GROUPS = 20
MOST_BYTES = 48 * 1024  # of a file; those that ship have 5 KB
LEAST_PERSONS, MOST_PERSONS = 1, 20
MOST_MONEY = 1e9  # a year, in any currency
DIGITS_TOLD = 10  # of a sum
LONGEST_FOUND = 200  # characters told of what a file says
OTHER_PLACE = N_("The file says that it is for another kind of place.")
PRICES = ("price_page_bw", "price_page_colour", "price_page_own_printer", "price_printer", "price_gb")


@dataclass(frozen=True, slots=True)
class IncomeGroup:
    """A share of families and what they have a month for each person, in the plan's currency."""

    share: float
    monthly_per_head: float


@dataclass(frozen=True, slots=True, eq=False)
class Families:
    """The families of a district. A distribution gives the share of families with 0, 1, 2 … of a thing.

    What is worked out of them alone is kept by the object: a school's grades ask for the same.
    """

    name: str
    sources: Mapping[str, Source]  # figure, or price of its own → who says so
    households: tuple[float, ...]  # with 1, 2, 3 children at school
    persons: float  # in a family
    counts: Mapping[str, tuple[float, ...]]  # device → shares with 0, 1, 2 …
    printer: float  # share of families
    broadband: float  # share of families
    no_connection: float  # share of families that cannot take part online
    adults_at_work_on_computer: tuple[float, ...]  # shares with 0, 1, 2
    income: tuple[IncomeGroup, ...]
    prices: Mapping[str, float]  # name of a norms' figure → the district's own price
    # Figure → as many families' answers as its shares are worth; a figure that is not here is taken from elsewhere.
    rests_on: Mapping[str, float] = field(default_factory=dict)


# Of whom a measure that rests on the lessons alone asks nothing.
NOBODY = Families("", {}, (), 0.0, {}, 0.0, 0.0, 0.0, (), (), {})


class FamiliesProblems(Problems):
    """A families file that cannot be used; every problem at once."""


def load(name_or_path: str | Path) -> Families:
    """«urban» or «rural» of China, or a district's own file.

    Raises FamiliesProblems with every problem, by file and key.
    """
    shipped = PACKAGE / f"{name_or_path}.toml"
    path = shipped if shipped.exists() else Path(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        message, remedy = N_("The file cannot be read."), N_("Write it as TOML in UTF-8.")
        raise FamiliesProblems((Problem(path.name, _short(error), message, remedy),)) from None
    return read(content, path.name)


def read(content: bytes, name: str, today: date = date.max) -> Families:
    """The families of a file's content, which problems call by this name, and which names no document later than today.

    Raises FamiliesProblems as `load` does.
    """
    if len(content) > MOST_BYTES:
        message, remedy = (
            N_("The file is too large."),
            N_("Leave only the figures of families in it: at most %(most)s bytes."),
        )
        raise FamiliesProblems((Problem(name, str(len(content)), message, remedy, {"most": MOST_BYTES}),))
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
        problems = problems_of(name, said, today)
    # Besides what is no TOML: a number of thousands of digits, and tables within tables without end.
    except (ValueError, RecursionError) as error:
        raise FamiliesProblems((flaw(name, content, error),)) from None
    if problems:
        raise FamiliesProblems(tuple(problems))
    return from_content(said)


def from_content(content: Mapping[str, Any]) -> Families:
    """The families of a file in which `problems_of` finds nothing wrong."""
    named = {key: tuple(float(s) for s in content[key]["shares"]) for key in DISTRIBUTIONS}
    income = content["income"]
    figures, prices = (*DISTRIBUTIONS, *NUMBERS, "income"), content.get("prices", {})
    return Families(
        name=content["name"],
        sources={key: Source(**said["source"]) for key, said in [*((f, content[f]) for f in figures), *prices.items()]},
        households=named["households"],
        persons=float(content["persons"]["value"]),
        counts={device: named[device] for device in DEVICES},
        printer=float(content["printer"]["value"]),
        broadband=float(content["broadband"]["value"]),
        no_connection=float(content["no_connection"]["value"]),
        adults_at_work_on_computer=named["adults_at_work_on_computer"],
        income=tuple(
            IncomeGroup(float(share), yearly / MONTHS_A_YEAR)
            for share, yearly in zip(income["shares"], income["yearly_per_head"], strict=True)
        ),
        prices={name: float(said["value"]) for name, said in prices.items()},
    )


def problems_of(file: str, content: Mapping[str, Any], today: date = date.max) -> list[Problem]:
    """Everything that is wrong with a file's content, by key."""
    known = {"name", "income", "prices", *DISTRIBUTIONS, *NUMBERS}
    found = [_unknown(f"{file}: {key}", said) for key, said in content.items() if key not in known]
    if not isinstance(content.get("name"), str):
        found.append(Problem(f"{file}: name", "", N_("This key is missing."), N_("Add it.")))
    else:
        found += _refused(f"{file}: name", content["name"], seen)
    for key in (*DISTRIBUTIONS, *NUMBERS, "income"):
        found += _figure_problems(f"{file}: [{key}]", key, content.get(key), today)
    prices = content.get("prices", {})
    if not isinstance(prices, dict):
        message, remedy = N_("A table is expected here."), N_("See the files that ship with the program.")
        return [*found, Problem(f"{file}: prices", _short(prices), message, remedy)]
    for key, said in prices.items():
        found += _price_problems(f"{file}: [prices.{key}]", key, said, today)
    return found


def _price_problems(where: str, key: str, said: object, today: date) -> list[Problem]:
    if key not in PRICES:
        return [_unknown(where, said)]
    found = _source_problems(where, said if isinstance(said, dict) else {}, today)
    if not (isinstance(said, dict) and _is_number(said.get("value"), MOST_MONEY)):
        found.append(Problem(where, _short(said), N_("This is no price."), N_("Write a number from 0 up.")))
    return found


def _figure_problems(where: str, key: str, said: object, today: date) -> list[Problem]:
    if not isinstance(said, dict):
        return [Problem(where, "", N_("This key is missing."), N_("Add it."))]
    allowed = (
        {"source", "value"}
        if key in NUMBERS
        else {"source", "shares"} | ({"yearly_per_head"} if key == "income" else set())
    )
    found = _source_problems(where, said, today)
    found += [_unknown(f"{where} {extra}", said[extra]) for extra in said if extra not in allowed]
    if key in NUMBERS:
        return found + _number_problems(where, key, said.get("value"))
    return found + _distribution_problems(where, key, said)


def _number_problems(where: str, key: str, value: Any) -> list[Problem]:
    if key in SHARES:
        if not _is_number(value, 1):
            return [Problem(where, _short(value), N_("This is no share."), N_("Write a number from 0 to 1."))]
    elif not (_is_number(value, MOST_PERSONS) and value >= LEAST_PERSONS):
        message, remedy = N_("So many people are no family."), N_("Write a number from %(least)s to %(most)s.")
        return [Problem(where, _short(value), message, remedy, {"least": LEAST_PERSONS, "most": MOST_PERSONS})]
    return []


def _distribution_problems(where: str, key: str, said: Mapping[str, Any]) -> list[Problem]:
    shares = said.get("shares")
    if not isinstance(shares, list) or not shares:
        return [Problem(where, _short(shares), N_("These are no shares."), N_("Write numbers from 0 to 1."))]
    if key == "households" and len(shares) > MOST_CHILDREN:
        message, remedy = N_("At most three children are reckoned with."), N_("Give three shares.")
        return [Problem(where, str(len(shares)), message, remedy)]
    most = MOST_INCOME_GROUPS if key == "income" else MOST_OF_A_THING + 1
    if len(shares) > most:
        message, remedy = N_("So many shares are not reckoned with."), N_("Give at most %(most)s shares.")
        return [Problem(where, str(len(shares)), message, remedy, {"most": most})]
    return (
        _share_problems(f"{where} shares", shares)
        or _sum_problems(where, shares)
        or (
            _income_problems(f"{where} yearly_per_head", said.get("yearly_per_head"), len(shares))
            if key == "income"
            else []
        )
    )


def _share_problems(where: str, shares: list[Any]) -> list[Problem]:
    """Those of a list that are none, each by its place in it."""
    message, remedy = N_("This is no share."), N_("Write a number from 0 to 1.")
    return [
        Problem(f"{where} {place}", _short(share), message, remedy)
        for place, share in enumerate(shares, start=1)
        if not _is_number(share, 1)
    ]


def _sum_problems(where: str, shares: list[float]) -> list[Problem]:
    if math.isclose(sum(shares), 1, abs_tol=1e-9):
        return []
    together = f"{sum(shares):.{DIGITS_TOLD}g}"
    return [Problem(where, together, N_("The shares do not add up to 1."), N_("Correct them."))]


def _income_problems(where: str, incomes: object, number: int) -> list[Problem]:
    """What is wrong with the incomes of so many shares; each that is none by its place."""
    if not isinstance(incomes, list) or len(incomes) != number:
        found = str(len(incomes)) if isinstance(incomes, list) else _short(incomes)
        message, remedy = (
            N_("Each share needs an income."),
            N_("Write as many numbers as there are shares: %(number)s."),
        )
        return [Problem(where, found, message, remedy, {"number": number})]
    message, remedy = N_("This is no income."), N_("Write a number above 0, at most %(most)s.")
    return [
        Problem(f"{where} {place}", _short(income), message, remedy, {"most": int(MOST_MONEY)})
        for place, income in enumerate(incomes, start=1)
        if not (_is_number(income, MOST_MONEY) and income > 0)
    ]


def _source_problems(where: str, said: Mapping[str, Any], today: date) -> list[Problem]:
    source = said.get("source")
    known = {**SOURCE_KEYS, **CHINESE_KEYS}
    if not isinstance(source, dict) or not SOURCE_KEYS.keys() <= source.keys() <= known.keys():
        message, remedy = N_("The source is missing."), N_("Give issuer, title, date, url and confidence.")
        return [Problem(where, _short(source), message, remedy)]
    found = []
    for key, there in source.items():
        # A moment is a date to Python, and cannot be compared with one.
        if not isinstance(there, known[key]) or isinstance(there, datetime):
            message, remedy = N_("The value is of another kind."), N_("Check its type.")
            found.append(Problem(f"{where} source.{key}", _short(there), message, remedy))
        elif key in ("issuer", "title") and not str(there).strip():
            message, remedy = N_("The source is missing."), N_("Name who says so, and where.")
            found.append(Problem(f"{where} source.{key}", "", message, remedy))
        elif key == "confidence" and there not in CONFIDENCES:
            message, remedy = N_("This is no word for how well a line was read."), N_("Write one of %(words)s.")
            found.append(
                Problem(f"{where} source.{key}", _short(there), message, remedy, {"words": ", ".join(CONFIDENCES)})
            )
        else:
            found += _refused(f"{where} source.{key}", there, day_by(today) if key == "date" else seen)
    return found


def _refused(where: str, value: Any, check: Check) -> list[Problem]:
    """What a check says against a value, of which what nobody sees is not told."""
    try:
        check(value)
    except Refused as no:
        told = "".join(letter for letter in _short(value) if letter.isprintable())
        return [Problem(where, told, no.message, no.remedy, no.values)]
    return []


def _unknown(where: str, said: object) -> Problem:
    return Problem(where, _short(said), N_("Nobody knows this key."), N_("Check its spelling."))


def _short(found: object) -> str:
    """What was found, as long as a line; nothing for what is not there."""
    return "" if found is None else str(found)[:LONGEST_FOUND]


def _is_number(value: object, most: float) -> bool:
    """Whether it is a number from 0 to this one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= most
