"""Which school a group is of: a statement that names it goes to one part of a store that is divided by school."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import bindparam, select

from survey.ballot.store import Group
from survey.stores import direct

GROUPS_REMEMBERED = 100_000
SCHOOL_OF_GROUP = select(Group.school_id).where(Group.id == bindparam("group"))


def school_of(group_id: str) -> str:
    """A group's school, which never changes, so that it is asked once; no school's id where there is no such group."""
    known: dict[str, str] = current_app.extensions.setdefault("schools_of_groups", {})
    if group_id not in known:
        found = direct.read("ballots", SCHOOL_OF_GROUP, {"group": group_id})
        if found is None:
            return ""
        if len(known) >= GROUPS_REMEMBERED:
            known.clear()
        known[group_id] = found[0]
    return known[group_id]
