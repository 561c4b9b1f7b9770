"""A district's schools as lists need them: columns instead of objects, read once after each change and then kept.

A bureau has a stamp of its schools and one of their plans. Whoever writes a school, a grade or a plan gives it another
one in the same step, so that every process sees by one short query whether what it keeps still holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from survey import db
from survey.db import new_id
from survey.staff.store import Bureau, Enrolment, School, label
from survey.words.name_order import name_order

KEPT = 32  # districts
# What changes the list of schools, and what changes the plans in force (a table of the planning room), by table.
OF_SCHOOLS, OF_PLANS = {"school", "enrolment"}, {"plan_version"}


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """A school as a list has it."""

    id: str
    bureau_id: str
    name: str
    code: str | None
    label: str
    setting: str
    pupils: int
    teachers: int
    closed_on: date | None
    merged_into_id: str | None

    @property
    def is_closed(self) -> bool:
        """Whether the bureau has closed it, or merged it into another."""
        return self.closed_on is not None


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """The schools of a bureau by name; one object until one of them changes, so that more is kept by it."""

    schools: tuple[ListedSchool, ...]
    open: tuple[ListedSchool, ...]  # those that are not closed
    by_id: Mapping[str, ListedSchool]
    settings: tuple[tuple[str, str], ...]  # of each its id and setting


def district_of(bureau: Bureau) -> District:
    """The bureau's schools as they are now."""
    mine = select(Bureau.schools_stamp).where(Bureau.id == bureau.id)
    return _district(bureau.id, db.session("desk").scalars(mine).one())


def plans_stamp(bureau_id: str) -> str:
    """What is another one after each change of a plan in force."""
    return db.session("desk").scalars(select(Bureau.plans_stamp).where(Bureau.id == bureau_id)).one()


@lru_cache(maxsize=KEPT)
def _district(bureau_id: str, _stamp: str) -> District:
    schools = tuple(_schools(bureau_id))
    return District(
        schools=schools,
        open=tuple(school for school in schools if not school.is_closed),
        by_id={school.id: school for school in schools},
        settings=tuple((school.id, school.setting) for school in schools),
    )


def _schools(bureau_id: str) -> list[ListedSchool]:
    desk = db.session("desk")
    of_school = Enrolment.school_id == School.id
    people = func.coalesce(func.sum(Enrolment.pupils), 0), func.coalesce(func.sum(Enrolment.teachers), 0)
    in_grades = select(School.id, *people).join(Enrolment, of_school, isouter=True).group_by(School.id)
    counted = {row[0]: row[1:] for row in desk.execute(in_grades.where(School.bureau_id == bureau_id))}
    columns = School.id, School.name, School.code, School.setting, School.closed_on, School.merged_into_id
    rows = desk.execute(select(*columns).where(School.bureau_id == bureau_id)).all()
    namesakes = Counter(row.name for row in rows)
    listed = [
        ListedSchool(
            id=row.id,
            bureau_id=bureau_id,
            name=row.name,
            code=row.code,
            label=label(row.name, row.code, is_alone=namesakes[row.name] == 1),
            setting=row.setting,
            pupils=int(counted[row.id][0]),
            teachers=int(counted[row.id][1]),
            closed_on=row.closed_on,
            merged_into_id=row.merged_into_id,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda school: (name_order(school.name), school.code or "", school.id))


@lru_cache(maxsize=4)
def pupils_by_grade(district: District) -> Mapping[str, Sequence[tuple[int, int]]]:
    """School → each of its grades and the pupils in it, as they were when the district was read."""
    found: dict[str, list[tuple[int, int]]] = {}
    columns = select(Enrolment.school_id, Enrolment.grade, Enrolment.pupils).order_by(Enrolment.grade)
    if not district.schools:
        return found
    mine = columns.join(School, School.id == Enrolment.school_id).where(
        School.bureau_id == district.schools[0].bureau_id
    )
    for school, grade, pupils in db.session("desk").execute(mine):
        found.setdefault(school, []).append((grade, pupils))
    return found


@event.listens_for(Session, "after_flush")
def _give_other_stamps(session: Session, _context: object) -> None:
    """Stamps change in the step that changes a school, a grade or a plan."""
    changed = [row for rows in (session.new, session.dirty, session.deleted) for row in rows]
    for tables, stamp in ((OF_SCHOOLS, Bureau.schools_stamp), (OF_PLANS, Bureau.plans_stamp)):
        rows = [row for row in changed if row.__tablename__ in tables]
        if bureaus := {_bureau_of(session, row) for row in rows}:
            session.connection().execute(update(Bureau).where(Bureau.id.in_(bureaus)).values({stamp: new_id()}))


def _bureau_of(session: Session, row: object) -> str:
    school = row if isinstance(row, School) else session.get_one(School, row.school_id)  # type: ignore[attr-defined]
    return school.bureau_id
