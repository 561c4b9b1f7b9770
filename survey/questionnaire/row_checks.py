"""The rows of a questionnaire file as they are written: known keys, of the right kind, in every language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from survey.config import LANGUAGES
from survey.questionnaire.types import QUESTION_TYPES

NAME = re.compile(r"[a-z0-9][a-z0-9_]*")
OF_THE_PAGE = ("state", "do", "seen", "part")  # what a question page sends beside the answers
BEGIN_GROUP, END_GROUP = "begin_group", "end_group"
NUMBER = (int, float)


class Words(dict[str, str]):
    """Marks a key that holds a text in every language."""


SETTINGS = {
    "form_id": str,
    "version": str,
    "role": str,
    "minutes": int,
    "form_title": Words,
    "grades": list,
    "pinyin": bool,
}
OPTIONAL_SETTINGS = {"grades", "pinyin"}
ROW = {
    "type": str,
    "name": str,
    "label": Words,
    "hint": Words,
    "feeds": str,
    "clauses": list,
    "appearance": str,
    "unit": Words,
    "least": NUMBER,
    "most": NUMBER,
    "relevant": str,
    "otherwise": str,
    "constraint": str,
    "constraint_message": Words,
    "choice_filter": str,
}
CHOICE = {
    "name": str,
    "label": Words,
    "low": NUMBER,
    "high": NUMBER,
    "exclusive": bool,
    "no_answer": bool,
    "third": int,
    "columns": dict,
}


def problems_of(content: Mapping[str, Any]) -> list[str]:
    """What is wrong with a file's rows, each by itself."""
    problems = [f"[{key}]: nobody knows this table" for key in content if key not in ("settings", "survey", "choices")]
    problems += _row_problems(
        "[settings]", content.get("settings", {}), SETTINGS, must=set(SETTINGS) - OPTIONAL_SETTINGS
    )
    lists = content.get("choices", {})
    for name, choices in lists.items():
        for n, choice in enumerate(choices, start=1):
            problems += _row_problems(f"[[choices.{name}]] {n}", choice, CHOICE, must={"name", "label"})
    seen: set[str] = set()
    for n, row in enumerate(content.get("survey", ()), start=1):
        where = f"[[survey]] {n}"
        if row.get("type") != END_GROUP:
            problems += _row_problems(where, row, ROW, must={"type", "name", "label"})
            problems += _type_problems(where, row, lists)
        if row.get("name") in seen:
            problems.append(f"{where} name: «{row['name']}» stands here twice; give it another name")
        seen.add(row.get("name") or f"row {n}")
    return problems


def _type_problems(where: str, row: Mapping[str, Any], lists: Mapping[str, Any]) -> list[str]:
    kind, _, choices = str(row.get("type", "")).partition(" ")
    if kind == BEGIN_GROUP:
        return []
    if (name := row.get("name")) in OF_THE_PAGE:
        return [f"{where} name: «{name}» is what the page itself sends by that name; use another"]
    if kind not in QUESTION_TYPES:
        return [f"{where} type: nobody knows «{kind}»; use one of {', '.join(QUESTION_TYPES)}"]
    if QUESTION_TYPES[kind].has_choices and choices not in lists:
        return [f"{where} type: there is no list of choices «{choices}»; add [[choices.{choices}]]"]
    return []


def _row_problems(where: str, row: Mapping[str, Any], keys: Mapping[str, Any], must: set[str]) -> list[str]:
    problems = [f"{where} {key}: nobody knows this key; check its spelling" for key in row if key not in keys]
    problems += [f"{where} {key}: is missing" for key in sorted(must) if key not in row]
    for key, value in row.items():
        kind = keys.get(key, object)
        held = dict if kind is Words else kind
        if not isinstance(value, held) or (isinstance(value, bool) and kind is not bool):
            problems.append(f"{where} {key}: {value!r} is of another kind")
        elif kind is Words:
            problems += _text_problems(f"{where} {key}", value)
    if isinstance(row.get("name"), str) and not NAME.fullmatch(row["name"]):
        problems.append(f"{where} name: «{row['name']}»: use small letters, digits and _")
    return problems


def _text_problems(where: str, text: Mapping[str, str]) -> list[str]:
    problems = [f"{where}: there are no words in «{language}»" for language in LANGUAGES if not text.get(language)]
    return problems + [f"{where}: nobody speaks «{language}» here" for language in text if language not in LANGUAGES]
