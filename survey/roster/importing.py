"""The roster into the desk: new schools are added, known ones get the roster's numbers, none is ever removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey import db
from survey.roster.file import ListedSchool
from survey.staff.store import Bureau, Enrolment, School


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in numbers of schools."""

    added: int
    renewed: int
    not_listed: int  # known, but not in the roster; left as they are


def take_over(schools: Iterable[ListedSchool], bureau: Bureau) -> Imported:
    """Bring the bureau's schools to what the roster says; a school is known by its name. The caller commits."""
    known = {school.name: school for school in bureau.schools}
    added = renewed = 0
    for listed in schools:
        school = known.pop(listed.name, None)
        if school is None:
            school = School(name=listed.name, setting=listed.setting, bureau=bureau)
            db.session("desk").add(school)
            added += 1
        else:
            renewed += 1
        _renew(school, listed)
    return Imported(added, renewed, len(known))


def _renew(school: School, listed: ListedSchool) -> None:
    school.setting = listed.setting
    rows = {row.grade: row for row in school.enrolment}
    for grade in listed.grades:
        row = rows.pop(grade.grade, None)
        if row is None:
            row = Enrolment(grade=grade.grade)
            school.enrolment.append(row)
        row.pupils, row.teachers = grade.pupils, grade.teachers
    for gone in rows.values():
        school.enrolment.remove(gone)
