"""A release ↔ plain data for JSON, exactly; each school's part by itself, so that its page reads a few kilobytes.

What all tables of a question have in common (its words and those of its choices) stands once, at the head, beside what
is told of the whole district and its grades. A table is then its question, its grade and its figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import getitem
from typing import Any

from survey.release.groups import order
from survey.release.published import Audience, Comments, Count, QuestionTable, Release, Response

Plain = dict[str, Any]
OF_ALL = ("number", "campaign_id", "campaign_title", "bureau_name", "entry", "synthetic", "smallest_group")


@dataclass(frozen=True, slots=True)
class SchoolPart:
    """What a release tells of one school: as a whole, and grade by grade."""

    school_id: str
    whole: Plain = field(default_factory=lambda: {"responses": [], "tables": [], "comments": []})
    grades: Plain = field(default_factory=lambda: {"responses": [], "tables": []})


def as_plain(release: Release) -> tuple[Plain, list[SchoolPart]]:
    """The head with what is told of the district, and the part of each school in the order of their ids."""
    words = _Words()
    district: Plain = {"responses": [], "tables": [], "comments": []}
    schools: dict[str, SchoolPart] = {}

    def part(who: Audience) -> Plain:
        if who.school_id is None:
            return district
        found = schools.setdefault(who.school_id, SchoolPart(who.school_id))
        if who.school_name is not None:
            found.whole["name"] = who.school_name
        return found.whole if who.grade is None else found.grades

    for response in release.responses:
        who = response.audience
        part(who)["responses"].append([who.questionnaire, who.grade, response.invited, response.answered])
    for table in release.tables:
        part(table.audience)["tables"].append([*words.place(table), table.audience.grade, table.answered, _told(table)])
    for remarks in release.comments:
        of = part(Audience(remarks.questionnaire, remarks.school_id))
        of["comments"].append([remarks.questionnaire, list(remarks.words)])
    head = {name: getattr(release, name) for name in OF_ALL} | {
        "published_on": release.published_on.isoformat(),
        "questionnaires": {name: dict(title) for name, title in release.questionnaires.items()},
        "questions": words.questions,
        "district": district,
    }
    return head, [schools[school] for school in sorted(schools)]


def release_from(head: Mapping[str, Any], schools: Iterable[SchoolPart]) -> Release:
    """The release again; equal to the one written if all its schools are there, else as far as these tell it."""
    reader = _Reader(head["questions"])
    reader.read(head["district"], None, None)
    for school in schools:
        for part in (school.whole, school.grades):
            reader.read(part, school.school_id, school.whole.get("name"))
    return Release(
        **{name: head[name] for name in OF_ALL},
        published_on=date.fromisoformat(head["published_on"]),
        questionnaires=head["questionnaires"],
        **reader.sorted(list(head["questionnaires"])),
    )


def _told(table: QuestionTable) -> list[int | list[int] | None]:
    """Each count: exactly, from how many to how many, or nothing."""
    return [
        count.count if count.count is not None else list(count.band) if count.band else None for count in table.counts
    ]


class _Words:
    """The questions of a release, each once with the choices that its tables tell."""

    def __init__(self) -> None:
        self.questions: list[Plain] = []
        self._places: dict[tuple[int, ...], int] = {}
        self._of_labels: dict[tuple[str, str, int], int] = {}  # by which object its words are: looked up for each table
        self._of_counts: dict[int, int] = {}
        self._choices: dict[object, int] = {}  # a number for each, which is sooner compared

    def place(self, table: QuestionTable) -> tuple[int, int]:
        """The number of the table's question, and of the choices that it tells among those of the question."""
        short = (table.audience.questionnaire, table.question, id(table.label))
        if short not in self._of_labels:
            self._of_labels[short] = self._question(table)
        number = self._of_labels[short]
        choices = (number, *map(self._choice, table.counts))
        if choices not in self._places:
            listed = self.questions[number]["choices"]
            self._places[choices] = len(listed)
            listed.append([_choice(count) for count in table.counts])
        return number, self._places[choices]

    def _question(self, table: QuestionTable) -> int:
        said = {
            "questionnaire": table.audience.questionnaire,
            "question": table.question,
            "several": table.several,
            "label": dict(table.label),
            "feeds": table.feeds,
            "clauses": list(table.clauses),
        }
        for number, known in enumerate(self.questions):
            if {**known, "choices": None} == {**said, "choices": None}:
                return number
        self.questions.append({**said, "choices": []})
        return len(self.questions) - 1

    def _choice(self, count: Count) -> int:
        if id(count) not in self._of_counts:
            said = (count.choice, *sorted(count.label.items()), count.low, count.high, count.no_answer)
            self._of_counts[id(count)] = self._choices.setdefault(said, len(self._choices))
        return self._of_counts[id(count)]


def _choice(count: Count) -> Plain:
    return {
        "choice": count.choice,
        "label": dict(count.label),
        "low": count.low,
        "high": count.high,
        "no_answer": count.no_answer,
    }


class _Reader:
    """Tables, responses and remarks, as they are read off the parts of a release."""

    def __init__(self, questions: list[Plain]):
        self._questions = questions
        self._counts: dict[tuple[int, int], list[_Counts]] = {}
        self._tables: list[tuple[int, QuestionTable]] = []
        self._responses: list[Response] = []
        self._comments: list[Comments] = []

    def read(self, part: Plain, school_id: str | None, school_name: str | None) -> None:
        """Read one part."""
        audiences: dict[tuple[str, int | None], Audience] = {}

        def who(questionnaire: str, grade: int | None) -> Audience:
            key = (questionnaire, grade)
            if key not in audiences:
                audiences[key] = Audience(questionnaire, school_id, school_name, grade)
            return audiences[key]

        for questionnaire, grade, invited, answered in part["responses"]:
            self._responses.append(Response(who(questionnaire, grade), invited, answered))
        for number, choices, grade, answered, told in part["tables"]:
            audience = who(self._questions[number]["questionnaire"], grade)
            self._tables.append((number, self._table(audience, number, choices, answered, told)))
        for questionnaire, words in part.get("comments", ()):
            self._comments.append(Comments(questionnaire, school_id, tuple(words)))

    def sorted(self, questionnaires: list[str]) -> Plain:
        """All of it in the order of a release: by questionnaire and question, a whole before its parts."""
        place = {name: number for number, name in enumerate(questionnaires)}
        self._tables.sort(key=lambda found: (found[0], _order(found[1].audience)))
        self._responses.sort(key=lambda response: (place[response.audience.questionnaire], _order(response.audience)))
        self._comments.sort(key=lambda found: (place[found.questionnaire], found.school_id or ""))
        tables = tuple(table for _, table in self._tables)
        return {"tables": tables, "responses": tuple(self._responses), "comments": tuple(self._comments)}

    def _table(
        self, audience: Audience, number: int, choices: int, answered: int | None, told: list[Any]
    ) -> QuestionTable:
        asked = self._questions[number]
        if (number, choices) not in self._counts:
            self._counts[number, choices] = [_Counts(said) for said in asked["choices"][choices]]
        figures = [tuple(each) if isinstance(each, list) else each for each in told]
        return QuestionTable(
            audience=audience,
            question=asked["question"],
            several=asked["several"],
            label=asked["label"],
            answered=answered,
            hidden=answered is None,
            counts=tuple(map(getitem, self._counts[number, choices], figures)),
            feeds=asked["feeds"],
            clauses=tuple(asked["clauses"]),
        )


class _Counts(dict[Any, Count]):
    """The counts of one choice by what is told of it, made when they are first asked for: equal ones are one object."""

    def __init__(self, said: Plain):
        super().__init__()
        self._said = said

    def __missing__(self, figure: Any) -> Count:
        low, high = figure if isinstance(figure, tuple) else (None, None)
        exact = None if isinstance(figure, tuple) else figure
        self[figure] = Count(**self._said, count=exact, at_least=low, at_most=high)
        return self[figure]


def _order(audience: Audience) -> tuple[bool, str, bool, int]:
    return order((audience.school_id, audience.grade))
