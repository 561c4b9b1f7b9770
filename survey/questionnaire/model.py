"""A questionnaire as values: pages of questions with their choices, in every language.

The words for types, columns and choices are XLSForm's (select_one, select_multiple, integer, rank, text, note; name,
label, hint, relevant, constraint, choice_filter).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.questionnaire.expressions import Expression

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
    columns: Mapping[str, str] = field(default_factory=dict)  # what a choice_filter may look at


@dataclass(frozen=True, slots=True)
class Question:
    """One item. `feeds` names the figure of the estimator it informs, `clauses` the notice's clauses it hears.

    A number is asked in its unit and kept as the band that holds it; `choices` are these bands.
    """

    name: str
    type: str
    label: Text
    hint: Text
    choices: tuple[Choice, ...]
    several: bool = False  # whether its answer is a list of choices
    feeds: str | None = None
    clauses: tuple[str, ...] = ()
    appearance: str = ""  # faces | short: another look of the same type
    unit: Text = field(default_factory=dict)
    least: float | None = None  # of a number, in its unit
    most: float | None = None  # of a number; of a ranking, how many places are given
    relevant: Expression | None = None
    otherwise: str | None = None  # the choice that stands for whoever is not asked
    constraint: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    choice_filter: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)  # of each there is one: to compare all they hold takes time on each visit
class Page:
    """One topic: a few questions shown together."""

    name: str
    title: Text
    questions: tuple[Question, ...]
    relevant: Expression | None = None

    @property
    def has_conditions(self) -> bool:
        """Whether other answers bear on a question of this page."""
        return any(q.relevant or q.constraint or q.choice_filter for q in self.questions)


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
    fingerprint: str = ""  # of the file that it was read from
    pinyin: bool = False  # whether its readers may want pinyin above the Chinese words

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """Question → its choices, of the questions that have some: what is kept and counted as numbers."""
        return {q.name: tuple(choice.name for choice in q.choices) for q in self.questions if q.choices}


# As they are sealed: question → choice or band, or choices; unanswered questions are absent. The order of several
# choices is not kept once they are mixed.
Answers = Mapping[str, str | list[str]]
