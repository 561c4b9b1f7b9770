"""A district with one school and two people at its desk, for tests of the principal's pages."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from estimator.plan import Plan
from estimator.plan_reading import plan_from_dict
from survey import db
from survey.planning.plans import save_plan
from survey.staff import accounts
from survey.staff.store import Bureau, Enrolment, School
from tests.pages import token

SCHOOL = "lotus"
PASSWORD = "a long password"
PUPILS = {3: 180, 4: 170}


def make_school(app: Flask, logins: tuple[str, ...] = ("one", "two")) -> None:
    """A bureau with the school, and these people at its desk."""
    with app.app_context():
        desk = db.session("desk")
        bureau = Bureau(id="bureau", name="Bureau", place="CN-34")
        enrolment = [Enrolment(grade=grade, pupils=pupils, teachers=12) for grade, pupils in PUPILS.items()]
        school = School(id=SCHOOL, bureau=bureau, name="Lotus Primary", setting="urban", enrolment=enrolment)
        desk.add_all([bureau, school])
        desk.flush()
        for login in logins:
            accounts.add(login, login.title(), PASSWORD, bureau, school)
        desk.commit()


def a_lesson(**other: object) -> dict[str, object]:
    """A recorded lesson of 20 minutes, Monday to Friday; with what is other."""
    usual = {"grade": 3, "subject": "Chinese", "kind": "recorded", "minutes": 20}
    return {**usual, "days": ["mon", "tue", "wed", "thu", "fri"], **other}


def a_plan(*lessons: dict[str, object]) -> Plan:
    """The school's plan with these lessons."""
    grades = [{"grade": grade, "pupils": pupils, "teachers": 12} for grade, pupils in PUPILS.items()]
    head = {"school": "Lotus Primary", "place": "CN-34", "week_of": date(2020, 3, 9), "currency": "CNY"}
    return plan_from_dict({**head, "grade": grades, "activity": list(lessons)})


def save(app: Flask, plan: Plan) -> int:
    """Put a plan in force; its number."""
    with app.app_context():
        version = save_plan(db.session("desk").get_one(School, SCHOOL), plan, "one")
        db.session("desk").commit()
        return version.number


def log_in(app: Flask, login: str = "one", language: str = "en") -> FlaskClient:
    """Somebody at the desk."""
    client = app.test_client()
    form = token(client.get(f"/staff/login?lang={language}").text)
    sent = {"csrf_token": form, "login": login, "password": PASSWORD}
    assert client.post("/staff/login", data=sent).status_code == 303
    return client
