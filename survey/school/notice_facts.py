"""What the words of the notice are found from, brought together for some schools of one district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from survey import db
from survey.assistance.counts import Ages, ages_of
from survey.campaign.store import Campaign
from survey.notice.facts import (
    REQUESTS_OPEN_LONG,
    REQUESTS_WITHOUT_PROMISE,
    ROUNDS_WITHOUT_ACTION,
    Counted,
    Facts,
)
from survey.planning.assessments import Weighed
from survey.release import freeze
from survey.results.store import SchoolReply
from survey.staff.district import ListedSchool
from survey.staff.store import School


@dataclass(frozen=True, slots=True)
class Records:
    """What is written down of some schools: two that are alike lead to the same words."""

    published: tuple[tuple[str, ...], ...] = ()  # the releases of each round, the newest first in both
    replied: frozenset[tuple[str, str]] = frozenset()  # release and school, of those that named an action
    requests: frozenset[tuple[str, Ages]] = frozenset()  # of schools at which anybody asked


def records_of(schools: Sequence[School | ListedSchool]) -> Records:
    """The records of these schools as they stand today; they are one school, or all of a bureau."""
    if not schools:
        return Records()
    desk = db.session("desk")
    mine = desk.scalars(select(Campaign.id).where(Campaign.bureau_id == schools[0].bureau_id)).all()
    published = tuple(tuple(releases) for releases in freeze.by_campaign(mine).values())
    of_ours = SchoolReply.release_id.in_([release for releases in published for release in releases])
    replies = select(SchoolReply.release_id, SchoolReply.school_id).where(of_ours)
    if len(schools) == 1:
        replies = replies.where(SchoolReply.school_id == schools[0].id)
    replied = frozenset((release, school) for release, school in desk.execute(replies))
    return Records(published, replied, frozenset(ages_of(schools).items()))


def facts_of(
    schools: Sequence[School | ListedSchool], weighed: Mapping[str, Weighed], records: Records | None = None
) -> tuple[Facts, ...]:
    """The facts of each school, as they stand today; of one that is closed, no duty that it might still do."""
    records = records or records_of(schools)
    requests = dict(records.requests)
    return tuple(
        Facts(
            school_id=school.id,
            school_name=school.name,
            plan=weighed[school.id].plan if school.id in weighed else None,
            assessment=weighed[school.id].assessment if school.id in weighed else None,
            records={} if school.is_closed else {**_rounds(school.id, records), **_requests(requests.get(school.id))},
        )
        for school in schools
    )


def _rounds(school: str, records: Records) -> Mapping[str, Counted]:
    """How many rounds, the newest first, were published to a school since one for which it named an action."""
    asked = [releases for releases in records.published if school in freeze.schools_asked(releases[0])]
    if not asked:
        return {}
    answered = [any((release, school) in records.replied for release in releases) for releases in asked]
    return {ROUNDS_WITHOUT_ACTION: Counted(answered.index(True) if True in answered else len(answered))}


def _requests(ages: Ages | None) -> Mapping[str, Counted]:
    made = ages.open + ages.done if ages else 0
    if not ages or not made:
        return {}
    return {REQUESTS_WITHOUT_PROMISE: Counted(ages.late, made), REQUESTS_OPEN_LONG: Counted(ages.very_late, made)}
