"""The rows of a roster held against each other: which belong to one school, and which contradict one another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from estimator.field_checks import Refused, words
from estimator.plan import N_, Problem
from estimator.sheet_reading import Row
from survey.words.visible_text import visible

Said = Mapping[str, Any]  # one row's values by column
CODE = re.compile(r"[A-Za-z0-9-]{1,20}")
ONE_OF_TWO = N_("Keep one line of it. If these are two schools of one name, give each its school code.")


def name(value: Any) -> str:
    """A school's name, as it is seen. Raises Refused."""
    return words(visible(value) if isinstance(value, str) else value)


def code(value: Any) -> str:
    """A school code, as text: full-width digits are digits, and a number cell is what it shows. Raises Refused."""
    said = unicodedata.normalize("NFKC", str(value)).strip().removesuffix(".0")
    if not CODE.fullmatch(said):
        raise Refused(
            N_("This is no school code."), N_("Write its letters and digits, at most 20, such as 2134000001.")
        )
    return said


def key_of(said: Said) -> str:
    """What rows of one school have in common: its code, else its name."""
    return f"#{said['code']}" if said.get("code") else str(said["school"])


def contradictions(rows: Sequence[tuple[Row, Said]]) -> list[Problem]:
    """Rows that cannot both be true, each told at its own cell; the first of them is taken to be right."""
    named = [(row, said) for row, said in rows if said.get("school") is not None]
    return [*_codes(named), *_grades(named), *_settings(named)]


def _codes(rows: Sequence[tuple[Row, Said]]) -> Iterator[Problem]:
    """A code that stands with two names, and a school that has its code in some lines only."""
    names: dict[str, str] = {}
    coded = {said["school"] for _, said in rows if said.get("code")}
    for row, said in rows:
        if not said.get("code"):
            if said["school"] in coded:
                message, remedy = N_("Other lines of this name have a school code."), N_("Write the code in each line.")
                yield Problem(row.cells["code"], said["school"], message, remedy)
        elif names.setdefault(said["code"], said["school"]) != said["school"]:
            message = N_("The code %(code)s stands with another name above: «%(first)s».")
            values = {"code": said["code"], "first": names[said["code"]]}
            yield Problem(row.cells["school"], said["school"], message, N_("Correct the name or the code."), values)


def _grades(rows: Sequence[tuple[Row, Said]]) -> Iterator[Problem]:
    seen: dict[tuple[str, Any], str] = {}
    for row, said in rows:
        grade = said.get("grade")
        if grade is not None and seen.setdefault((key_of(said), grade), row.where) != row.where:
            remedy = N_("Keep one line of it.") if said.get("code") else ONE_OF_TWO
            message = N_("This grade stands here twice.")
            yield Problem(row.cells["grade"], f"{said['school']} {grade}", message, remedy)


def _settings(rows: Sequence[tuple[Row, Said]]) -> Iterator[Problem]:
    seen: dict[str, Any] = {}
    for row, said in rows:
        setting = said.get("setting")
        if setting and seen.setdefault(key_of(said), setting) != setting:
            remedy = (
                N_("Correct one of the two.")
                if said.get("code")
                else N_("Correct one of the two. If these are two schools of one name, give each its school code.")
            )
            message = N_("The school is said to be in town and in the countryside.")
            yield Problem(row.cells["setting"], setting, message, remedy)
