"""Publishing: tabulated, protected and frozen once; what is published never changes."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from survey import db
from survey.questionnaire import built_in
from survey.questionnaire.model import Question
from survey.release import protect
from survey.release.published import Audience, Comments, Count, QuestionTable, Release, Response
from survey.release.published_json import release_as_dict, release_from_dict
from survey.release.store import FrozenRelease
from survey.release.tabulate import Audiences, Tally, comments_of, tabulate


@dataclass(frozen=True, slots=True)
class Asked:
    """How many people a school's questionnaire was put to."""

    school_id: str
    school_name: str
    questionnaire: str
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


class NotPublished(ValueError):
    """A round that cannot be published: it is published already."""


def publish(told: Round, make_workbook: Callable[[Release], bytes]) -> FrozenRelease:
    """Freeze the round's release with its workbook. Raises NotPublished the second time; the caller commits."""
    desk = db.session("desk")
    if desk.scalar(select(FrozenRelease).where(FrozenRelease.campaign_id == told.campaign_id)):
        raise NotPublished(told.campaign_id)
    release = make_release(told)
    tables = release_as_dict(release)
    frozen = FrozenRelease(
        campaign_id=told.campaign_id,
        number=release.number,
        published_on=release.published_on,
        tables=tables,
        sha256=fingerprint(tables),
        workbook=make_workbook(release),
    )
    desk.add(frozen)
    return frozen


def fingerprint(tables: Mapping[str, Any]) -> str:
    """SHA-256 of the tables as canonical JSON."""
    return hashlib.sha256(json.dumps(tables, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read(frozen: FrozenRelease) -> Release:
    """The release as it was published."""
    return release_from_dict(frozen.tables)


def of_campaign(campaign_id: str) -> FrozenRelease | None:
    """The release of a campaign; None before publication."""
    return db.session("desk").scalar(select(FrozenRelease).where(FrozenRelease.campaign_id == campaign_id))


def make_release(told: Round) -> Release:
    """The protected tables of a round."""
    tallies = tabulate(told.campaign_id)
    names = sorted({asked.questionnaire for asked in told.asked})
    remarks = comments_of(told.campaign_id)
    chance = random.SystemRandom()
    responses: list[Response] = []
    tables: list[QuestionTable] = []
    comments: list[Comments] = []
    for name in names:
        asked = [a for a in told.asked if a.questionnaire == name]
        responses += _responses(name, asked, tallies)
        for question in built_in()[name].questions:
            if question.choices:
                tables += _tables(name, question, asked, tallies)
        words = protect.shown_comments(remarks.get(name, []), chance)
        comments.append(Comments(name, words, None if words else protect.TOO_FEW))
    return Release(
        number=1,
        campaign_id=told.campaign_id,
        campaign_title=told.title,
        bureau_name=told.bureau_name,
        entry=told.entry,
        published_on=datetime.now(UTC).date(),
        synthetic=told.synthetic,
        smallest_group=protect.SMALLEST_GROUP,
        questionnaires={name: dict(built_in()[name].title) for name in names},
        responses=tuple(responses),
        tables=tuple(tables),
        comments=tuple(comments),
    )


def _responses(name: str, asked: Sequence[Asked], tallies: Audiences) -> list[Response]:
    people = {a.school_id: tallies.get((name, a.school_id), Tally()).people for a in asked}
    hidden = protect.hidden_schools(people)
    district = sum(people.values())
    shown = [
        Response(
            Audience(name, a.school_id, a.school_name),
            a.invited,
            None if a.school_id in hidden else people[a.school_id],
        )
        for a in asked
    ]
    whole = Response(
        Audience(name, None, None),
        sum(a.invited for a in asked),
        district if protect.district_is_shown(district) else None,
    )
    return [whole, *shown]


def _tables(name: str, question: Question, asked: Sequence[Asked], tallies: Audiences) -> list[QuestionTable]:
    answered = {a.school_id: tallies.get((name, a.school_id), Tally()).answered[question.name] for a in asked}
    hidden = protect.hidden_schools(answered)
    district = tallies.get((name, None), Tally())
    why = None if protect.district_is_shown(district.answered[question.name]) else protect.TOO_FEW
    tables = [_table(Audience(name, None, None), question, district, why)]
    for a in asked:
        tally = tallies.get((name, a.school_id), Tally())
        reason = hidden.get(a.school_id) or (protect.TOO_FEW if not answered[a.school_id] or why else None)
        tables.append(_table(Audience(name, a.school_id, a.school_name), question, tally, reason))
    return tables


def _table(audience: Audience, question: Question, tally: Tally, hidden: str | None) -> QuestionTable:
    counts = tuple(
        Count(
            choice=c.name,
            label=dict(c.label),
            count=None if hidden else tally.chosen[question.name, c.name],
            low=c.low,
            high=c.high,
            no_answer=c.no_answer,
        )
        for c in question.choices
    )
    return QuestionTable(
        audience=audience,
        question=question.name,
        type=question.type,
        label=dict(question.label),
        answered=None if hidden else tally.answered[question.name],
        hidden=hidden,
        counts=counts,
        feeds=question.feeds,
        clauses=question.clauses,
    )
