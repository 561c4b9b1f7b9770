"""Which school a group is of: a statement that names it goes to one part of a store that is divided by school."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from survey import db
from survey.ballot.store import Group

GROUPS_REMEMBERED = 100_000


def school_of(group_id: str) -> str:
    """A group's school, which never changes, so that it is asked once; no school's id where there is no such group."""
    known: dict[str, str] = current_app.extensions.setdefault("schools_of_groups", {})
    if group_id not in known:
        with db.reading("ballots") as connection:
            school = connection.execute(select(Group.school_id).where(Group.id == group_id)).scalar()
        if school is None:
            return ""
        if len(known) >= GROUPS_REMEMBERED:
            known.clear()
        known[group_id] = school
    return known[group_id]
