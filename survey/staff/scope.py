"""The one place that decides who may see what: every query of a desk begins here. What is not yours is not there."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from survey import db
from survey.name_order import name_order
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


def schools() -> list[School]:
    """The schools they may see, but those that are closed: a bureau's all, a principal's one."""
    return [school for school in all_schools() if not school.is_closed]


def all_schools() -> list[School]:
    """The same by name, with those that are closed: releases of the past still name them."""
    with_grades = db.session("desk").scalars(mine(School).options(selectinload(School.enrolment)))
    return sorted(with_grades, key=lambda school: (name_order(school.name), school.code or "", school.id))


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


def one(table: type[Row], row_id: str) -> Row:
    """One row of a table with a bureau_id; 404 when it is not theirs, and that is written down."""
    found: Row | None = db.session("desk").scalar(mine(table).where(table.id == row_id))  # type: ignore[attr-defined]
    return found or refuse(table.__tablename__, row_id)  # type: ignore[attr-defined]
