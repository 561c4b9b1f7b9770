"""The doors: each school's own address for requests.

A door's address follows from the school's id under this room's key. So it is nowhere stored, whoever has the stores
alone cannot tell which school a request is for, and reading a page never writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from survey import db
from survey.assistance.sealing import fingerprint
from survey.assistance.store import ClosedDoor
from survey.staff.store import School

ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Door:
    """Where the families of one school ask: the end of the school's address, and all that a request says of a school.

    Ballots and answers know a school by its id; so nothing in the assistance store is found in theirs.
    """

    id: str
    school_id: str

    @property
    def closed(self) -> bool:
        """Whether it takes no new requests: the bureau closed the door, or the school."""
        desk = db.session("desk")
        school = desk.get(School, self.school_id)
        return (school is not None and school.is_closed) or desk.get(ClosedDoor, self.school_id) is not None


def of_school(school_id: str) -> Door:
    """The school's door."""
    return Door(fingerprint("door", school_id)[:ID_BYTES].hex(), school_id)


def by_link(school_ids: Collection[str]) -> Mapping[str, str]:
    """Link → school id, of these schools. A link follows from the id, so it is made once in a process."""
    known: dict[str, str] = current_app.extensions.setdefault("links", {})  # school id → link
    fingerprint("door")  # says whether the key is the one that fits
    for school_id in school_ids:
        if school_id not in known:
            known[school_id] = of_school(school_id).id
    return {known[school_id]: school_id for school_id in school_ids}


def at(link: str) -> tuple[Door, School] | None:
    """The door behind a link, and its school."""
    known: dict[str, str] = current_app.extensions.setdefault("doors", {})  # link → school id
    if link not in known:
        known |= {of_school(school_id).id: school_id for school_id in db.session("desk").scalars(select(School.id))}
    school = db.session("desk").get(School, known[link]) if link in known else None
    return (Door(link, school.id), school) if school else None


def close(school_id: str) -> None:
    """Let a school take no new requests; the caller commits."""
    db.session("desk").merge(ClosedDoor(school_id=school_id))


def reopen(school_id: str) -> None:
    """Let it take requests again; the caller commits."""
    if found := db.session("desk").get(ClosedDoor, school_id):
        db.session("desk").delete(found)
