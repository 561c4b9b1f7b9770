"""The types of question: one row each, with its form field. Its page is templates/questions/<type>.html."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from survey.questionnaire.model import Question

LONGEST_COMMENT = 500  # characters; a house rule, said in the question's hint


@dataclass(frozen=True, slots=True)
class QuestionType:
    """How one type of question is checked."""

    has_choices: bool
    field: Callable[[Question, str], Field]  # of a question, in a language


def _choices(question: Question, language: str) -> list[SelectChoice]:
    return [SelectChoice(choice.name, choice.label[language]) for choice in question.choices]


def _one(question: Question, language: str) -> Field:
    offered = AnyOf([c.name for c in question.choices], message=_l("Choose one of the answers that are offered."))
    return RadioField(
        question.label[language],
        choices=_choices(question, language),
        validators=[Optional(), offered],
        validate_choice=False,
    )


def _several(question: Question, language: str) -> Field:
    exclusive = {choice.name: choice.label[language] for choice in question.choices if choice.exclusive}
    offered = {choice.name for choice in question.choices}

    def goes_together(_form: object, field: Field) -> None:
        if set(field.data or ()) - offered:
            raise ValidationError(_l("Choose from the answers that are offered."))
        alone = [name for name in field.data or () if name in exclusive]
        if alone and len(field.data) > 1:
            raise ValidationError(
                _l("«%(choice)s» cannot go with another answer. Take one of them away.", choice=exclusive[alone[0]])
            )

    return SelectMultipleField(
        question.label[language],
        choices=_choices(question, language),
        validators=[goes_together],
        validate_choice=False,
    )


def _words(question: Question, language: str) -> Field:
    too_long = _l("Please write at most %(most)s characters.", most=LONGEST_COMMENT)
    return StringField(
        question.label[language],
        filters=[_readable],
        validators=[Optional(), Length(max=LONGEST_COMMENT, message=too_long)],
    )


def _readable(words: str | None) -> str | None:
    """What can be read: no control characters, no marks that turn the direction of writing."""
    if words is None:
        return None
    return "".join(c for c in words.replace("\r\n", "\n") if c == "\n" or c.isprintable()).strip()


QUESTION_TYPES = {
    "select_one": QuestionType(True, _one),
    "select_multiple": QuestionType(True, _several),
    "text": QuestionType(False, _words),
}
