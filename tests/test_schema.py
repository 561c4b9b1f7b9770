"""Stores of an older Jianfu are brought to today's shape when it starts, and nothing in them is lost."""

from __future__ import annotations

import dataclasses
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, select, text

from estimator.plan_reading import plan_as_dict
from survey import create_app, db, legend
from survey.ballot import last_turn
from survey.config import STORES
from survey.day import now
from survey.keyring.keys import KEY_BYTES, RANDOM_KEYS, make_keys
from survey.planning import drafts
from survey.planning.store import PlanDraft, PlanDraftStep, PlanDraftUndone, PlanVersion
from survey.questionnaire import built_in
from survey.questionnaire.model import Answers
from survey.release import files, freeze, tabulate
from survey.release.published import Release
from survey.release.store import ReleaseFile
from survey.staff.store import Account, Bureau, School
from survey.stores import schema
from tests.desk import a_lesson, a_plan
from tests.published import a_release, people
from tests.rounds import answers_kept, keep_answers


def differences(store: str) -> list[object]:
    """What a store's tables lack, or have too much, beside those of the program."""
    with db.engine(store).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, kind, _: name != schema.version_table(store)},
        )
        return list(compare_metadata(context, db.BASES[store].metadata))


def as_first_made(app: Flask) -> None:
    """Every store as it was before stores said their version."""
    with app.app_context():
        for store in STORES:
            db.BASES[store].metadata.drop_all(db.engine(store))
            with db.engine(store).connect().execution_options(writes=True) as connection, connection.begin():
                connection.execute(text(f"delete from {schema.version_table(store)}"))
                schema.migrate(connection, store, schema.FIRST)
                connection.execute(text(f"drop table {schema.version_table(store)}"))


@pytest.mark.parametrize("store", STORES)
def test_a_store_that_was_migrated_is_made_as_a_new_one(app: Flask, store: str) -> None:
    as_first_made(app)
    with app.app_context():
        assert schema.version(store) is None
        schema.bring_up()
        assert schema.version(store) == schema.newest(store)
        assert differences(store) == []


def test_what_an_older_store_holds_is_there_afterwards(app: Flask) -> None:
    as_first_made(app)
    with app.app_context(), db.engine("desk").begin() as connection:
        for bureau, place in (("b1", "CN-34"), ("b2", "CN-AH"), ("b3", "CN-99"), ("b4", "IN")):
            named = {"bureau": bureau, "place": place}
            connection.execute(text("insert into bureau values (:bureau, '青禾县教育局', :place, false)"), named)
        connection.execute(
            text("insert into school (id, bureau_id, name, setting) values ('s1', 'b1', '城关小学', 'urban')")
        )
    again = create_app(instance=app.config["SETTINGS"].instance)
    with again.app_context():
        bureaus = db.session("desk").query(Bureau).order_by(Bureau.id).all()
        assert [(school.name, school.setting) for school in bureaus[0].schools] == [("城关小学", "urban")]
        assert [bureau.place for bureau in bureaus] == ["CN-34", "CN-34", "CN", "IN"]


def test_a_draft_of_an_older_store_is_there_afterwards_and_its_last_change_can_be_undone(app: Flask) -> None:
    as_first_made(app)
    before, now = (a_plan(a_lesson(minutes=minutes)) for minutes in (20, 15))
    with app.app_context(), db.engine("desk").begin() as connection:
        connection.execute(text("insert into bureau values ('b1', 'Bureau', 'CN-34', false)"))
        connection.execute(
            text("insert into school (id, bureau_id, name, setting) values ('s1', 'b1', 'Lotus Primary', 'urban')")
        )
        connection.execute(
            text("insert into account values ('a1', 'one', 'One', 'hash', 'b1', 's1', false, 'stamp', null, 0)")
        )
        connection.execute(
            text("insert into plan_draft values ('a1', 's1', 2, '2020-03-09', :now, :before, 1)"),
            {"now": json.dumps(plan_as_dict(now)), "before": json.dumps(plan_as_dict(before))},
        )
    again = create_app(instance=app.config["SETTINGS"].instance)
    with again.app_context():
        account, school = (db.session("desk").get_one(*one) for one in ((Account, "a1"), (School, "s1")))
        assert drafts.draft_of(account, school) == drafts.Draft(now, 2, is_changed=True, can_undo=True)
        assert drafts.undo(account, school)
        assert drafts.draft_of(account, school) == drafts.Draft(before, 1, is_changed=True, can_redo=True)
        assert drafts.redo(account, school)
        assert drafts.draft_of(account, school) == drafts.Draft(now, 2, is_changed=True, can_undo=True)


def test_answers_of_an_older_store_say_the_same_afterwards(app: Flask) -> None:
    as_first_made(app)
    both: Answers = {"check_ins": "daily", "devices": ["phone", "tablet"]}
    told: list[Answers] = [both, {"check_ins": "no_longer_asked"}, {"devices": []}, {}]
    with app.app_context(), db.engine("answers").begin() as connection:
        for number, choices in enumerate(told):
            values = {"id": f"a{number}", "choices": json.dumps(choices), "grade": number or None}
            connection.execute(text("insert into answer values (:id, 'c1', 's1', 'parent', :grade, :choices)"), values)
        for of, odd in (("b", "{}"), ("c", "null"), ("d", '{"check_ins": null, "devices": [1, "phone"], "x": {}}')):
            connection.execute(
                text("insert into answer values (:id, 'c2', 's2', 'teacher', null, :said)"), {"id": of, "said": odd}
            )
    again = create_app(instance=app.config["SETTINGS"].instance)
    with again.app_context():
        assert answers_kept() == [
            ("a0", "s1", None, {"check_ins": ["daily"], "devices": ["phone", "tablet"]}),
            ("a1", "s1", 1, {"check_ins": ["no_longer_asked"]}),
            ("a2", "s1", 2, {"devices": []}),
            ("a3", "s1", 3, {}),
            ("b", "s2", None, {}),
            ("c", "s2", None, {}),
            ("d", "s2", None, {"devices": ["phone"], "x": []}),
        ]
        keep_answers([("s1", 4, {"check_ins": "never"})])
        assert legend.chosen(both) in [chosen for *_, chosen in answers_kept()]
        assert int(tabulate.tabulate("c1", built_in())["parent"].people[0]) == len(told) + 1


@pytest.mark.parametrize(("there", "kept"), [("CN-34-01", "CN-34"), ("CN-99", "CN"), ("US-IL", "US-IL"), ("?", "?")])
def test_a_place_of_an_older_store_that_nobody_knows_is_the_one_it_lies_in(app: Flask, there: str, kept: str) -> None:
    plan = plan_as_dict(a_plan(a_lesson())) | {"place": there}
    with app.app_context():
        desk = db.session("desk")
        desk.add(Bureau(id="b", name="B", place=there, synthetic=False))
        desk.flush()
        desk.add(School(id="s", bureau_id="b", name="S", code="1", setting="rural"))
        desk.flush()
        desk.add(Account(id="a", login="a", name="A", password_hash="", bureau_id="b", school_id="s"))
        desk.flush()
        desk.add(PlanVersion(id="v", school_id="s", number=1, saved_at=now(), saved_by="a", plan=plan))
        desk.add(PlanDraft(account_id="a", school_id="s", base=1, plan=plan))
        desk.add(PlanDraftStep(account_id="a", number=1, base=1, plan=plan))
        desk.add(PlanDraftStep(account_id="a", number=2, base=1, plan=None))
        desk.add(PlanDraftUndone(account_id="a", number=1, school_id="s", base=1, plan=plan))
        desk.execute(text("update version_of_desk set version_num = '0014'"))
        desk.commit()
        schema.bring_up()
        assert desk.scalar(select(Bureau.place)) == kept
        for table in (PlanVersion, PlanDraft, PlanDraftUndone):
            assert desk.scalar(select(table.plan)) == plan | {"place": kept}
        steps = select(PlanDraftStep.plan).order_by(PlanDraftStep.number)
        assert desk.scalars(steps).all() == [plan | {"place": kept}, None]


def test_how_long_the_mixer_of_an_older_store_stands_still_is_counted_from_the_day_it_is_brought_up(app: Flask) -> None:
    as_first_made(app)
    with app.app_context(), db.engine("ballots").begin() as connection:
        connection.execute(text("insert into seal_key (id, public, used) values (1, :key, false)"), {"key": b"key"})
    again = create_app(instance=app.config["SETTINGS"].instance)
    with again.app_context():
        assert last_turn.days_since() == 0


def test_a_store_of_a_newer_program_is_refused_in_words(app: Flask) -> None:
    with app.app_context(), db.engine("desk").begin() as connection:
        connection.execute(text("update version_of_desk set version_num = '9999'"))
    with pytest.raises(click.ClickException, match="made by a newer Jianfu"):
        create_app(instance=app.config["SETTINGS"].instance)


@pytest.mark.parametrize("shape", ["abc", "", "12", "٠٠٠١"])
def test_a_store_of_a_shape_that_no_program_has_is_not_said_to_be_of_a_newer_one(app: Flask, shape: str) -> None:
    with app.app_context(), db.engine("desk").begin() as connection:
        connection.execute(text("update version_of_desk set version_num = :shape"), {"shape": shape})
    with pytest.raises(click.ClickException, match=f"says that its shape is '{shape}', which no Jianfu"):
        create_app(instance=app.config["SETTINGS"].instance)


def test_a_migration_that_fails_changes_nothing(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    number = f"{int(schema.newest('desk')) + 1:04}"
    (tmp_path / "migrations/desk" / f"{number}_broken.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = '{number}', '{schema.newest('desk')}'\n"
        "def upgrade():\n"
        "    op.execute('create table half_made (id integer)')\n"
        "    op.execute('no such statement')\n"
    )
    with app.app_context():
        db.session("desk").add(Bureau(id="b1", name="B", place="CN"))
        db.session("desk").commit()
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
    schema.newest.cache_clear()
    try:
        with app.app_context():
            with pytest.raises(Exception, match="no such statement|syntax error"):
                schema.bring_up()
            assert not inspect(db.engine("desk")).has_table("half_made")
            assert schema.version("desk") != number
            assert db.session("desk").get_one(Bureau, "b1")
    finally:
        schema.newest.cache_clear()


def test_of_several_that_start_at_once_on_nothing_one_makes_the_tables(app: Flask) -> None:
    with app.app_context():
        for store in STORES:
            db.BASES[store].metadata.drop_all(db.engine(store))
            with db.engine(store).begin() as connection:
                connection.execute(text(f"drop table {schema.version_table(store)}"))

    def start(_number: int) -> None:
        with app.app_context():
            schema.bring_up()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(start, range(6)))
    with app.app_context():
        for store in STORES:
            assert schema.version(store) == schema.newest(store)
            with db.engine(store).connect() as connection:
                assert connection.execute(text(f"select count(*) from {schema.version_table(store)}")).scalar() == 1


@pytest.mark.parametrize("store", STORES)
def test_a_store_is_written_anew_while_the_same_request_reads_the_others(app: Flask, store: str) -> None:
    with app.app_context():
        for other in STORES:
            if other != store:
                for table in db.BASES[other].metadata.sorted_tables:
                    db.session(other).execute(select(table)).all()
        db.vacuum(store)


def test_of_several_that_start_at_once_one_makes_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(make_keys, [tmp_path / "instance/keys"] * 6))
    made = sorted((tmp_path / "instance/keys").iterdir())
    assert [path.name for path in made] == sorted(RANDOM_KEYS)
    assert {path.stat().st_size for path in made} == {KEY_BYTES}


def as_it_was_kept(release: Release) -> str:
    """A release as stores had it before each school's part stood in a row of its own."""
    return json.dumps(dataclasses.asdict(release), default=lambda day: day.isoformat())


def test_a_release_of_an_older_store_tells_afterwards_what_it_told(app: Flask) -> None:
    given = {"s1": people(40, 15, device=12), "s2": people(12, 12), "s3": people(4, 2)}
    release = a_release(given, {"s1": "First", "s2": "Second", "s3": "Third"})
    as_first_made(app)
    with app.app_context(), db.engine("desk").begin() as connection:
        connection.execute(text("insert into bureau values ('b1', 'Bureau', 'CN-34', false)"))
        connection.execute(
            text(
                "insert into campaign (id, bureau_id, title, entry, state, closes_on, received) "
                "values ('told', 'b1', 'Told round', 'slips', 'published', '2020-04-01', '{}')"
            )
        )
        connection.execute(
            text("insert into frozen_release values ('r1', 'told', 1, '2020-04-02', :tables, '', :file, 'cd')"),
            {"tables": as_it_was_kept(release), "file": b"workbook"},
        )
    again = create_app(instance=app.config["SETTINGS"].instance)
    with again.test_request_context():
        schema.bring_up()
        frozen = freeze.by_id("r1")
        assert frozen is not None
        assert freeze.read(frozen) == release
        assert frozen.sha256 == freeze.fingerprint(frozen.tables, freeze.parts("r1"))
        (file,) = db.session("desk").scalars(select(ReleaseFile).where(ReleaseFile.release_id == "r1"))
        assert (file.name, files.content(file), file.size, file.sha256) == ("summary.xlsx", b"workbook", 8, "cd")


def test_what_an_older_release_was_made_of_is_known_afterwards(app: Flask) -> None:
    as_first_made(app)
    cells = [
        ["s1", 3, 12, {"needs": 11, "check_ins": 12}, [["needs", "device", 9], ["check_ins", "daily", 12]]],
        ["s1", 4, 10, {"check_ins": 10}, [["check_ins", "never", 10], ["check_ins", "gone", 0]]],
    ]
    with app.app_context(), db.engine("answers").begin() as connection:
        connection.execute(text("insert into counted values ('c1', 1, 'parent', :cells)"), {"cells": json.dumps(cells)})
    again = create_app(instance=app.config["SETTINGS"].instance)
    with again.test_request_context():
        schema.bring_up()
        found = tabulate.remembered("c1", 1, built_in()["parent"])
        assert found.people_of()["s1", None] == 22
        assert found.people_of("needs") == {
            (None, None): 11,
            (None, 3): 11,
            (None, 4): 0,
            ("s1", None): 11,
            ("s1", 3): 11,
            ("s1", 4): 0,
        }
        daily = built_in()["parent"].choices["check_ins"].index("daily")
        assert found.chosen("check_ins")[found.groups.index((None, None)), daily] == 12
