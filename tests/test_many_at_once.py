"""Several members of staff write at the same moment: nobody is turned away, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from survey import db
from survey.planning import drafts
from survey.planning.plans import versions
from survey.staff.store import Account, Deed, School
from tests.desk import SCHOOL, a_lesson, a_plan, log_in, make_school, save
from tests.pages import token
from tests.test_plan_editor import TYPED

LOGINS = tuple(f"clerk{number}" for number in range(6))


def test_all_who_log_in_at_one_moment_are_let_in_and_written_down(app: Flask) -> None:
    make_school(app, LOGINS)
    with ThreadPoolExecutor(len(LOGINS)) as pool:
        desks = list(pool.map(lambda login: log_in(app, login), LOGINS))
    assert [desk.get("/school/").status_code for desk in desks] == [200] * len(LOGINS)
    with app.app_context():
        assert db.session("desk").query(Deed).count() == len(LOGINS)


def test_lessons_that_many_enter_at_one_moment_are_all_kept(app: Flask) -> None:
    make_school(app, LOGINS)
    save(app, a_plan(a_lesson()))
    desks = [log_in(app, login) for login in LOGINS]
    forms = [token(desk.get("/school/plan/lesson").text) for desk in desks]

    def enter(number: int) -> int:
        sent = {"csrf_token": forms[number], **TYPED, "minutes": str(number + 1)}
        return desks[number].post("/school/plan/lesson", data=sent).status_code

    with ThreadPoolExecutor(len(LOGINS)) as pool:
        assert list(pool.map(enter, range(len(LOGINS)))) == [303] * len(LOGINS)
    with app.app_context():
        school = db.session("desk").get_one(School, SCHOOL)
        accounts = db.session("desk").query(Account).filter(Account.login.in_(LOGINS)).order_by(Account.login)
        kept = [drafts.draft_of(account, school).plan.activities[-1].minutes for account in accounts]
    assert kept == [number + 1 for number in range(len(LOGINS))]


def test_of_many_who_put_theirs_in_force_at_one_moment_one_does(app: Flask) -> None:
    make_school(app, LOGINS)
    save(app, a_plan(a_lesson()))
    desks = [log_in(app, login) for login in LOGINS]
    forms = []
    for number, desk in enumerate(desks):
        form = token(desk.get("/school/plan/lesson").text)
        desk.post("/school/plan/lesson", data={"csrf_token": form, **TYPED, "minutes": str(number + 1)})
        forms.append(form)

    def put(number: int) -> int:
        return desks[number].post("/school/plan/in-force", data={"csrf_token": forms[number]}).status_code

    with ThreadPoolExecutor(len(LOGINS)) as pool:
        told = list(pool.map(put, range(len(LOGINS))))
    assert sorted(told) == [303, *[409] * (len(LOGINS) - 1)]
    with app.app_context():
        assert [version.number for version in versions(SCHOOL)] == [2, 1]
