"""Two districts with their staff, and how they log in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import db
from survey.staff import accounts, guessing
from survey.staff.store import Bureau, Enrolment, School
from tests.pages import token

PASSWORD = "correct horse battery"
LOGINS = ("clerk", "principal", "clerk2", "principal2")


@dataclass(frozen=True, slots=True)
class Districts:
    """The ids of two districts with one school each; `clerk` and `principal` work in the first, the others there."""

    bureau: str
    school: str
    bureau2: str
    school2: str


def two_districts(app: Flask) -> Districts:
    """Make them; every account's password is PASSWORD, and no wrong one was typed yet."""
    ids = []
    with app.app_context():
        desk = db.session("desk")
        for mark in ("", "2"):
            bureau = Bureau(name=f"Bureau{mark}", place="CN-34")
            rows = [Enrolment(grade=3, pupils=40, teachers=3)]
            school = School(bureau=bureau, name=f"School{mark}", setting="urban", enrolment=rows)
            desk.add_all([bureau, school])
            desk.flush()
            accounts.add(f"clerk{mark}", "Clerk", PASSWORD, bureau)
            accounts.add(f"principal{mark}", "Principal", PASSWORD, bureau, school)
            ids += [bureau.id, school.id]
        desk.commit()
    for login in LOGINS:
        guessing.forget(login)
    return Districts(*ids)


def add_school(app: Flask, bureau: str, name: str, grades: dict[int, int], **known: str) -> str:
    """A school with so many pupils in each grade, and three teachers for each; its id."""
    with app.app_context():
        rows = [Enrolment(grade=grade, pupils=pupils, teachers=3) for grade, pupils in grades.items()]
        school = School(bureau_id=bureau, name=name, enrolment=rows, **{"setting": "urban", **known})
        db.session("desk").add(school)
        db.session("desk").commit()
        return school.id


def with_another_school(app: Flask, name: str, grades: dict[int, int], id: str) -> Districts:
    """Two districts, and one school more in the first."""
    found = two_districts(app)
    add_school(app, found.bureau, name, grades, id=id)
    return found


def send(client: FlaskClient, page: str, address: str | None = None, **fields: str | list[str]) -> TestResponse:
    """Fill in the form of a page, and send it there or to another address."""
    return client.post(address or page, data={"csrf_token": token(client.get(page).text), **fields})


def log_in(app: Flask, login: str, password: str = PASSWORD) -> FlaskClient:
    """Somebody at their desk, in English."""
    client = app.test_client()
    assert send(client, "/staff/login?lang=en", login=login, password=password).status_code == 303
    return client
