"""What was sent of a page → checked answers; which questions are asked; what of all answers is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from survey.questionnaire.expressions import holds
from survey.questionnaire.model import Answers, Page, Question, Questionnaire
from survey.questionnaire.types import QUESTION_TYPES

Given = Mapping[str, Any]  # question → choice, choices, number or words, as somebody gave them
# Of a page in a language; made once.
_FIELDS: dict[tuple[str, str, str, str], Mapping[str, UnboundField[Any]]] = {}


@dataclass
class Checked:
    """A page as it was sent: the answers that are right, what is wrong with the others, and what to show again."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Path:
    """The questions that somebody is asked, and their answers to these; the others' do not count."""

    pages: tuple[Page, ...]  # those with a question to answer or a note to read
    asked: frozenset[str]
    answers: Given


def path(questionnaire: Questionnaire, given: Given) -> Path:
    """Which way the answers so far lead, from the first question to the last."""
    pages: list[Page] = []
    asked: list[str] = []
    counted: dict[str, Any] = {}
    for page in questionnaire.pages:
        if page.relevant and not holds(page.relevant, counted):
            continue
        before = len(asked)
        for question in page.questions:
            if question.relevant is None or holds(question.relevant, counted):  # most have none: spares a call
                asked.append(question.name)
                if question.name in given:
                    counted[question.name] = given[question.name]
        if len(asked) > before:
            pages.append(page)
    return Path(tuple(pages), frozenset(asked), counted)


def check_page(
    questionnaire: Questionnaire, page: Page, language: str, sent: MultiDict[str, str], given: Given
) -> Checked:
    """The answers of one page, held against their types, constraints and filters. `given`: the other pages' answers."""
    # Not a class of a form's own, for which a question could not be called `data` or `errors`.
    form = BaseForm(_fields(questionnaire, page, language))
    form.process(sent)
    form.validate()
    found = Checked()
    known = dict(given)
    for question in page.questions:
        if question.name not in form or not holds(question.relevant, known):
            continue
        entry = form[question.name]
        found.shown[question.name] = sent.getlist(question.name)
        if entry.errors:
            found.errors[question.name] = str(entry.errors[0])
        elif entry.data not in (None, "", []):
            if said := _refusal(question, entry.data, known, language):
                found.errors[question.name] = said
            else:
                known[question.name] = found.answers[question.name] = entry.data
    return found


def offered(question: Question, given: Given) -> frozenset[str]:
    """The choices that a question offers after these answers."""
    if question.choice_filter is None:
        return frozenset(choice.name for choice in question.choices)
    return frozenset(c.name for c in question.choices if holds(question.choice_filter, given, columns=c.columns))


def kept(questionnaire: Questionnaire, way: Path) -> tuple[Answers, Sequence[str]]:
    """What is stored: choices and bands of the questions that were asked; and, apart, the words of free remarks."""
    answers: dict[str, str | list[str]] = {}
    remarks: list[str] = []
    for question in questionnaire.questions:
        kind = QUESTION_TYPES[question.type]
        if question.name in way.answers:
            value = kind.kept(question, way.answers[question.name])
            if not kind.has_choices:
                remarks.append(str(value))
            elif value is not None:
                answers[question.name] = value
        elif question.otherwise and question.name not in way.asked:
            answers[question.name] = [question.otherwise] if question.several else question.otherwise
    return answers, remarks


def contradictions(questionnaire: Questionnaire, way: Path, language: str) -> Mapping[str, str]:
    """Question → what is wrong, for answers that were right when they were given and are not after another's change."""
    found: dict[str, str] = {}
    for question in questionnaire.questions:
        is_bound = question.constraint or question.choice_filter  # most are not: spares a call
        if is_bound and question.name in way.answers:
            said = _refusal(question, way.answers[question.name], way.answers, language)
            found |= {question.name: said} if said else {}
    return found


def _refusal(question: Question, value: Any, known: Given, language: str) -> str | None:
    if question.choice_filter and set(value if isinstance(value, list) else [value]) - offered(question, known):
        return str(gettext("Choose from the answers that are offered."))
    if not holds(question.constraint, known, said=value):
        return question.constraint_message[language]
    return None


def _fields(questionnaire: Questionnaire, page: Page, language: str) -> Mapping[str, UnboundField[Any]]:
    key = (questionnaire.name, questionnaire.fingerprint, page.name, language)
    if key not in _FIELDS:
        kinds = [(question, QUESTION_TYPES[question.type].field) for question in page.questions]
        _FIELDS[key] = {question.name: UnboundField(kind, question, language) for question, kind in kinds if kind}
    return _FIELDS[key]
