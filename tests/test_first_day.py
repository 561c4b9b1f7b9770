"""A principal's first day: there is an account and a school, and no plan."""

from __future__ import annotations

from flask import Flask

from survey import db
from survey.demo.commands import write_logins
from survey.staff import accounts
from survey.staff.store import Bureau, School
from tests.demo_town import at_desk

OF_A_PLAN = ("", "verdict", "advice", "versions", "life", "measures/1/screen_minutes", "score/1")


def test_before_the_first_plan_every_page_leads_to_the_first_day(app: Flask) -> None:
    with app.app_context():
        bureau = Bureau(id="b", name="Bureau", place="CN-34", synthetic=True)
        school = School(id="new", bureau=bureau, name="New school", setting="rural", enrolment=[])
        db.session("desk").add(bureau)
        accounts.add("new", "New school", "password-of-the-first-day", bureau, school)
        db.session("desk").commit()
        write_logins({"new": "password-of-the-first-day"})
    client = at_desk(app, "new")
    for path in OF_A_PLAN:
        page = client.get(f"/school/{path}", follow_redirects=True)
        assert "There is no plan yet." in page.text, path
