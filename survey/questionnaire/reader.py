"""Questionnaire files → questionnaires: strictly, every problem named by file, row and key.

A file holds XLSForm's three sheets as tables: `[settings]`, `[[survey]]` rows between begin_group and end_group (a
group is a page), `[[choices.LIST]]`. Every text is given in every language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from survey.config import LANGUAGES
from survey.questionnaire.model import Choice, Page, Question, Questionnaire, Text
from survey.questionnaire.types import QUESTION_TYPES

NAME = re.compile(r"[a-z0-9][a-z0-9_]*")
SETTINGS = {"form_id": str, "version": str, "role": str, "minutes": int, "form_title": dict, "grades": list}
ROW = {"type": str, "name": str, "label": dict, "hint": dict, "feeds": str, "clauses": list}
CHOICE = {
    "name": str,
    "label": dict,
    "low": (int, float),
    "high": (int, float),
    "exclusive": bool,
    "no_answer": bool,
    "third": int,
}
THIRDS = (1, 2, 3)
GROUPS = ("begin_group", "end_group")


class QuestionnaireProblems(ValueError):
    """A questionnaire file that cannot be used; every problem at once."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(path: Path) -> Questionnaire:
    """The questionnaire of a file. Raises QuestionnaireProblems."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise QuestionnaireProblems([f"{path.name}: not TOML in UTF-8: {error}"]) from None
    problems = [f"{path.name}: {problem}" for problem in _problems(content)]
    if problems:
        raise QuestionnaireProblems(problems)
    return _questionnaire(content)


def _questionnaire(content: Mapping[str, Any]) -> Questionnaire:
    settings = content["settings"]
    lists = {name: tuple(Choice(**choice) for choice in rows) for name, rows in content["choices"].items()}
    grades = settings.get("grades")
    return Questionnaire(
        name=settings["form_id"],
        version=settings["version"],
        role=settings["role"],
        title=settings["form_title"],
        minutes=settings["minutes"],
        grades=(grades[0], grades[1]) if grades else None,
        pages=tuple(_pages(content["survey"], lists)),
    )


def _pages(rows: Sequence[Mapping[str, Any]], lists: Mapping[str, tuple[Choice, ...]]) -> list[Page]:
    pages: list[Page] = []
    for row in rows:
        if row["type"] == "begin_group":
            pages.append(Page(row["name"], row["label"], ()))
        elif row["type"] != "end_group":
            page = pages.pop()
            pages.append(Page(page.name, page.title, (*page.questions, _question(row, lists))))
    return pages


def _question(row: Mapping[str, Any], lists: Mapping[str, tuple[Choice, ...]]) -> Question:
    kind, _, choices = row["type"].partition(" ")
    return Question(
        name=row["name"],
        type=kind,
        label=row["label"],
        hint=row.get("hint", {}),
        choices=lists[choices] if choices else (),
        feeds=row.get("feeds"),
        clauses=tuple(row.get("clauses", ())),
    )


def _problems(content: Mapping[str, Any]) -> list[str]:
    problems = [f"[{key}]: nobody knows this table" for key in content if key not in ("settings", "survey", "choices")]
    problems += _row_problems("[settings]", content.get("settings", {}), SETTINGS, must=set(SETTINGS) - {"grades"})
    lists = content.get("choices", {})
    for name, choices in lists.items():
        for n, choice in enumerate(choices, start=1):
            problems += _row_problems(f"[[choices.{name}]] {n}", choice, CHOICE, must={"name", "label"})
    seen: set[str] = set()
    for n, row in enumerate(content.get("survey", ()), start=1):
        where = f"[[survey]] {n}"
        if row.get("type") != "end_group":
            problems += _row_problems(where, row, ROW, must={"type", "name", "label"})
            problems += _type_problems(where, row, lists)
        if row.get("name") in seen:
            problems.append(f"{where} name: «{row['name']}» stands here twice; give it another name")
        seen.add(row.get("name") or f"row {n}")
    return problems


def _type_problems(where: str, row: Mapping[str, Any], lists: Mapping[str, Any]) -> list[str]:
    kind, _, choices = str(row.get("type", "")).partition(" ")
    if kind in GROUPS:
        return []
    if kind not in QUESTION_TYPES:
        return [f"{where} type: nobody knows «{kind}»; use one of {', '.join(QUESTION_TYPES)}"]
    if QUESTION_TYPES[kind].has_choices and choices not in lists:
        return [f"{where} type: there is no list of choices «{choices}»; add [[choices.{choices}]]"]
    return _third_problems(choices, lists[choices]) if kind == "select_one" else []


def _third_problems(name: str, choices: Sequence[Mapping[str, Any]]) -> list[str]:
    """More answers than three must say which of them are told together where few people answered, and in order."""
    answers = [choice for choice in choices if not choice.get("no_answer")]
    told = [choice.get("third") for choice in answers]
    if len(answers) <= len(THIRDS) and told == [None] * len(told):
        return []
    if set(told) == set(THIRDS) and told == sorted(told, key=THIRDS.index):
        return []
    return [f"[[choices.{name}]] third: {told}; give every answer one of 1, 2, 3, in this order"]


def _row_problems(where: str, row: Mapping[str, Any], keys: Mapping[str, Any], must: set[str]) -> list[str]:
    problems = [f"{where} {key}: nobody knows this key; check its spelling" for key in row if key not in keys]
    problems += [f"{where} {key}: is missing" for key in sorted(must) if key not in row]
    for key, value in row.items():
        kind = keys.get(key, object)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            problems.append(f"{where} {key}: {value!r} is of another kind")
        elif kind is dict:
            problems += _text_problems(f"{where} {key}", value)
    if isinstance(row.get("name"), str) and not NAME.fullmatch(row["name"]):
        problems.append(f"{where} name: «{row['name']}»: use small letters, digits and _")
    return problems


def _text_problems(where: str, text: Text) -> list[str]:
    problems = [f"{where}: there are no words in «{language}»" for language in LANGUAGES if not text.get(language)]
    return problems + [f"{where}: nobody speaks «{language}» here" for language in text if language not in LANGUAGES]
