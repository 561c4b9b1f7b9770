"""The protected tables of a round: who was asked, what may be shown of each group, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from survey.questionnaire import built_in
from survey.questionnaire.model import Question, Questionnaire
from survey.release import protect
from survey.release.groups import Group, added_up, order
from survey.release.published import Audience, Comments, Count, QuestionTable, Release, Response
from survey.release.suppression import SMALLEST_GROUP, hidden_groups
from survey.release.tabulate import Remark
from survey.release.tallies import PEOPLE, Tallies, nobody

Hidden = Mapping[str, frozenset[Group]]  # question, or PEOPLE → the groups that are hidden


@dataclass(frozen=True, slots=True)
class Asked:
    """How many people of a school and grade a questionnaire was put to."""

    school_id: str
    school_name: str
    questionnaire: str
    grade: int | None
    invited: int


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be published."""

    campaign_id: str
    title: str
    bureau_name: str
    entry: str
    synthetic: bool
    asked: tuple[Asked, ...]
    # What was asked, by name; what is asked today, where nothing else is said.
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=built_in)


@dataclass(frozen=True, slots=True)
class _Part:
    """One questionnaire of a round: whom it was put to, and what they answered."""

    name: str
    invited: Mapping[Group, int]
    tallies: Tallies
    people: Mapping[Group, int]
    audiences: Mapping[Group, Audience]  # by their names, one object for all tables; those of OTHER_SCHOOLS have none


def make_release(
    told: Round,
    number: int,
    today: date,
    tallies: Mapping[str, Tallies],
    hidden_before: Mapping[str, Hidden],
    remarks: Mapping[str, list[Remark]],
    chosen: Collection[str],
) -> Release:
    """The release of a round. Groups that `hidden_before` has stay hidden; remarks `chosen` by id are told.

    Raises NotSafe where something could be worked out whatever is hidden.
    """
    names = sorted({asked.questionnaire for asked in told.asked})
    responses: list[Response] = []
    tables: list[QuestionTable] = []
    comments: list[Comments] = []
    for name in names:
        part = _part(name, told, tallies.get(name) or nobody(told.questionnaires[name]))
        before = hidden_before.get(name, {})
        hidden = hidden_groups(part.people, before.get(PEOPLE, ()))
        responses += [_response(part, group, hidden) for group in part.tallies.groups]
        tables += _tables(part, told.questionnaires[name], hidden, before)
        comments += _comments(name, remarks.get(name, []), chosen)
    return Release(
        number=number,
        campaign_id=told.campaign_id,
        campaign_title=told.title,
        bureau_name=told.bureau_name,
        entry=told.entry,
        published_on=today,
        synthetic=told.synthetic,
        smallest_group=SMALLEST_GROUP,
        questionnaires={name: dict(told.questionnaires[name].title) for name in names},
        responses=tuple(responses),
        tables=tuple(tables),
        comments=tuple(comments),
    )


def hidden_in(release: Release, questionnaire: str, groups: Collection[Group]) -> dict[str, frozenset[Group]]:
    """Which of these groups a release hides, by question and, under PEOPLE, altogether."""
    responses = [r for r in release.responses if r.audience.questionnaire == questionnaire]
    told = {(r.audience.school_id, r.audience.grade) for r in responses if r.answered is not None}
    found = {PEOPLE: frozenset(group for group in groups if group not in told)}
    shown: dict[str, set[Group]] = {}
    for table in release.tables:
        if table.audience.questionnaire == questionnaire:
            listed = shown.setdefault(table.question, set())
            if not table.hidden:
                listed.add((table.audience.school_id, table.audience.grade))
    return found | {q: frozenset(g for g in groups if g not in listed) for q, listed in shown.items()}


def _part(name: str, told: Round, tallies: Tallies) -> _Part:
    asked = [a for a in told.asked if a.questionnaire == name]
    invited = added_up({(a.school_id, a.grade): a.invited for a in asked})
    everywhere = tallies.of(sorted({*invited, *tallies.groups}, key=order))
    names = {a.school_id: a.school_name for a in asked}
    audiences = {
        (school, grade): Audience(name, school, names.get(school or ""), grade) for school, grade in everywhere.groups
    }
    return _Part(name, invited, everywhere, everywhere.people_of(), audiences)


def _response(part: _Part, group: Group, hidden: frozenset[Group]) -> Response:
    # Where too few answered, the mixer has laid them to other grades or schools: nobody here means fewer than ten.
    answered = (part.people[group] or None) if group not in hidden else None
    return Response(part.audiences[group], part.invited.get(group), answered)


def _tables(part: _Part, questionnaire: Questionnaire, hidden: frozenset[Group], before: Hidden) -> list[QuestionTable]:
    closed = [question for question in questionnaire.questions if question.choices]
    return [
        table
        for question in closed
        for table in _tables_of(part, question, hidden | before.get(question.name, frozenset()))
    ]


def _tables_of(part: _Part, question: Question, already: frozenset[Group]) -> list[QuestionTable]:
    counts = protect.shown_counts(question, part.tallies, already)
    answered = part.tallies.people_of(question.name).values()
    tables = []
    for (group, audience), people in zip(part.audiences.items(), answered, strict=True):
        told = counts.get(group)
        if told is not None and part.people[group]:
            tables.append(_table(audience, question, people, told))
        elif audience.school_id is None or audience.grade is None:
            tables.append(_table(audience, question, None, ()))
    return tables


def _table(audience: Audience, question: Question, answered: int | None, counts: tuple[Count, ...]) -> QuestionTable:
    label = question.label  # one object for all tables
    feeds, clauses, is_hidden = question.feeds, question.clauses, answered is None
    return QuestionTable(audience, question.name, question.several, label, answered, is_hidden, counts, feeds, clauses)


def _comments(name: str, remarks: list[Remark], chosen: Collection[str]) -> list[Comments]:
    listed = protect.shown_remarks(remarks, random.SystemRandom())
    told = {school: tuple(r.words for r in those if r.id in chosen) for school, those in listed.items()}
    return [Comments(name, school, words) for school, words in sorted(told.items(), key=lambda t: t[0] or "") if words]
