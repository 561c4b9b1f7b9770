"""Form fields that read and check what a page sends: choices, a number in its unit, a time, a ranking, words.

Our templates draw them (decision 0010), so none carries what WTForms would need for that: labels, lists, widgets. A
page's fields are made anew for everybody who sends one, so what is in them counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field

from survey.questionnaire.model import Question

LONGEST_COMMENT = 500  # characters; a house rule, said in the question's hint
LONGEST_NUMBER = 12  # characters: more is no number of anything that is asked
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
TIME = re.compile(r"([01]?\d|2[0-4])[:.时点]([0-5]?\d)?分?")
MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 1440
KEPT = "\n\u200c\u200d"  # line ends, and what joins or parts the letters beside it
PLACE = ":"  # between a choice and its place in a ranking
Sent = Sequence[str]


class QuestionField(Field):
    """Reads the answer to a question; what is wrong with it is told in a language."""

    data: Any  # the answer

    def __init__(self, question: Question, language: str, *, name: str, **_others: Any) -> None:
        # Without WTForms' own, which prepares for drawing.
        self.question, self.language, self.name = question, language, name

    def process(self, formdata: Any, *_others: Any, **_named: Any) -> None:
        """Read the answer out of what was sent: nothing is answered beforehand."""
        self.data, self.process_errors = None, []
        try:
            self.process_formdata(formdata.getlist(self.name))
        except ValueError as error:
            self.process_errors.append(error.args[0])

    def post_process(self, formdata: Any = None) -> None:
        """No answer hangs on another's."""

    def validate(self, form: object, extra_validators: Sequence[object] = ()) -> bool:
        """Whether it is right: all that can be wrong with it was found as it was read."""
        self.errors = self.process_errors
        return not self.errors


class ChoiceField(QuestionField):
    """One of the choices."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The choice, or None. Raises ValueError, in words."""
        chosen = valuelist[0] if valuelist else ""
        self.data = chosen or None
        if chosen and not any(choice.name == chosen for choice in self.question.choices):
            raise ValueError(_l("Choose one of the answers that are offered."))


class ChoicesField(QuestionField):
    """Several of the choices; one that is sent twice is one choice."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The choices, as they were sent. Raises ValueError, in words."""
        self.data = list(dict.fromkeys(valuelist))
        chosen = [choice for choice in self.question.choices if choice.name in self.data]
        if len(chosen) < len(self.data):
            raise ValueError(_l("Choose from the answers that are offered."))
        alone = [choice.label[self.language] for choice in chosen if choice.exclusive]
        if alone and len(chosen) > 1:
            raise ValueError(_l("«%(choice)s» cannot go with another answer. Take one of them away.", choice=alone[0]))


class WordsField(QuestionField):
    """Words of one's own."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The words, or None. Raises ValueError where they are too many."""
        self.data = readable(valuelist[0]) or None if valuelist else None
        if self.data and len(self.data) > LONGEST_COMMENT:
            told = {"max": LONGEST_COMMENT, "length": len(self.data)}
            raise ValueError(_l("Please write at most %(max)s characters. These are %(length)s.", **told))


class NumberField(QuestionField):
    """A number, or one of the choices that stand for none («not sure»)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number, the choice that was ticked instead, or None. Raises ValueError, in words."""
        instead = {choice.name for choice in self.question.choices if choice.no_answer}
        typed = [_plain(words) for words in valuelist if words not in instead]
        ticked = [words for words in valuelist if words in instead]
        self.data: str | float | None = ticked[0] if ticked else None
        if not any(typed):
            return
        if ticked:
            raise ValueError(_l("Write a number or tick the box below it, not both."))
        self.data = self.read(typed)
        least, most = self.question.least, self.question.most
        if (least is not None and self.data < least) or (most is not None and self.data > most):
            raise ValueError(self.out_of_range())

    def read(self, typed: Sent) -> float:
        """The number that was typed. Raises ValueError."""
        return float(_digits(_first(typed), _l("Write a number in digits, such as 25.")))

    def out_of_range(self) -> Any:
        """What to say of a number that cannot be."""
        return _l("Write a number from %(least)s to %(most)s.", **_ends(self.question))


class WholeNumberField(NumberField):
    """A whole number."""

    def read(self, typed: Sent) -> float:
        """The number that was typed. Raises ValueError."""
        number = super().read(typed)
        if not number.is_integer():
            raise ValueError(_l("Write a whole number, without a point."))
        return number


class DurationField(NumberField):
    """Hours and minutes; the answer is in minutes."""

    def read(self, typed: Sent) -> float:
        """Minutes of what was typed as hours and minutes. Raises ValueError."""
        message = _l("Write hours and minutes in digits, such as 1 and 30.")
        hours, minutes = (float(_digits(words or "0", message)) for words in [*typed, ""][:2])
        return hours * MINUTES_AN_HOUR + minutes

    def out_of_range(self) -> Any:
        """What to say of a time that cannot be."""
        return _l("Write a time from %(least)s to %(most)s minutes.", **_ends(self.question))


class TimeField(NumberField):
    """A time of day; the answer is in minutes since midnight, a day further where it is before `least`."""

    def read(self, typed: Sent) -> float:
        """Minutes of a time such as 21:30. Raises ValueError."""
        found = TIME.fullmatch(_first(typed))
        if found is None:
            raise ValueError(_l("Write a time such as 21:30."))
        minutes = (int(found[1]) * MINUTES_AN_HOUR + int(found[2] or 0)) % MINUTES_A_DAY
        return minutes + (MINUTES_A_DAY if minutes < (self.question.least or 0) else 0)


class RankField(QuestionField):
    """Choices in order of importance, each given a place by number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The choices from the first place on. Raises ValueError, in words."""
        placed = [words.rpartition(PLACE) for words in valuelist]
        given = {name: place for name, _, place in placed if place}
        offered = {choice.name for choice in self.question.choices}
        places = [str(number) for number in range(1, int(self.question.most or len(offered)) + 1)]
        if set(given) - offered or set(given.values()) - set(places):
            raise ValueError(_l("Choose from the answers that are offered."))
        self.data = sorted(given, key=lambda name: int(given[name]))
        if sorted(given.values(), key=int) != places[: len(given)]:
            raise ValueError(_l("Give each place once: 1, then 2, and so on."))


def readable(words: str) -> str:
    """What can be read: no control characters, no marks that turn the direction of writing.

    Spaces of any width become a space; joiners stay, without which Uyghur or an emoji falls apart.
    """
    spaced = (" " if c.isspace() and c != "\n" else c for c in words.replace("\r\n", "\n"))
    return "".join(c for c in spaced if c in KEPT or c.isprintable()).strip()


def shown_time(minutes: float) -> str:
    """A time of day, from minutes since midnight."""
    hours, left = divmod(int(minutes) % MINUTES_A_DAY, MINUTES_AN_HOUR)
    return f"{hours:02}:{left:02}"


def shown_duration(minutes: float) -> tuple[str, str]:
    """Hours and minutes, as they were typed."""
    hours, left = divmod(minutes, MINUTES_AN_HOUR)
    return f"{hours:g}", f"{left:g}"


def _plain(words: str) -> str:
    """Digits and signs as they are read, whichever way a keyboard wrote them."""
    return unicodedata.normalize("NFKC", readable(words))


def _first(typed: Sent) -> str:
    return next(words for words in typed if words)


def _digits(words: str, message: Any) -> str:
    """A number's words for `float`. Raises ValueError with the message."""
    if len(words) > LONGEST_NUMBER or not NUMBER.fullmatch(words):
        raise ValueError(message)
    return words.replace(",", "")


def _ends(question: Question) -> dict[str, str]:
    return {"least": f"{question.least:g}", "most": f"{question.most:g}"}
