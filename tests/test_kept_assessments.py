"""What a plan was weighed at is read back as it was, and only by whoever would weigh it to the very same."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import assume, given
from sqlalchemy import select, text, update

from benchmarks.desks import NORM
from estimator import families, norm_file
from estimator.assess import assess
from estimator.assessment import Assessment
from estimator.norms import NormProblems
from estimator.plan import Plan
from survey import db
from survey.planning import assessments, kept_assessments, own_norms
from survey.planning.assessments import Weighed, weigh_district, weigh_school
from survey.planning.basis import Basis
from survey.planning.fit import Fit
from survey.planning.kept_assessments import keep, made_of, read
from survey.planning.store import KeptAssessment
from survey.staff.store import Bureau, School
from survey.upkeep import backup
from tests.desk import SCHOOL, a_lesson, a_plan, log_in, make_school, save
from tests.pages import token
from tests.test_faults import only_read
from tests.test_plan_round_trip import plans

KEPT_BY_A_PROCESS = (
    assessments._weighed,
    assessments._weighed_district,
    assessments._keep_district,
    assessments._keep_school,
    assessments._assessed,
)


@pytest.fixture
def lotus(app: Flask) -> Flask:
    """An installation with one school and its plan, which nobody has weighed."""
    make_school(app)
    save(app, a_plan(a_lesson(minutes=50), a_lesson(grade=4, kind="live", start="09:00")))
    return app


@pytest.fixture(autouse=True)
def in_new_processes() -> Iterator[None]:
    """What a process keeps in its memory is no other's."""
    forget()
    yield
    forget()


def forget() -> None:
    """Be a process that has weighed nothing yet."""
    for kept in KEPT_BY_A_PROCESS:
        kept.cache_clear()


def weigh(app: Flask) -> Weighed:
    """The school's plan as a new process weighs it, and what it keeps."""
    forget()
    with app.app_context():
        found = weigh_school(db.session("desk").get_one(School, SCHOOL))
        assert found
        return found


def kept(app: Flask) -> list[tuple[str, str]]:
    """Of which schools something is kept, and what it was made of."""
    with app.app_context():
        rows = db.session("desk").execute(select(KeptAssessment.school_id, KeptAssessment.known_by))
        return [(row.school_id, row.known_by) for row in rows]


@contextmanager
def nothing_weighed(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """While this lasts the estimator may not be asked."""

    def refuse(*_: object) -> Assessment:
        raise AssertionError("weighed anew")

    with patch.context() as now:
        now.setattr(assessments, "assess", refuse)
        yield


def test_what_a_plan_was_weighed_at_is_read_back_to_the_last_bit(lotus: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = weigh(lotus)
    with nothing_weighed(monkeypatch):
        again = weigh(lotus)
    assert again is not first
    assert again.assessment == first.assessment
    assert repr(again.assessment) == repr(first.assessment)  # whole numbers stay whole, in the same order
    assert again.plan == first.plan


def test_whatever_any_plan_is_weighed_at_is_read_back_to_the_last_bit(lotus: Flask) -> None:
    usual, norms = families.load("rural"), norm_file.load()

    @given(plans())
    def is_read_back(plan: Plan) -> None:
        try:
            found = assess(plan, usual, norms)
        except NormProblems:
            assume(False)
        known_by = db.new_id()
        with lotus.app_context():
            keep({SCHOOL: (known_by, found)})
        with lotus.app_context():
            assert repr(read(SCHOOL, known_by)) == repr(found)

    is_read_back()


def test_a_district_is_read_without_weighing_and_is_the_same(lotus: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for _ in range(2):
        forget()
        with lotus.app_context():
            found.append(weigh_district(db.session("desk").get_one(Bureau, "bureau"))[SCHOOL].assessment)
        monkeypatch.setattr(assessments, "assess", None)
    assert found[0] == found[1]


def test_a_newer_estimator_weighs_anew(lotus: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = weigh(lotus)
    monkeypatch.setattr(kept_assessments, "PROGRAM", "another")
    with nothing_weighed(monkeypatch), pytest.raises(AssertionError, match="weighed anew"):
        weigh(lotus)
    assert weigh(lotus).made_of != before.made_of
    assert kept(lotus) == [(SCHOOL, weigh(lotus).made_of)]


def test_a_program_is_known_by_every_figure_and_line_that_it_weighs_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "norms").mkdir()
    (tmp_path / "norms/screen.toml").write_text("limit = 20")
    monkeypatch.setattr(kept_assessments, "WEIGHED_BY", {tmp_path: ("*.py", "*.toml")})
    known = [kept_assessments.program()]
    for name, said in (("norms/screen.toml", "limit = 21"), ("burden.py", ""), ("burden.py", "1"), ("readme", "")):
        (tmp_path / name).write_text(said)
        known.append(kept_assessments.program())
    assert len(set(known)) == 4
    assert known[-1] == known[-2]


def test_own_norms_weigh_anew(lotus: Flask) -> None:
    before = weigh(lotus)
    with lotus.app_context():
        own_norms.add(db.session("desk").get_one(Bureau, "bureau"), NORM, "clerk")
        db.session("desk").commit()
    after = weigh(lotus)
    limits = [each.assessment.grades[3].measures["screen_minutes"].limit for each in (before, after)]
    assert limits[1] == NORM.value != limits[0]
    assert kept(lotus) == [(SCHOOL, after.made_of)]


def test_other_families_weigh_anew(lotus: Flask) -> None:
    before = weigh(lotus)
    with lotus.app_context():
        desk = db.session("desk")
        desk.execute(update(School).values(setting="rural"))
        desk.commit()
    after = weigh(lotus)
    assert after.assessment.families != before.assessment.families
    assert kept(lotus) == [(SCHOOL, after.made_of)]


def test_another_version_of_the_plan_is_weighed_and_written_over_the_former(lotus: Flask) -> None:
    before = weigh(lotus)
    save(lotus, a_plan(a_lesson(minutes=10)))
    after = weigh(lotus)
    assert after.assessment.school.score < before.assessment.school.score
    assert kept(lotus) == [(SCHOOL, after.made_of)]


def test_what_a_bureau_only_tries_is_not_kept(lotus: Flask) -> None:
    in_force = weigh(lotus)
    with lotus.app_context():
        bureau = db.session("desk").get_one(Bureau, "bureau")
        tried = weigh_district(bureau, basis=Basis((replace(NORM, id="tried"),)))
        assert tried[SCHOOL].made_of != in_force.made_of
    assert kept(lotus) == [(SCHOOL, in_force.made_of)]


def test_nothing_that_differs_is_known_by_the_same() -> None:
    other = replace(NORM, id="other")
    known = [
        made_of(version, Fit(setting), own)
        for version in ("a", "b")
        for setting in ("urban", "rural")
        for own in ((), (NORM,), (other,), (NORM, other))
    ]
    assert len(set(known)) == len(known)


def test_a_page_is_shown_though_nothing_can_be_kept(lotus: Flask) -> None:
    desk = log_in(lotus)
    usual = desk.get("/school/").text
    assert kept(lotus)
    engine = lotus.extensions["stores"]["desk"]
    with engine.begin() as connection:
        connection.execute(text("delete from kept_assessment"))
    forget()
    with engine.begin() as other:  # somebody else writes, and does not end
        other.execute(text("update kept_assessment set known_by = known_by"))
        if engine.dialect.name == "postgresql":
            other.execute(text("lock table kept_assessment in share mode"))
        page = desk.get("/school/")
    assert page.status_code == 200
    # Its token tells the second in which it was made.
    assert page.text.replace(token(page.text), "") == usual.replace(token(usual), "")
    assert kept(lotus) == []


def test_a_garbled_row_is_as_none(lotus: Flask) -> None:
    found = weigh(lotus)
    for content in (b"", b"no zlib", zlib.compress(b"[]")):
        with lotus.app_context():
            db.session("desk").execute(update(KeptAssessment).values(content=content))
            db.session("desk").commit()
        assert weigh(lotus).assessment == found.assessment


def test_two_that_weigh_the_same_at_one_moment_are_both_fine(lotus: Flask) -> None:
    with lotus.app_context():
        found = weigh_school(db.session("desk").get_one(School, SCHOOL))
        assert found

    def keep_it(number: int) -> None:
        with lotus.app_context():
            keep({SCHOOL: (f"made of {number % 2}", found.assessment)})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep_it, range(20)))
    assert len(kept(lotus)) == 1
    with lotus.app_context():
        assert read(*kept(lotus)[0]) == found.assessment


def test_a_page_is_shown_though_the_store_is_only_read(lotus: Flask, on_files: None) -> None:
    desk = log_in(lotus)
    with only_read(lotus, "desk"):
        assert desk.get("/school/").status_code == 200
    assert kept(lotus) == []


def test_a_backup_leaves_out_what_can_be_weighed_again(lotus: Flask, tmp_path: Path) -> None:
    weigh(lotus)
    assert kept(lotus)
    with lotus.app_context():
        made = backup.back_up(tmp_path / "backups")
    with closing(sqlite3.connect(made / "desk.db")) as copy:
        assert copy.execute("select count(*) from plan_version").fetchone() == (1,)
        assert copy.execute("select count(*) from kept_assessment").fetchone() == (0,)
