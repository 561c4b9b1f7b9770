"""The doors: each school's own address for requests."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from survey import db
from survey.assistance.store import Door
from survey.db import new_id
from survey.staff.store import School


def of_school(school_id: str) -> Door:
    """The school's door; made when it is first asked for. Commits that alone, on a connection of its own."""
    chosen = select(Door).where(Door.school_id == school_id)
    if found := db.session("desk").scalar(chosen):
        return found
    try:
        with db.engine("desk").begin() as connection:
            connection.execute(insert(Door).values(id=new_id(), school_id=school_id, closed=False))
    except IntegrityError:
        pass  # another request was first
    db.session("desk").rollback()  # else this session goes on seeing the store as it was before
    return db.session("desk").scalars(chosen).one()


def at(link: str) -> tuple[Door, School] | None:
    """The door behind a link, and its school."""
    door = db.session("desk").get(Door, link)
    return (door, db.session("desk").get_one(School, door.school_id)) if door else None


def known_of(school_ids: list[str]) -> dict[str, Door]:
    """School id → door, of those that have one."""
    found = db.session("desk").scalars(select(Door).where(Door.school_id.in_(school_ids)))
    return {door.school_id: door for door in found}
