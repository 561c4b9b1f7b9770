"""Questionnaire files → questionnaires: strictly, every problem named by file, row and key.

A file holds XLSForm's three sheets as tables: `[settings]`, `[[survey]]` rows between begin_group and end_group (a
group is a page), `[[choices.LIST]]`. Every text is given in every language.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from survey.questionnaire.expression_reader import ExpressionProblem, parse
from survey.questionnaire.expressions import Expression
from survey.questionnaire.model import Choice, Page, Question, Questionnaire
from survey.questionnaire.row_checks import BEGIN_GROUP, END_GROUP, problems_of
from survey.questionnaire.types import QUESTION_TYPES, answers_of

CONDITIONS = ("relevant", "constraint", "choice_filter")
THIRDS = (1, 2, 3)


class QuestionnaireProblems(ValueError):
    """A questionnaire file that cannot be used; every problem at once."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(path: Path) -> Questionnaire:
    """The questionnaire of a file. Raises QuestionnaireProblems."""
    try:
        return read(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise QuestionnaireProblems([f"{path.name}: not TOML in UTF-8: {error}"]) from None


def read(text: str, where: str) -> Questionnaire:
    """The questionnaire of a file's text; `where` stands before each problem. Raises QuestionnaireProblems."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireProblems([f"{where}: not TOML in UTF-8: {error}"]) from None
    problems = problems_of(content) or list(_unreadable_conditions(content))
    if not problems:
        questionnaire = _questionnaire(content, hashlib.sha256(text.encode()).hexdigest())
        problems = list(_amiss(questionnaire))
    if problems:
        raise QuestionnaireProblems([f"{where}: {problem}" for problem in problems])
    return questionnaire


def _questionnaire(content: Mapping[str, Any], fingerprint: str) -> Questionnaire:
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
        fingerprint=fingerprint,
        pinyin=settings.get("pinyin", False),
    )


def _pages(rows: Sequence[Mapping[str, Any]], lists: Mapping[str, tuple[Choice, ...]]) -> list[Page]:
    pages: list[Page] = []
    for row in rows:
        if row["type"] == BEGIN_GROUP:
            pages.append(Page(row["name"], row["label"], (), _condition(row, "relevant")))
        elif row["type"] != END_GROUP:
            page = pages.pop()
            pages.append(Page(page.name, page.title, (*page.questions, _question(row, lists)), page.relevant))
    return pages


def _question(row: Mapping[str, Any], lists: Mapping[str, tuple[Choice, ...]]) -> Question:
    kind, _, choices = row["type"].partition(" ")
    as_written = {key: row[key] for key in ("feeds", "appearance", "unit", "least", "most", "otherwise") if key in row}
    return Question(
        name=row["name"],
        type=kind,
        label=row["label"],
        hint=row.get("hint", {}),
        choices=lists[choices] if choices else (),
        several=QUESTION_TYPES[kind].several,
        clauses=tuple(row.get("clauses", ())),
        constraint_message=row.get("constraint_message", {}),
        relevant=_condition(row, "relevant"),
        constraint=_condition(row, "constraint"),
        choice_filter=_condition(row, "choice_filter"),
        **as_written,
    )


def _condition(row: Mapping[str, Any], key: str) -> Expression | None:
    return parse(row[key]) if key in row else None


def _unreadable_conditions(content: Mapping[str, Any]) -> Iterator[str]:
    for n, row in enumerate(content["survey"], start=1):
        for key in CONDITIONS:
            try:
                _condition(row, key)
            except ExpressionProblem as problem:
                yield f"[[survey]] {n} {key}: {problem}"


def _amiss(questionnaire: Questionnaire) -> Iterator[str]:
    """What does not fit together: conditions that look at what is asked later, choices that a type cannot have."""
    above: set[str] = set()
    for page in questionnaire.pages:
        yield from _unknown(page.name, "relevant", page.relevant, above)
        for question in page.questions:
            yield from (f"{question.name}: {problem}" for problem in QUESTION_TYPES[question.type].amiss(question))
            yield from _thirds_amiss(question)
            yield from _conditions_amiss(question, above)
            above.add(question.name)


def _unknown(where: str, key: str, condition: Expression | None, above: set[str]) -> Iterator[str]:
    for name in sorted(condition.answers - above) if condition else ():
        yield f"{where} {key}: nobody was asked «{name}» before this"


def _conditions_amiss(question: Question, above: set[str]) -> Iterator[str]:
    for key in CONDITIONS:
        yield from _unknown(question.name, key, getattr(question, key), above)
    if question.constraint and not question.constraint_message:
        yield f"{question.name} constraint_message: is missing; say what would be right"
    if question.otherwise and question.relevant is None:
        yield f"{question.name} otherwise: everybody is asked this; take it away or add relevant"
    if question.otherwise and question.otherwise not in {choice.name for choice in question.choices}:
        yield f"{question.name} otherwise: «{question.otherwise}» is none of its choices"
    if question.choice_filter:
        lacking = [c.name for c in question.choices if question.choice_filter.columns - set(c.columns)]
        if lacking:
            yield f"{question.name} choice_filter: {', '.join(lacking)} lack a column that it looks at"


def _thirds_amiss(question: Question) -> Iterator[str]:
    """More answers than three must say which of them are told together where few people answered, and in order."""
    told = [choice.third for choice in answers_of(question)]
    if question.several or (len(told) <= len(THIRDS) and not any(told)):
        return
    if {*told} != {*THIRDS} or told != sorted(told, key=THIRDS.index):
        yield f"{question.name} third: {told}; give every answer one of 1, 2, 3, in this order"
