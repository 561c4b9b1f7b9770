"""Forms of this room: a family's, without a session; the desks', with one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional

from survey.assistance import once
from survey.assistance.asking import Asked
from survey.assistance.casework import Notes
from survey.assistance.limits import LIMITS
from survey.day import today
from survey.staff.forms import TOO_LONG, SafeForm, ToldForm
from survey.staff.school_fields import SchoolField
from survey.words.help_words import NEED_LABELS, STOCK_LABELS
from survey.words.wording import alone

LONGEST_NAME, LONGEST_REACH, LONGEST_WORDS, LONGEST_LABEL = 40, 120, 500, 60  # characters
# The family's page has no maxlength: it would cut what is pasted, the end of a telephone number too, and say nothing.
AT_MOST = _l("Please write at most %(max)s characters. These are %(length)s.")
IN, OUT = "in", "out"
LONGEST_GRADE = 2  # digits
TELEPHONE_DIGITS = 7  # so many or more are a telephone, not a house
SHORTEST_PLACE = 2  # characters, as in «三组»
SPOKEN_DIGITS = frozenset("〇零一二三四五六七八九幺两")
WHOLE_NUMBER = re.compile(r"[-+]?\d{1,9}")
ON_ONE_LINE = re.compile(r"\s+")


def choices_of(words: Mapping[Any, str]) -> list[SelectChoice]:
    """The choices of a field: a value and its words each."""
    return [SelectChoice(value, alone(label)) for value, label in words.items()]


def _trimmed(typed: str | None) -> str:
    """Several lines, without what does not print; every kind of space is a space."""
    return "\n".join(_one_line(line) for line in (typed or "").splitlines()).strip()


def _one_line(typed: str | None) -> str:
    spaced = ON_ONE_LINE.sub(" ", typed or "")
    return "".join(character for character in spaced if character.isprintable()).strip()


def _digits(typed: str) -> int:
    """How many digits there are, those of other scripts and those written as words included."""
    return sum(character.isnumeric() or character in SPOKEN_DIGITS for character in typed)


def _letters(typed: str) -> int:
    return sum(unicodedata.category(each).startswith("L") and each not in SPOKEN_DIGITS for each in typed)


def is_a_name(_form: object, field: StringField) -> None:
    """Words, not a number."""
    if _digits(field.data) >= TELEPHONE_DIGITS:
        raise ValidationError(_l("This looks like a telephone number. Write it in the next box, and here your name."))
    if not _letters(field.data):
        raise ValidationError(_l("Write your name, so that the school knows who asks."))


def is_a_way_to_reach(form: HelpForm, field: StringField) -> None:
    """A number that may be a telephone's, or words that may be a place or a name; not the asker's name again."""
    is_a_place = _letters(field.data) and len(field.data) >= SHORTEST_PLACE
    if (_digits(field.data) < TELEPHONE_DIGITS and not is_a_place) or field.data == form.who.data:
        raise ValidationError(_l("Write a telephone number, or another way to reach you."))


def _number(typed: object) -> int | None:
    return int(str(typed)) if str(typed).isdecimal() and len(str(typed)) <= LONGEST_GRADE else None


def _known_needs(typed: list[str] | None) -> list[str]:
    return [need for need in NEED_LABELS if need in (typed or [])]


def is_of_the_school(_form: object, field: SelectField) -> None:
    """A grade that the school has."""
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_l("Choose the grade."))


class WholeNumberField(IntegerField):
    """A number, or nothing: what is wrong with it the validators say, in the page's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed: digits, perhaps with a sign."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = int(typed) if WHOLE_NUMBER.fullmatch(typed) else None


class DayField(DateField):
    """A day, or nothing, in the same way."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


def _words(label: str, longest: int, too_long: str = TOO_LONG) -> TextAreaField:
    return TextAreaField(label, filters=[_trimmed], validators=[Length(max=longest, message=too_long)])


class HelpForm(ToldForm):
    """A family's request; `form` tells one form from another, so that sending it twice is one request."""

    form = HiddenField()
    who = StringField(
        _l("Your name"),
        filters=[_one_line],
        validators=[
            DataRequired(_l("Write your name, so that the school knows who asks.")),
            Length(max=LONGEST_NAME, message=AT_MOST),
            is_a_name,
        ],
    )
    reach = StringField(
        _l("How can the school reach you?"),
        filters=[_one_line],
        validators=[is_a_way_to_reach, Length(max=LONGEST_REACH, message=AT_MOST)],
    )
    grade = SelectField(
        _l("Which grade is your child in?"), coerce=_number, validate_choice=False, validators=[is_of_the_school]
    )
    # Whatever else is sent in place of a need is none; so nothing is missing then, and that is told.
    needs = SelectMultipleField(
        _l("What is missing?"), choices=choices_of(NEED_LABELS), validate_choice=False, filters=[_known_needs]
    )
    words = _words(_l("In your own words"), LONGEST_WORDS, AT_MOST)

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
    """What the school writes about a request; `version` tells which words it saw when it began."""

    version = HiddenField()
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
    return SelectField(_l("Piece"), choices=choices_of(STOCK_LABELS), validate_choice=False, validators=[known])


def is_ours(_form: object, field: HiddenField) -> None:
    """A form that this installation showed lately; another gets a value of its own, to be sent once more."""
    if not once.is_ours(field.data or ""):
        field.data = once.new_form()
        raise ValidationError(_l("This page was open for too long. Please try again."))


class OnceForm(SafeForm):
    """A form that counts once, however often it is sent."""

    once = HiddenField(default=once.new_form, validators=[is_ours])


def is_within_reach(_form: object, field: DateField) -> None:
    """A day from today on, and not beyond all remembering."""
    if field.data and field.data < today():
        raise ValidationError(_l("This day is over. Give today or a later one."))
    if field.data and field.data > today() + timedelta(days=LIMITS.longest_lent):
        too_late = _l("Lend for %(days)s days at most (a house rule).", days=LIMITS.longest_lent)
        raise ValidationError(too_late)


class LendForm(OnceForm):
    """One piece for the family of a request."""

    kind = _kind()
    label = StringField(_l("Which one"), filters=[_one_line], validators=[Length(max=LONGEST_LABEL, message=TOO_LONG)])
    due_on = DayField(
        _l("Due back"),
        default=lambda: today() + timedelta(days=LIMITS.usually_lent),
        validators=[Optional(), is_within_reach],
    )


def _pieces() -> IntegerField:
    wrong = _l("Give a whole number from %(least)s to %(most)s.", least=1, most=LIMITS.most_pieces)
    said = (InputRequired(wrong), NumberRange(1, LIMITS.most_pieces, message=wrong))
    return WholeNumberField(_l("How many"), validators=said)


class StockForm(OnceForm):
    """Pieces that came, or that are gone for good."""

    kind = _kind()
    way = RadioField(
        _l("What happened"),
        choices=choices_of({IN: _l("they came"), OUT: _l("they are gone for good")}),
        validate_choice=False,
        default=IN,
        validators=[AnyOf([IN, OUT], message=_l("Choose one."))],
    )
    pieces = _pieces()

    @property
    def change(self) -> int:
        """By how much the stock changes."""
        return int(self.pieces.data) if self.way.data == IN else -int(self.pieces.data)


class TransferForm(OnceForm):
    """Pieces from one school to another."""

    kind = _kind()
    pieces = _pieces()
    # Whose school it is the desk's scope decides, and writes down who asks for another's.
    giver = SchoolField(_l("From"), validate_choice=False, validators=[DataRequired(_l("Choose one."))])
    taker = SchoolField(_l("To"), validate_choice=False, validators=[DataRequired(_l("Choose one."))])

    def validate_taker(self, field: SelectField) -> None:
        """Another school."""
        if field.data == self.giver.data:
            raise ValidationError(_l("Choose two different schools."))
