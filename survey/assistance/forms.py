"""Forms of this room: a family's, without a session; the desks', with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional

from survey.assistance.asking import Asked
from survey.assistance.casework import Notes
from survey.assistance.lending import MOST_PIECES, USUAL_DAYS_LENT
from survey.assistance.store import today
from survey.help_words import NEED_LABELS, STOCK_LABELS
from survey.staff.forms import TOO_LONG, SafeForm

LONGEST_NAME, LONGEST_REACH, LONGEST_WORDS, LONGEST_LABEL = 40, 120, 500, 60  # characters
SHORTEST_REACH = 5
LONG_NUMBER = re.compile(r"\d(?:[\s\-]*\d){6,}")  # seven digits or more: a telephone, not a house
LETTER = re.compile(r"[^\W\d_]")


def choices_of(words: Mapping[Any, str]) -> list[SelectChoice]:
    """The choices of a field: a value and its words each."""
    return [SelectChoice(value, label) for value, label in words.items()]


def _trimmed(typed: str | None) -> str:
    return "".join(c for c in (typed or "") if c.isprintable() or c == "\n").strip()


def is_a_name(_form: object, field: StringField) -> None:
    """Words, not a number."""
    if LONG_NUMBER.search(field.data):
        raise ValidationError(_l("This looks like a telephone number. Write it in the next box, and here your name."))
    if not LETTER.search(field.data):
        raise ValidationError(_l("Write your name, so that the school knows who asks."))


def _number(typed: object) -> int | None:
    return int(str(typed)) if str(typed).isdecimal() else None


def _known_needs(typed: list[str] | None) -> list[str]:
    return [need for need in NEED_LABELS if need in (typed or [])]


def is_of_the_school(_form: object, field: SelectField) -> None:
    """A grade that the school has."""
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_l("Choose the grade."))


class WholeNumberField(IntegerField):
    """A number, or nothing: what is wrong with it the validators say, in the page's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class DayField(DateField):
    """A day, or nothing, in the same way."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


def _words(label: str, longest: int, *more: object) -> TextAreaField:
    return TextAreaField(label, filters=[_trimmed], validators=[*more, Length(max=longest, message=TOO_LONG)])


class HelpForm(Form):
    """A family's request; `form` tells one form from another, so that sending it twice is one request."""

    form = HiddenField()
    who = StringField(
        _l("Your name"),
        filters=[_trimmed],
        validators=[
            DataRequired(_l("Write your name, so that the school knows who asks.")),
            Length(max=LONGEST_NAME, message=TOO_LONG),
            is_a_name,
        ],
    )
    reach = StringField(
        _l("How can the school reach you?"),
        filters=[_trimmed],
        validators=[
            Length(min=SHORTEST_REACH, message=_l("Write a telephone number, or another way to reach you.")),
            Length(max=LONGEST_REACH, message=TOO_LONG),
        ],
    )
    grade = SelectField(
        _l("Which grade is your child in?"), coerce=_number, validate_choice=False, validators=[is_of_the_school]
    )
    # Whatever else is sent in place of a need is none; so nothing is missing then, and that is told.
    needs = SelectMultipleField(
        _l("What is missing?"), choices=choices_of(NEED_LABELS), validate_choice=False, filters=[_known_needs]
    )
    words = _words(_l("In your own words"), LONGEST_WORDS)

    def validate_words(self, field: TextAreaField) -> None:
        """Something has to be missing."""
        if not field.data and not self.needs.data:
            raise ValidationError(_l("Choose what is missing, or say it here in your own words."))

    @property
    def asked(self) -> Asked:
        """What was written."""
        given = (self.who.data, self.reach.data, self.grade.data, tuple(self.needs.data), self.words.data)
        return Asked(*given)


class NotesForm(SafeForm):
    """What the school writes about a request."""

    obstacle = _words(_l("What stands in the way"), LONGEST_WORDS)
    measures = _words(_l("What we do"), LONGEST_WORDS)
    promised = _words(_l("What we offer"), LONGEST_WORDS)
    given = _words(_l("What was given"), LONGEST_WORDS)

    @property
    def notes(self) -> Notes:
        """What was written."""
        return Notes(**{name: self[name].data for name in ("obstacle", "measures", "promised", "given")})


def _kind() -> SelectField:
    known = AnyOf(list(STOCK_LABELS), message=_l("Choose one."))
    return SelectField(_l("What"), choices=choices_of(STOCK_LABELS), validate_choice=False, validators=[known])


def not_over(_form: object, field: DateField) -> None:
    """A day that is still to come, or today."""
    if field.data and field.data < today():
        raise ValidationError(_l("This day is over. Give today or a later one."))


class LendForm(SafeForm):
    """One piece for the family of a request."""

    kind = _kind()
    label = StringField(_l("Which one"), filters=[_trimmed], validators=[Length(max=LONGEST_LABEL, message=TOO_LONG)])
    due_on = DayField(
        _l("Due back"), default=lambda: today() + timedelta(days=USUAL_DAYS_LENT), validators=[Optional(), not_over]
    )


def _pieces(label: str, least: int) -> IntegerField:
    wrong = _l("Give a whole number from %(least)s to %(most)s.", least=least, most=MOST_PIECES)
    said = (InputRequired(wrong), NumberRange(least, MOST_PIECES, message=wrong))
    return WholeNumberField(label, validators=said)


class StockForm(SafeForm):
    """Pieces that came, or that are gone for good."""

    kind = _kind()
    pieces = _pieces(_l("How many came; with a minus, how many are gone for good"), -MOST_PIECES)


class TransferForm(SafeForm):
    """Pieces from one school to another."""

    kind = _kind()
    pieces = _pieces(_l("How many"), 1)
    # Whose school it is the desk's scope decides, and writes down who asks for another's.
    giver = SelectField(_l("From"), validate_choice=False)
    taker = SelectField(_l("To"), validate_choice=False)

    def validate_taker(self, field: SelectField) -> None:
        """Another school."""
        if field.data == self.giver.data:
            raise ValidationError(_l("Choose two different schools."))
