"""The roster into the desk: new schools are added, known ones get the roster's numbers, none is ever removed.

A school that is listed has the grades that the roster has of it, and no others.
"""

from __future__ import annotations

from survey import db
from survey.roster.changes import Changes
from survey.roster.file import ListedSchool
from survey.staff.store import Bureau, Enrolment, School


def take_over(changes: Changes, bureau: Bureau) -> None:
    """Bring the bureau's schools to what the roster says; the caller commits."""
    for change in changes.each:
        school = change.school
        if school is None:
            school = School(name=change.listed.name, setting=change.listed.setting, bureau=bureau)
            db.session("desk").add(school)
        _renew(school, change.listed)


def _renew(school: School, listed: ListedSchool) -> None:
    school.name, school.setting = listed.name, listed.setting
    school.code = listed.code or school.code
    rows = {row.grade: row for row in school.enrolment}
    for grade in listed.grades:
        row = rows.pop(grade.grade, None)
        if row is None:
            row = Enrolment(grade=grade.grade)
            school.enrolment.append(row)
        row.pupils, row.teachers = grade.pupils, grade.teachers
    for gone in rows.values():
        school.enrolment.remove(gone)
