"""A questionnaire as values: pages of questions with their choices, in every language.

The words for types, columns and choices are XLSForm's (select_one, select_multiple, text, note, name, label,
hint, required).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]  # language → words


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer. A choice that stands for a band of numbers says its ends."""

    name: str
    label: Text
    low: float | None = None
    high: float | None = None  # None with a low: no upper end
    exclusive: bool = False  # «none of these»: it goes with no other
    third: int | None = None  # 1 to 3: where few people answered, choices of one third are told together
    no_answer: bool = False  # «not sure», «rather not say»: counted, but no share of it is taken


@dataclass(frozen=True, slots=True)
class Question:
    """One item. `feeds` names the figure of the estimator it informs, `clauses` the notice's clauses it hears."""

    name: str
    type: str
    label: Text
    hint: Text
    choices: tuple[Choice, ...]
    required: bool = False
    feeds: str | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One topic: a few questions shown together."""

    name: str
    title: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What one role is asked. `grades` says for whom, where a role has more than one questionnaire."""

    name: str  # parent | teacher | pupil_younger | pupil_older
    version: str
    role: str  # parent | teacher | pupil
    title: Text
    minutes: int  # it takes, honestly
    grades: tuple[int, int] | None
    pages: tuple[Page, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for page in self.pages for question in page.questions)


Answers = Mapping[str, str | list[str]]  # question → choice, choices, or words; unanswered questions are absent
