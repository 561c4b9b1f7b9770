"""A release as values: the fixed tables of one campaign after protection. What pages, charts and sheets read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

Text = Mapping[str, str]  # language → words


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is counted in a table: one questionnaire in the district, a school, a grade, or a school's grade."""

    questionnaire: str
    school_id: str | None = None  # None: the whole district
    school_name: str | None = None
    grade: int | None = None  # None: all grades

    @property
    def is_district(self) -> bool:
        """Whether everybody is counted."""
        return self.school_id is None and self.grade is None

    @property
    def is_school(self) -> bool:
        """Whether all of one school are counted."""
        return self.school_id is not None and self.grade is None


@dataclass(frozen=True, slots=True)
class Response:
    """How many were asked and how many answered."""

    audience: Audience
    invited: int | None  # None for other grades or schools together
    answered: int | None  # None: hidden


@dataclass(frozen=True, slots=True)
class Count:
    """How often one choice, or several told together, was taken.

    Without a count it lies from `at_least` to `at_most`; in a hidden table nothing is said.
    """

    choice: str
    label: Text
    count: int | None
    low: float | None = None
    high: float | None = None
    no_answer: bool = False
    at_least: int | None = None
    at_most: int | None = None

    @property
    def band(self) -> tuple[int, int] | None:
        """From how many to how many; None where nothing is said."""
        if self.count is not None:
            return self.count, self.count
        return None if self.at_least is None or self.at_most is None else (self.at_least, self.at_most)


@dataclass(frozen=True, slots=True)
class QuestionTable:
    """One question's answers in one audience; a hidden one has no figures."""

    audience: Audience
    question: str
    several: bool  # whether a person may be counted in more than one choice
    label: Text
    answered: int | None
    hidden: bool
    counts: tuple[Count, ...]
    feeds: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """The free remarks of one questionnaire in a school, or of the other schools together; chosen by a moderator."""

    questionnaire: str
    school_id: str | None
    words: tuple[str, ...]


@dataclass(frozen=True)
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
    tables: tuple[QuestionTable, ...]  # of schools' grades only those that are shown
    comments: tuple[Comments, ...]

    def table(
        self, questionnaire: str, question: str, school_id: str | None = None, grade: int | None = None
    ) -> QuestionTable:
        """One table. Raises KeyError when the release has none such."""
        return self._tables[questionnaire, question, school_id, grade]

    def response(self, questionnaire: str, school_id: str | None = None, grade: int | None = None) -> Response:
        """How many of an audience answered. Raises KeyError when nobody such was asked."""
        return self._responses[questionnaire, school_id, grade]

    @cached_property
    def _tables(self) -> Mapping[tuple[str, str, str | None, int | None], QuestionTable]:
        who = [(table, table.audience) for table in self.tables]
        return {(a.questionnaire, table.question, a.school_id, a.grade): table for table, a in who}

    @cached_property
    def _responses(self) -> Mapping[tuple[str, str | None, int | None], Response]:
        who = [(response, response.audience) for response in self.responses]
        return {(a.questionnaire, a.school_id, a.grade): response for response, a in who}

    def of_district(self) -> tuple[QuestionTable, ...]:
        """The whole district's tables."""
        return self._of_district

    @cached_property
    def _of_district(self) -> tuple[QuestionTable, ...]:
        return tuple(table for table in self.tables if table.audience.is_district)

    @cached_property
    def responses_of_district(self) -> tuple[Response, ...]:
        """The whole district's people, questionnaire by questionnaire."""
        return tuple(response for response in self.responses if response.audience.is_district)

    @cached_property
    def schools(self) -> frozenset[str]:
        """The schools that it asked, by id."""
        return frozenset(r.audience.school_id for r in self.responses if r.audience.school_id is not None)

    def of_schools(self) -> Iterator[QuestionTable]:
        """The tables of whole schools."""
        return (table for table in self.tables if table.audience.is_school)

    def of_grades(self) -> Iterator[tuple[int, QuestionTable]]:
        """The tables of the district's grades, each with its grade."""
        for table in self.tables:
            if table.audience.school_id is None and table.audience.grade is not None:
                yield table.audience.grade, table
