"""Groups to answer in, as a bureau would open them."""

from __future__ import annotations

from survey import db
from survey.ballot.groups import open_groups
from survey.ballot.store import Group


def a_group(entry: str = "open_link", questionnaire: str = "parent", enrolled: int = 40, school: str = "s1") -> Group:
    """An open group of grade 3 in a school of 40; the caller is within an app context."""
    group = Group(
        campaign_id="c1",
        campaign_title="Round one",
        bureau_name="Bureau",
        school_id=school,
        school_name=f"School {school}",
        questionnaire=questionnaire,
        grade=None if questionnaire == "teacher" else 3,
        entry=entry,
        enrolled=enrolled,
    )
    open_groups([group])
    db.session("ballots").expunge_all()
    return group
