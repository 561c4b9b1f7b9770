"""Two districts whose schools have the same plan."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from survey import create_app, db
from survey.planning.plans import save_plan
from survey.staff.store import School
from tests.desk import a_lesson, a_plan
from tests.desks import Districts, two_districts

LESSONS = [a_lesson(subject=subject, start=start) for subject, start in (("Chinese", "09:00"), ("Maths", "10:00"))]


def with_plans(app: Flask) -> Districts:
    """Make the two districts; each school's plan asks for 60 minutes a day, where 80 may be."""
    made = two_districts(app)
    with app.app_context():
        desk = db.session("desk")
        for school in (made.school, made.school2):
            save_plan(desk.get_one(School, school), a_plan(*LESSONS, a_lesson(subject="Art", start="11:00")), "one")
        desk.commit()
    return made


def a_house_of_plans(folder: Path) -> Flask:
    """An installation with them, for what changes nothing."""
    made = create_app(folder)
    made.testing = True
    with_plans(made)
    return made
