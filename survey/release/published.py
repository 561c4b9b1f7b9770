"""A release as values: the fixed tables of one campaign after protection. What pages, charts and sheets read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Text = Mapping[str, str]  # language → words


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is counted in a table: one questionnaire, in one school or the whole district."""

    questionnaire: str
    school_id: str | None  # None: the district
    school_name: str | None


@dataclass(frozen=True, slots=True)
class Response:
    """How many were asked and how many answered."""

    audience: Audience
    invited: int
    answered: int | None  # None: fewer than may be shown


@dataclass(frozen=True, slots=True)
class Count:
    """How often one choice was taken. None: hidden."""

    choice: str
    label: Text
    count: int | None
    low: float | None = None
    high: float | None = None
    no_answer: bool = False


@dataclass(frozen=True, slots=True)
class QuestionTable:
    """One question's answers in one audience. `hidden` says why nothing is shown."""

    audience: Audience
    question: str
    type: str  # select_one | select_multiple
    label: Text
    answered: int | None
    hidden: str | None  # too_few | protects_another
    counts: tuple[Count, ...]
    feeds: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """The free remarks of one questionnaire in the district, shuffled, numbers masked."""

    questionnaire: str
    words: tuple[str, ...]
    hidden: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """One numbered publication; it never changes."""

    number: int
    campaign_id: str
    campaign_title: str
    bureau_name: str
    entry: str  # slips | open_link: repeat answers possible
    published_on: date
    synthetic: bool
    smallest_group: int
    questionnaires: Mapping[str, Text]  # name → title
    responses: tuple[Response, ...]
    tables: tuple[QuestionTable, ...]
    comments: tuple[Comments, ...]

    def table(self, questionnaire: str, question: str, school_id: str | None = None) -> QuestionTable:
        """One table. Raises KeyError when the release has none such."""
        for table in self.tables:
            if (table.audience.questionnaire, table.question, table.audience.school_id) == (
                questionnaire,
                question,
                school_id,
            ):
                return table
        raise KeyError(f"no table of {questionnaire}/{question} for {school_id or 'the district'}")
