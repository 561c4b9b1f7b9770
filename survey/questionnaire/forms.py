"""Forms that check answers: one class for each page and language, made once."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from survey.questionnaire.model import Answers, Page, Questionnaire
from survey.questionnaire.types import QUESTION_TYPES

COMMENT = "comment"
# Making a form class costs more than checking a page, so each is made once.
_FORMS: dict[tuple[str, str, str, str], type[Form]] = {}


class AnswerProblems(ValueError):
    """Answers that do not fit their questionnaire: question → what is wrong."""

    def __init__(self, problems: dict[str, list[str]]):
        super().__init__(str(problems))
        self.problems = problems


def page_form(questionnaire: Questionnaire, page: Page, language: str, data: MultiDict[str, str]) -> Form:
    """The form of one page, filled with what was sent."""
    key = (questionnaire.name, questionnaire.version, page.name, language)
    if key not in _FORMS:
        _FORMS[key] = _form_class(questionnaire, page, language)
    return _FORMS[key](data)


def checked(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """The answers, cleaned, those left out left out. Raises AnswerProblems when one is not on offer."""
    language = next(iter(questionnaire.title))
    sent: MultiDict[str, str] = MultiDict()
    for name, given in answers.items():
        sent.setlist(name, given if isinstance(given, list) else [given])
    clean: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for page in questionnaire.pages:
        form = page_form(questionnaire, page, language, sent)
        if not form.validate():
            problems |= {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        clean |= given_in(form)
    unknown = set(answers) - {question.name for question in questionnaire.questions}
    problems |= {name: ["No such question."] for name in unknown}
    if problems:
        raise AnswerProblems(problems)
    return clean


def given_in(form: Form) -> dict[str, Any]:
    """Question → answer, for those that were answered."""
    return {name: value for name, value in form.data.items() if value not in (None, "", [])}


def _form_class(questionnaire: Questionnaire, page: Page, language: str) -> type[Form]:
    fields = {q.name: QUESTION_TYPES[q.type].field(q, language) for q in page.questions}
    return type(f"{questionnaire.name}_{page.name}_{language}", (Form,), fields)
