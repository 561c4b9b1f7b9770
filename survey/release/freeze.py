"""Publishing: tabulated, protected, audited, made ready, then frozen once; what is published never changes.

A second release of a campaign is allowed where the number of answers of every group changed by nothing or by
SMALLEST_GROUP or more (R7): a smaller difference between two releases would tell of those few.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, insert, select

from survey import db
from survey.db import new_id
from survey.questionnaire import built_in
from survey.questionnaire.model import Questionnaire
from survey.release import files, tabulate
from survey.release.files import File
from survey.release.groups import Group
from survey.release.making import Hidden, Round, hidden_in, make_release
from survey.release.protect import hidden_of_change, shown_remarks
from survey.release.published import Release
from survey.release.published_json import SchoolPart, as_plain, release_from
from survey.release.store import FrozenRelease, SchoolTables
from survey.release.suppression import is_small
from survey.release.tabulate import Remark
from survey.release.tallies import PEOPLE, Tallies

SCHOOLS_AT_ONCE = 1_000  # in one statement: pages wait only so long for each (`survey/stores/bounded.py`)


class TooLittleNew(ValueError):
    """A release that differs from the last by a few answers; the groups concerned, none when nothing is new."""

    def __init__(self, questionnaire: str, groups: Collection[Group]):
        super().__init__(f"{questionnaire}: {sorted(map(str, groups))}")
        self.questionnaire, self.groups = questionnaire, groups


class NothingToTell(ValueError):
    """A release that would hide everything: to no questionnaire have SMALLEST_GROUP people given an answer."""

    groups: Collection[Group] = ()


class Overtaken(ValueError):
    """A release that was made ready while another one of its round was published."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A release with its files, worked out and not yet kept; `tallies` are what it was made of."""

    told: Round
    frozen: FrozenRelease
    schools: Sequence[SchoolPart]
    files: Collection[File]
    tallies: Mapping[str, Tallies]


def make_ready(
    told: Round, today: date, make_files: Callable[[Release], Collection[File]], chosen_remarks: Collection[str] = ()
) -> Ready:
    """The round's next release with its files, to be published `today`. Writes nothing.

    Raises NothingToTell where so few answered, TooLittleNew where a group changed by a few answers since the last
    release, NotSafe where something could be worked out.
    """
    last = of_campaign(told.campaign_id)
    if not tabulate.are_enough(told.campaign_id, told.questionnaires):
        raise NothingToTell(told.campaign_id)
    tallies = tabulate.tabulate(told.campaign_id, told.questionnaires)
    hidden = _hidden_before(read(last), tallies, told.questionnaires) if last else {}
    number = last.number + 1 if last else 1
    remarks = tabulate.remarks_of(told.campaign_id)
    release = make_release(told, number, today, tallies, hidden, remarks, chosen_remarks)
    made = make_files(release)  # before the tables as they are stored: both at once are what takes most memory
    return Ready(told, *_as_stored(release), made, tallies)


def publish(ready: Ready) -> FrozenRelease:
    """Freeze a release that is ready; the caller commits. Raises Overtaken."""
    last = of_campaign(ready.told.campaign_id)
    if ready.frozen.number != (last.number + 1 if last else 1):
        raise Overtaken(ready.told.campaign_id)
    _store(ready.frozen, ready.schools)
    files.keep(ready.frozen.id, ready.files)
    for name, of_groups in ready.tallies.items():
        questionnaire = ready.told.questionnaires[name]
        tabulate.remember(ready.told.campaign_id, ready.frozen.number, questionnaire, of_groups)
    return ready.frozen


def keep(release: Release) -> FrozenRelease:
    """Put a release into the store with its fingerprint; the caller commits."""
    frozen, schools = _as_stored(release)
    _store(frozen, schools)
    return frozen


def _as_stored(release: Release) -> tuple[FrozenRelease, list[SchoolPart]]:
    tables, schools = as_plain(release)
    frozen = FrozenRelease(
        id=new_id(),
        campaign_id=release.campaign_id,
        number=release.number,
        published_on=release.published_on,
        tables=tables,
        sha256=fingerprint(tables, schools),
    )
    return frozen, schools


def _store(frozen: FrozenRelease, schools: Iterable[SchoolPart]) -> None:
    desk = db.session("desk")
    desk.add(frozen)
    desk.flush()
    rows = [{"release_id": frozen.id, "school_id": s.school_id, "whole": s.whole, "grades": s.grades} for s in schools]
    for begun in range(0, len(rows), SCHOOLS_AT_ONCE):
        desk.execute(insert(SchoolTables), rows[begun : begun + SCHOOLS_AT_ONCE])


def fingerprint(tables: Mapping[str, Any], schools: Iterable[SchoolPart]) -> str:
    """SHA-256 of what is told of the district and of each school, in the order of their ids, each a line of JSON."""
    found = hashlib.sha256()
    # Nothing of a release holds itself: looking for that takes a quarter of the time.
    line_of = json.JSONEncoder(sort_keys=True, ensure_ascii=False, check_circular=False).encode
    for line in (tables, *([school.school_id, school.whole, school.grades] for school in schools)):
        found.update(line_of(line).encode() + b"\n")
    return found.hexdigest()


def read(frozen: FrozenRelease) -> Release:
    """The whole release as it was published: large; pages read `of_district` or `of_school`."""
    return release_from(frozen.tables, parts(frozen.id))


def parts(release_id: str) -> list[SchoolPart]:
    """What a release tells of each school, in the order of their ids."""
    mine = select(SchoolTables.school_id, SchoolTables.whole, SchoolTables.grades)
    rows = db.session("desk").execute(mine.where(SchoolTables.release_id == release_id))
    return sorted((SchoolPart(*row) for row in rows), key=lambda part: part.school_id)


@lru_cache(maxsize=4)
def of_district(release_id: str) -> Release:
    """A release as far as it tells of the district, its grades and whole schools; it never changes, so it is read once.

    Raises NoResultFound where there is none with this id.
    """
    mine = select(SchoolTables.school_id, SchoolTables.whole).where(SchoolTables.release_id == release_id)
    rows = db.session("desk").execute(mine)
    return release_from(_head(release_id), [SchoolPart(*row) for row in rows])


@lru_cache(maxsize=64)
def of_school(release_id: str, school_id: str) -> Release:
    """A release as far as it tells of the district, its grades and one school. Raises NoResultFound as above."""
    mine = select(SchoolTables.school_id, SchoolTables.whole, SchoolTables.grades)
    rows = db.session("desk").execute(
        mine.where(SchoolTables.release_id == release_id, SchoolTables.school_id == school_id)
    )
    return release_from(_head(release_id), [SchoolPart(*row) for row in rows])


def _head(release_id: str) -> Mapping[str, Any]:
    mine = select(FrozenRelease.tables).where(FrozenRelease.id == release_id)
    found: Mapping[str, Any] = db.session("desk").execute(mine).scalar_one()
    return found


def all_of_campaign(campaign_id: str) -> list[FrozenRelease]:
    """The releases of a campaign, the latest first."""
    mine = select(FrozenRelease).where(FrozenRelease.campaign_id == campaign_id).order_by(FrozenRelease.number.desc())
    return list(db.session("desk").scalars(mine))


@lru_cache(maxsize=256)
def schools_asked(release_id: str) -> frozenset[str]:
    """The schools that a release put anything to."""
    told = select(SchoolTables.school_id).where(SchoolTables.release_id == release_id)
    return frozenset(db.session("desk").scalars(told))


def by_campaign(campaign_ids: Collection[str]) -> Mapping[str, list[str]]:
    """Campaign → the ids of its releases, the newest first in both; of those campaigns that were published."""
    columns = _newest_first(campaign_ids).with_only_columns(FrozenRelease.campaign_id, FrozenRelease.id)
    found: dict[str, list[str]] = {}
    for campaign_id, release_id in db.session("desk").execute(columns):
        found.setdefault(campaign_id, []).append(release_id)
    return found


def ids(campaign_ids: Collection[str]) -> list[str]:
    """The ids of the releases of these campaigns, the newest first."""
    return list(db.session("desk").scalars(_newest_first(campaign_ids).with_only_columns(FrozenRelease.id)))


def latest_with(campaign_ids: Collection[str], school_id: str) -> FrozenRelease | None:
    """The newest release of any of these campaigns that put anything to a school; None before the first."""
    told = select(SchoolTables.release_id).where(SchoolTables.school_id == school_id)
    return db.session("desk").scalar(_newest_first(campaign_ids).where(FrozenRelease.id.in_(told)).limit(1))


def _newest_first(campaign_ids: Collection[str]) -> Select[FrozenRelease]:
    mine = select(FrozenRelease).where(FrozenRelease.campaign_id.in_(campaign_ids))
    return mine.order_by(FrozenRelease.published_on.desc(), FrozenRelease.number.desc())


def by_id(release_id: str) -> FrozenRelease | None:
    """A release by its id; None where there is none such."""
    return db.session("desk").get(FrozenRelease, release_id)


def of_campaign(campaign_id: str, number: int | None = None) -> FrozenRelease | None:
    """One release of a campaign by its number, or the latest; None where there is none such."""
    return next((each for each in all_of_campaign(campaign_id) if number in (None, each.number)), None)


def remarks_to_choose(
    campaign_id: str, questionnaires: Mapping[str, Questionnaire] | None = None
) -> dict[str, list[Remark]]:
    """Questionnaire → the remarks that may be told at all, masked, in no order, for the moderator to choose from.

    Raises NothingToTell, TooLittleNew and NotSafe: where nothing may be published, the few new remarks are not shown
    either.
    """
    asked = questionnaires or built_in()
    if not tabulate.are_enough(campaign_id, asked):
        raise NothingToTell(campaign_id)
    if last := of_campaign(campaign_id):
        _hidden_before(read(last), tabulate.tabulate(campaign_id, asked), asked)
    chance = random.SystemRandom()
    found = {name: shown_remarks(listed, chance) for name, listed in tabulate.remarks_of(campaign_id).items()}
    return {name: [r for those in by_school.values() for r in those] for name, by_school in found.items() if by_school}


def _hidden_before(
    last: Release, tallies: Mapping[str, Tallies], questionnaires: Mapping[str, Questionnaire]
) -> dict[str, Hidden]:
    """What the next release must hide because of the last. Raises TooLittleNew."""
    found: dict[str, Hidden] = {}
    is_new = False
    for name, of_groups in tallies.items():
        before = tabulate.remembered(last.campaign_id, last.number, questionnaires[name])
        change = of_groups.since(before)
        more = change.people_of()
        few = [group for group, people in more.items() if is_small(people) or people < 0]
        if few:
            raise TooLittleNew(name, few)
        is_new = is_new or any(more.values())
        was = hidden_in(
            last, name, [group for group, people in before.of(of_groups.groups).people_of().items() if people]
        )
        asked = [question for question in questionnaires[name].questions if question.choices]
        found[name] = {PEOPLE: was[PEOPLE]} | {q.name: hidden_of_change(q, change, was[q.name]) for q in asked}
    if not is_new:
        raise TooLittleNew("", ())
    return found
