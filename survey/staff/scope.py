"""The one place that decides who may see what: every query of a desk begins here. What is not yours is not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import abort
from sqlalchemy import Select, select

from survey import db
from survey.staff.district import District, ListedSchool, district_of
from survey.staff.refusals import refuse as refuse
from survey.staff.sessions import current_account
from survey.staff.store import Account, Bureau, School

Row = TypeVar("Row")


def account() -> Account:
    """Who is logged in; 404 when nobody is."""
    return current_account() or abort(404)


def bureau() -> Bureau:
    """The bureau of who is logged in."""
    return account().bureau


def district() -> District:
    """The whole district of who is logged in, as lists need it: for what is told without the names of others."""
    return district_of(bureau())


def schools() -> Sequence[ListedSchool]:
    """The schools they may see, but those that are closed: a bureau's all, a principal's one."""
    return district().open if account().school_id is None else _own(district().open)


def all_schools() -> Sequence[ListedSchool]:
    """The same by name, with those that are closed: releases of the past still name them."""
    return district().schools if account().school_id is None else _own(district().schools)


def words() -> Callable[[str, str], Sequence[str]]:
    """By what lists find a school, from its id and the name that a list has for it: this name and its official code."""
    known = district().by_id

    def of_school(school_id: str, name: str) -> Sequence[str]:
        code = known[school_id].code if school_id in known else None
        return (name, code) if code else (name,)

    return of_school


def school(school_id: str) -> School:
    """One of these schools; 404 for any other."""
    return one(School, school_id)


def own_school() -> School:
    """The principal's school."""
    return school(account().school_id or "")


def mine(table: type[Any]) -> Select[Any]:
    """Rows of a table with a bureau_id, of the bureau of who is logged in; of schools, a principal's own alone."""
    chosen = select(table).where(table.bureau_id == account().bureau_id)
    if table is School and account().school_id:
        chosen = chosen.where(School.id == account().school_id)
    return chosen


def ids_of(table: type[Any]) -> list[str]:
    """The ids of these rows."""
    return list(db.session("desk").scalars(mine(table).with_only_columns(table.id)))


def one(table: type[Row], row_id: str) -> Row:
    """One row of a table with a bureau_id; 404 when it is not theirs, and that is written down."""
    found: Row | None = db.session("desk").scalar(mine(table).where(table.id == row_id))  # type: ignore[attr-defined]
    return found or refuse(table.__tablename__, row_id)  # type: ignore[attr-defined]


def _own(schools: Sequence[ListedSchool]) -> Sequence[ListedSchool]:
    return [school for school in schools if school.id == account().school_id]
