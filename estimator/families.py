"""What families have: devices, printers, a connection, children at school, income. Distributions, not averages."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from estimator.assessment import Source
from estimator.plan import DEVICES, N_, Problem

PACKAGE = Path(__file__).parent / "families"
MONTHS_A_YEAR = 12
DISTRIBUTIONS = ("households", *DEVICES, "adults_at_work_on_computer")
NUMBERS = ("persons", "printer", "broadband", "no_connection")
SHARES = ("printer", "broadband", "no_connection")
SOURCE_KEYS: Mapping[str, type] = {"issuer": str, "title": str, "date": date, "url": str, "confidence": str}
CHINESE_KEYS: Mapping[str, type] = {"chinese_issuer": str, "chinese_title": str}  # may be left out
MOST_CHILDREN = 3


@dataclass(frozen=True, slots=True)
class IncomeGroup:
    """A share of families and what they have a month for each person, in the plan's currency."""

    share: float
    monthly_per_head: float


@dataclass(frozen=True, slots=True)
class Families:
    """The families of a district. A distribution gives the share of families with 0, 1, 2 … of a thing."""

    name: str
    sources: Mapping[str, Source]  # figure → who says so
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


class FamiliesProblems(ValueError):
    """A families file that cannot be used; every problem at once."""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


def load(name_or_path: str | Path) -> Families:
    """«urban» or «rural» of China, or a district's own file.

    Raises FamiliesProblems with every problem, by file and key.
    """
    shipped = PACKAGE / f"{name_or_path}.toml"
    path = shipped if shipped.exists() else Path(name_or_path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = Problem(path.name, str(error), N_("The file cannot be read."), N_("Write it as TOML in UTF-8."))
        raise FamiliesProblems((said,)) from None
    problems = problems_of(path.name, content)
    if problems:
        raise FamiliesProblems(tuple(problems))
    return from_content(content)


def from_content(content: Mapping[str, Any]) -> Families:
    """The families of a file in which `problems_of` finds nothing wrong."""
    named = {key: tuple(float(s) for s in content[key]["shares"]) for key in DISTRIBUTIONS}
    income = content["income"]
    figures = (*DISTRIBUTIONS, *NUMBERS, "income")
    return Families(
        name=content["name"],
        sources={key: Source(**content[key]["source"]) for key in figures},
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
        prices={name: float(said["value"]) for name, said in content.get("prices", {}).items()},
    )


def problems_of(file: str, content: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with a file's content, by key."""
    known = {"name", "income", "prices", *DISTRIBUTIONS, *NUMBERS}
    found = [
        Problem(f"{file}: {key}", str(content[key]), N_("Nobody knows this key."), N_("Check its spelling."))
        for key in content
        if key not in known
    ]
    if not isinstance(content.get("name"), str):
        found.append(Problem(f"{file}: name", "", N_("This key is missing."), N_("Add it.")))
    for key in (*DISTRIBUTIONS, *NUMBERS, "income"):
        found += _figure_problems(f"{file}: [{key}]", key, content.get(key))
    prices = content.get("prices", {})
    if not isinstance(prices, dict):
        message, remedy = N_("A table is expected here."), N_("See the files that ship with the program.")
        return [*found, Problem(f"{file}: prices", str(prices), message, remedy)]
    for key, said in prices.items():
        found += _source_problems(f"{file}: [prices.{key}]", said if isinstance(said, dict) else {})
        if not (isinstance(said, dict) and _is_number(said.get("value")) and said["value"] >= 0):
            found.append(
                Problem(
                    f"{file}: [prices.{key}]",
                    str(said),
                    N_("This is no price."),
                    N_("Write a number from 0 up."),
                )
            )
    return found


def _figure_problems(where: str, key: str, said: object) -> list[Problem]:
    if not isinstance(said, dict):
        return [Problem(where, "", N_("This key is missing."), N_("Add it."))]
    allowed = (
        {"source", "value"}
        if key in NUMBERS
        else {"source", "shares"} | ({"yearly_per_head"} if key == "income" else set())
    )
    found = _source_problems(where, said)
    found += [
        Problem(f"{where} {extra}", str(said[extra]), N_("Nobody knows this key."), N_("Check its spelling."))
        for extra in said
        if extra not in allowed
    ]
    if key in NUMBERS:
        return found + _number_problems(where, key, said.get("value"))
    return found + _distribution_problems(where, key, said)


def _number_problems(where: str, key: str, value: object) -> list[Problem]:
    if not _is_number(value) or not isinstance(value, (int, float)) or value < 0 or (key in SHARES and value > 1):
        return [Problem(where, str(value), N_("This is no share."), N_("Write a number from 0 to 1."))]
    return []


def _distribution_problems(where: str, key: str, said: Mapping[str, Any]) -> list[Problem]:
    shares = said.get("shares")
    if not isinstance(shares, list) or not shares or not all(_is_number(s) and 0 <= s <= 1 for s in shares):
        return [Problem(where, str(shares), N_("These are no shares."), N_("Write numbers from 0 to 1."))]
    if not math.isclose(sum(shares), 1, abs_tol=1e-9):
        return [Problem(where, str(sum(shares)), N_("The shares do not add up to 1."), N_("Correct them."))]
    if key == "households" and len(shares) > MOST_CHILDREN:
        return [Problem(where, str(shares), N_("At most three children are reckoned with."), N_("Give three shares."))]
    incomes = said.get("yearly_per_head", shares)
    if not (
        isinstance(incomes, list)
        and len(incomes) == len(shares)
        and all(_is_number(i) and i > 0 for i in incomes)
        or key != "income"
    ):
        return [
            Problem(
                where,
                str(incomes),
                N_("Each share needs an income."),
                N_("Write one number above 0 for each."),
            )
        ]
    return []


def _source_problems(where: str, said: Mapping[str, Any]) -> list[Problem]:
    source = said.get("source")
    known = {**SOURCE_KEYS, **CHINESE_KEYS}
    if not isinstance(source, dict) or not SOURCE_KEYS.keys() <= source.keys() <= known.keys():
        return [
            Problem(
                where,
                str(source),
                N_("The source is missing."),
                N_("Give issuer, title, date, url and confidence."),
            )
        ]
    wrong = [key for key, said_there in source.items() if not isinstance(said_there, known[key])]
    return [
        Problem(
            f"{where} source.{key}",
            str(source[key]),
            N_("The value is of another kind."),
            N_("Check its type."),
        )
        for key in wrong
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
