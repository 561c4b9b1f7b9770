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
    words, parts = _Words(), _Parts()
    for response in release.responses:
        who = response.audience
        parts.of(who)["responses"].append([who.questionnaire, who.grade, response.invited, response.answered])
    for table in release.tables:
        parts.of(table.audience)["tables"].append(words.told(table))
    for remarks in release.comments:
        parts.of_whole(remarks.school_id)["comments"].append([remarks.questionnaire, list(remarks.words)])
    head = {name: getattr(release, name) for name in OF_ALL} | {
        "published_on": release.published_on.isoformat(),
        "questionnaires": {name: dict(title) for name, title in release.questionnaires.items()},
        "questions": words.questions,
        "district": parts.district,
    }
    return head, [parts.schools[school] for school in sorted(parts.schools)]


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


class _Parts:
    """What is told of the district, and of each school."""

    def __init__(self) -> None:
        self.district: Plain = {"responses": [], "tables": [], "comments": []}
        self.schools: dict[str, SchoolPart] = {}
        self._of: dict[int, Plain] = {}  # by which object an audience is: looked up for each table

    def of(self, who: Audience) -> Plain:
        """The part that tells of an audience."""
        found = self._of.get(id(who))
        if found is None:
            found = self._of[id(who)] = self._part(who)
        return found

    def of_whole(self, school_id: str | None) -> Plain:
        """The part that tells of a whole school, or of the district."""
        return self.district if school_id is None else self._school(school_id).whole

    def _part(self, who: Audience) -> Plain:
        if who.school_id is None:
            return self.district
        school = self._school(who.school_id)
        if who.school_name is not None:
            school.whole["name"] = who.school_name
        return school.whole if who.grade is None else school.grades

    def _school(self, school_id: str) -> SchoolPart:
        if school_id not in self.schools:
            self.schools[school_id] = SchoolPart(school_id)
        return self.schools[school_id]


class _Words:
    """The questions of a release, each once with the choices that its tables tell."""

    def __init__(self) -> None:
        self.questions: list[Plain] = []
        self._places: dict[tuple[int, ...], int] = {}
        # By which object its words, or a count, are: looked up for each table.
        self._of_labels: dict[tuple[str, str, int], int] = {}
        self._of_counts: dict[int, int] = {}
        self._figures: dict[int, int | list[int] | None] = {}
        self._choice_of, self._figure_of = self._of_counts.__getitem__, self._figures.__getitem__
        self._choices: dict[object, int] = {}  # a number for each, which is sooner compared

    def told(self, table: QuestionTable) -> list[Any]:
        """A table by the number of its question, of the choices that it tells among those of the question, its grade,
        how many answered, and each figure.
        """
        short = (table.audience.questionnaire, table.question, id(table.label))
        number = self._of_labels.get(short)
        if number is None:
            number = self._of_labels[short] = self._question(table)
        counts = [*map(id, table.counts)]
        try:
            figures = [*map(self._figure_of, counts)]
        except KeyError:  # one that is met for the first time
            self._meet(table.counts)
            figures = [*map(self._figure_of, counts)]
        choices = (number, *map(self._choice_of, counts))
        place = self._places.get(choices)
        if place is None:
            listed = self.questions[number]["choices"]
            place = self._places[choices] = len(listed)
            listed.append([_choice(count) for count in table.counts])
        return [number, place, table.audience.grade, table.answered, figures]

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

    def _meet(self, counts: Iterable[Count]) -> None:
        for count in counts:
            said = (count.choice, *sorted(count.label.items()), count.low, count.high, count.no_answer)
            self._of_counts[id(count)] = self._choices.setdefault(said, len(self._choices))
            self._figures[id(count)] = _figure(count)


def _figure(count: Count) -> int | list[int] | None:
    """What is told of a count: exactly, from how many to how many, or nothing."""
    if count.count is not None:
        return count.count
    return [*count.band] if count.band else None


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
