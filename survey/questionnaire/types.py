"""The types of question: one row each. Its look is templates/questions/<template>.html."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.questionnaire import fields
from survey.questionnaire.model import Choice, Question

LARGEST_SCALE, SMALLEST_SCALE = 5, 2
SHORT = "short"
Shown = Callable[[Question, Any], Sequence[str]]


def _nothing_amiss(_question: Question) -> Iterator[str]:
    yield from ()


def _as_it_is(_question: Question, value: Any) -> Any:
    return value


def _one_shown(_question: Question, value: Any) -> Sequence[str]:
    return [str(value)]


def _all_shown(_question: Question, value: Any) -> Sequence[str]:
    return list(value)


@dataclass(frozen=True, slots=True)
class QuestionType:
    """How one type of question is checked, shown again and kept.

    `field` reads and checks what was sent. `shown` is what the page must hold to send an answer again. `kept` is what
    is stored of it: None where nothing is.
    """

    template: str
    has_choices: bool = False
    several: bool = False  # the answer is a list of choices
    field: type[fields.QuestionField] | None = None  # a note has none
    shown: Shown = _one_shown
    kept: Callable[[Question, Any], str | list[str] | None] = _as_it_is
    amiss: Callable[[Question], Iterator[str]] = _nothing_amiss  # what a question of this type lacks


def answers_of(question: Question) -> tuple[Choice, ...]:
    """The choices that say something: without «not sure»."""
    return tuple(choice for choice in question.choices if not choice.no_answer)


def band_of(question: Question, value: Any) -> str | None:
    """The band that holds a number; the choice that was ticked instead of one."""
    if isinstance(value, str):
        return value
    for choice in answers_of(question):
        assert choice.low is not None
        if choice.low <= value and (choice.high is None or value < choice.high):
            return choice.name
    return None


def _number_shown(question: Question, value: Any) -> Sequence[str]:
    return ["", value] if isinstance(value, str) else [f"{value:.12g}"]


def _duration_shown(question: Question, value: Any) -> Sequence[str]:
    return ["", "", value] if isinstance(value, str) else fields.shown_duration(value)


def _time_shown(question: Question, value: Any) -> Sequence[str]:
    return ["", value] if isinstance(value, str) else [fields.shown_time(value)]


def _places_shown(_question: Question, value: Any) -> Sequence[str]:
    return [f"{name}{fields.PLACE}{place}" for place, name in enumerate(value, start=1)]


def _bands_amiss(question: Question) -> Iterator[str]:
    bands = answers_of(question)
    if not bands or any(band.low is None for band in bands):
        yield "every choice but «not sure» needs low, and high but for the last: the bands the number is kept as"
        return
    if any(one.high != other.low for one, other in zip(bands, bands[1:], strict=False)):
        yield "the bands must touch, from low to high"
    if question.least is None or question.most is None:
        yield "least and most are missing: between which numbers can it be?"
    elif band_of(question, question.least) is None or band_of(question, question.most) is None:
        yield f"no band holds {question.least:g} or {question.most:g}"


def _unit_amiss(question: Question) -> Iterator[str]:
    if not question.unit:
        yield "unit is missing: of what is it a number?"
    yield from _bands_amiss(question)


def _scale_amiss(question: Question) -> Iterator[str]:
    points = len(answers_of(question))
    if not SMALLEST_SCALE <= points <= LARGEST_SCALE:
        yield f"a scale has {SMALLEST_SCALE} to {LARGEST_SCALE} points, each with its words; this has {points}"


def _yes_no_amiss(question: Question) -> Iterator[str]:
    if [choice.name for choice in answers_of(question)] != ["yes", "no"]:
        yield "a question for yes or no has the choices «yes» and «no», and «not sure» at most"


def _places_amiss(question: Question) -> Iterator[str]:
    if question.most is not None and not 1 <= question.most <= len(question.choices):
        yield f"{question.most:g} places cannot be given to {len(question.choices)} choices"


def _number(
    template: str, kind: type[fields.QuestionField], shown: Shown, amiss: Callable[[Question], Iterator[str]]
) -> QuestionType:
    return QuestionType(template, True, field=kind, shown=shown, kept=band_of, amiss=amiss)


QUESTION_TYPES: Mapping[str, QuestionType] = {
    "select_one": QuestionType("select_one", True, field=fields.ChoiceField),
    "yes_no": QuestionType("select_one", True, field=fields.ChoiceField, amiss=_yes_no_amiss),
    "scale": QuestionType("scale", True, field=fields.ChoiceField, amiss=_scale_amiss),
    "select_multiple": QuestionType("select_multiple", True, True, fields.ChoicesField, shown=_all_shown),
    "rank": QuestionType("rank", True, True, fields.RankField, _places_shown, amiss=_places_amiss),
    "integer": _number("number", fields.WholeNumberField, _number_shown, _unit_amiss),
    "money": _number("number", fields.NumberField, _number_shown, _unit_amiss),
    "duration": _number("duration", fields.DurationField, _duration_shown, _bands_amiss),
    "time": _number("time", fields.TimeField, _time_shown, _bands_amiss),
    "text": QuestionType("text", field=fields.WordsField),
    "note": QuestionType("note"),
}
