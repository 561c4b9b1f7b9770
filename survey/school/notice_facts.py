"""What the words of the notice are found from, brought together for some schools of one district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from survey import db
from survey.assistance.counts import Counts, of_schools
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
from survey.staff.store import School


def facts_of(schools: Sequence[School], weighed: Mapping[str, Weighed]) -> tuple[Facts, ...]:
    """The facts of each school, as they stand today; of one that is closed, no duty that it might still do."""
    if not schools:
        return ()
    rounds, requests = _rounds_without_action(schools), of_schools(schools)
    return tuple(
        Facts(
            school_id=school.id,
            school_name=school.name,
            plan=weighed[school.id].plan if school.id in weighed else None,
            assessment=weighed[school.id].assessment if school.id in weighed else None,
            records={} if school.is_closed else {**rounds.get(school.id, {}), **_requests(requests[school.id])},
        )
        for school in schools
    )


def _rounds_without_action(schools: Sequence[School]) -> Mapping[str, Mapping[str, Counted]]:
    """How many rounds, the newest first, were published to a school since one for which it named an action."""
    desk = db.session("desk")
    mine = desk.scalars(select(Campaign.id).where(Campaign.bureau_id == schools[0].bureau_id)).all()
    published = list(freeze.by_campaign(mine).values())
    theirs = SchoolReply.school_id.in_([school.id for school in schools])
    replies = select(SchoolReply.release_id, SchoolReply.school_id).where(theirs)
    replied = {(release, school) for release, school in desk.execute(replies)}
    found: dict[str, Mapping[str, Counted]] = {}
    for school in schools:
        asked = [releases for releases in published if school.id in freeze.schools_asked(releases[0])]
        answered = [any((release, school.id) in replied for release in releases) for releases in asked]
        if asked:
            number = answered.index(True) if True in answered else len(answered)
            found[school.id] = {ROUNDS_WITHOUT_ACTION: Counted(number)}
    return found


def _requests(counts: Counts) -> Mapping[str, Counted]:
    made = counts.open + counts.done
    if not made:
        return {}
    return {REQUESTS_WITHOUT_PROMISE: Counted(counts.late, made), REQUESTS_OPEN_LONG: Counted(counts.very_late, made)}
