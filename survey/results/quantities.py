"""What is counted of each school and compared between schools: the table in quantities.toml, read off a release."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from survey.release.findings import Share
from survey.release.published import Release, Text
from survey.release.sums import OfSchools, chosen, table_of, together

TABLE = Path(__file__).parent / "quantities.toml"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A question and those of its answers that are heavy."""

    name: str
    questionnaire: str
    question: str
    choices: tuple[str, ...]
    label: Text


@cache
def quantities() -> tuple[Quantity, ...]:
    """All of them, in the order in which they are read."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["quantity"]
    return tuple(Quantity(**{**row, "choices": tuple(row["choices"])}) for row in rows)


def asked_in(release: Release) -> tuple[Quantity, ...]:
    """Those whose question the round asked."""
    asked = {(table.audience.questionnaire, table.question) for table in release.of_district()}
    return tuple(each for each in quantities() if (each.questionnaire, each.question) in asked)


def share_of(release: Release, quantity: Quantity, school_id: str | None) -> Share | None:
    """How many of a school, or of the district, gave a heavy answer; None where it is not told."""
    table = table_of(release, quantity.questionnaire, quantity.question, school_id)
    return chosen(table, quantity.choices, quantity.label) if table else None


def shares_of(release: Release, quantity: Quantity, schools: Collection[str]) -> Mapping[str, Share | None]:
    """School → the same, of those that were asked; None where it is not told."""
    tables = {school: table_of(release, quantity.questionnaire, quantity.question, school) for school in schools}
    return {school: chosen(table, quantity.choices, quantity.label) for school, table in tables.items() if table}


def share_together(release: Release, quantity: Quantity, schools: Collection[str]) -> OfSchools | None:
    """The same of these schools together, as far as each is told."""
    tables = [table_of(release, quantity.questionnaire, quantity.question, school) for school in schools]
    return together([table for table in tables if table], quantity.choices, quantity.label, release)


def heavy_answers(release: Release, quantity: Quantity) -> tuple[Text, tuple[Text, ...]]:
    """The question as it was put, and the answers that count; in the words of the release."""
    table = release.table(quantity.questionnaire, quantity.question)
    return table.label, tuple(
        count.label for count in table.counts if {*count.choice.split("+")} <= {*quantity.choices}
    )
