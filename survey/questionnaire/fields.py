"""What the fields of a question send → the answer, for each type of question.

Each of the functions without an underscore takes the question, what its fields sent, and the language; each raises
ValueError with what is wrong, in words. `shown_…` tell what a page must hold to send an answer again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from survey.questionnaire.model import Question

LONGEST_COMMENT = 500  # characters; a house rule, said in the question's hint
LONGEST_NUMBER = 12  # characters: more is no number of anything that is asked
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
TIME = re.compile(r"([01]?\d|2[0-4])[:.时点]([0-5]?\d)?分?")
MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 1440
KEPT = "\n\u200c\u200d"  # line ends, and what joins or parts the letters beside it
PLACE = ":"  # between a choice and its place in a ranking
Sent = Sequence[str]


def one(question: Question, sent: Sent, _language: str) -> str | None:
    """The choice, or None."""
    if not sent or not sent[0].strip():
        return None
    if all(sent[0] != choice.name for choice in question.choices):
        raise ValueError(_l("Choose one of the answers that are offered."))
    return sent[0]


def several(question: Question, sent: Sent, language: str) -> list[str]:
    """The choices; one that is sent twice is one choice."""
    chosen = list(dict.fromkeys(sent))
    if set(chosen) - {choice.name for choice in question.choices}:
        raise ValueError(_l("Choose from the answers that are offered."))
    exclusive = {choice.name: choice.label[language] for choice in question.choices if choice.exclusive}
    alone = [exclusive[name] for name in chosen if name in exclusive]
    if alone and len(chosen) > 1:
        raise ValueError(_l("«%(choice)s» cannot go with another answer. Take one of them away.", choice=alone[0]))
    return chosen


def ranked(question: Question, sent: Sent, _language: str) -> list[str]:
    """The choices from the first place on."""
    placed = [words.rpartition(PLACE) for words in sent]
    given = {name: place for name, _, place in placed if place}
    offered = {choice.name for choice in question.choices}
    places = [str(number) for number in range(1, int(question.most or len(offered)) + 1)]
    if set(given) - offered or set(given.values()) - set(places):
        raise ValueError(_l("Choose from the answers that are offered."))
    if sorted(given.values(), key=int) != places[: len(given)]:
        raise ValueError(_l("Give each place once: 1, then 2, and so on."))
    return sorted(given, key=lambda name: int(given[name]))


def words(_question: Question, sent: Sent, _language: str) -> str | None:
    """Words that can be read, or None."""
    written = readable(sent[0]) if sent else None
    if written and len(written) > LONGEST_COMMENT:
        raise ValueError(_l("Please write at most %(most)s characters.", most=LONGEST_COMMENT))
    return written


def number(question: Question, sent: Sent, _language: str) -> str | float | None:
    """A number, one of the choices that stand for none («not sure»), or None."""
    return _amount(question, sent, _number, _not_in_range)


def whole_number(question: Question, sent: Sent, _language: str) -> str | float | None:
    """A whole number, or as `number`."""
    return _amount(question, sent, _whole_number, _not_in_range)


def duration(question: Question, sent: Sent, _language: str) -> str | float | None:
    """Minutes of what was typed as hours and minutes, or as `number`."""
    return _amount(question, sent, _minutes, _not_so_long)


def time_of_day(question: Question, sent: Sent, _language: str) -> str | float | None:
    """Minutes since midnight of a time such as 21:30, a day further where it is before `least`; or as `number`."""
    return _amount(question, sent, partial(_time, question.least or 0), _not_in_range)


def _amount(
    question: Question, sent: Sent, read: Callable[[Sent], float], not_in_range: Callable[[Question], Any]
) -> str | float | None:
    instead = {choice.name for choice in question.choices if choice.no_answer}
    typed = [_plain(words) for words in sent if words not in instead]
    ticked = [words for words in sent if words in instead]
    if not any(typed):
        return ticked[0] if ticked else None
    if ticked:
        raise ValueError(_l("Write a number or tick the box below it, not both."))
    amount = read(typed)
    least, most = question.least, question.most
    if (least is not None and amount < least) or (most is not None and amount > most):
        raise ValueError(not_in_range(question))
    return amount


def _number(typed: Sent) -> float:
    return float(_digits(_first(typed), _l("Write a number in digits, such as 25.")))


def _whole_number(typed: Sent) -> float:
    amount = _number(typed)
    if not amount.is_integer():
        raise ValueError(_l("Write a whole number, without a point."))
    return amount


def _minutes(typed: Sent) -> float:
    message = _l("Write hours and minutes in digits, such as 1 and 30.")
    hours, minutes = (float(_digits(words or "0", message)) for words in [*typed, ""][:2])
    return hours * MINUTES_AN_HOUR + minutes


def _time(least: float, typed: Sent) -> float:
    found = TIME.fullmatch(_first(typed))
    if found is None:
        raise ValueError(_l("Write a time such as 21:30."))
    minutes = (int(found[1]) * MINUTES_AN_HOUR + int(found[2] or 0)) % MINUTES_A_DAY
    return minutes + (MINUTES_A_DAY if minutes < least else 0)


def _not_in_range(question: Question) -> Any:
    return _l("Write a number from %(least)s to %(most)s.", **_ends(question))


def _not_so_long(question: Question) -> Any:
    return _l("Write a time from %(least)s to %(most)s minutes.", **_ends(question))


def readable(words: str | None) -> str | None:
    """What can be read: no control characters, no marks that turn the direction of writing.

    Spaces of any width become a space; joiners stay, without which Uyghur or an emoji falls apart.
    """
    if words is None:
        return None
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
    return unicodedata.normalize("NFKC", readable(words) or "")


def _first(typed: Sent) -> str:
    return next(words for words in typed if words)


def _digits(words: str, message: Any) -> str:
    """A number's words for `float`. Raises ValueError with the message."""
    if len(words) > LONGEST_NUMBER or not NUMBER.fullmatch(words):
        raise ValueError(message)
    return words.replace(",", "")


def _ends(question: Question) -> dict[str, str]:
    return {"least": f"{question.least:g}", "most": f"{question.most:g}"}
