"""The large tables divided by school, on PostgreSQL's own partitions: the same round, the same release."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from psycopg import Cursor
from sqlalchemy import Engine, Executable, UniqueConstraint, event, select, text

from survey import create_app, db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast, was_used
from survey.ballot.compacting import compact
from survey.ballot.entry import group_of_code, group_of_link
from survey.ballot.mixing import mix
from survey.ballot.store import Ballot, Group
from survey.bureau.publishing import publish_campaign
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.config import STORES
from survey.day import today
from survey.planning import kept_assessments, plans
from survey.release import freeze
from survey.release.store import FrozenRelease
from survey.staff.store import Bureau, Enrolment, School
from survey.stores.prepared_statement import Values, prepared
from survey.stores.schema import version_table
from survey.stores.server_writer import ServerWriter
from tests.desk import a_lesson, a_plan
from tests.postgres import Server, instead_of_sqlite
from tests.rounds import answers_kept, keep_answers, mixer_key

HERE = Path(__file__).parents[1]
PARTITIONS = HERE / "deploy/postgresql/partitions.sql"
CITUS = HERE / "deploy/postgresql/citus.sql"
BY = {
    **dict.fromkeys(("slip", "open_receipt", "ballot", "answer", "comment"), "school_id"),
    **dict.fromkeys(("plan_version", "kept_assessment", "school_tables", "school_reply", "enrolment"), "school_id"),
    **dict.fromkeys(("help_request", "help_loan", "help_stock"), "door"),
}
SCREENS = ("under_30", "30_60", "60_120", "120_180")


@pytest.fixture
def plain_and_divided(server: Server, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two installations on PostgreSQL, one of them divided."""
    with instead_of_sqlite(server):
        apps = [create_app(instance=tmp_path / name) for name in ("plain", "divided")]
    for app in apps:
        mixer_key(app)
        app.testing = True
    divide(apps[1])
    yield apps[0], apps[1]
    server.forget(tmp_path)


def divide(app: Flask) -> None:
    """Run the documented statements in each store."""
    with app.app_context():
        for store in STORES:
            with db.engine(store).begin() as connection:
                connection.exec_driver_sql(PARTITIONS.read_text(encoding="utf-8").replace("%", "%%"))


def make_round(app: Flask, entry: str = "slips") -> str:
    """A round of three schools, open; its campaign."""
    with app.app_context():
        desk = db.session("desk")
        bureau = Bureau(id="b", name="Bureau", place="CN-34")
        desk.add(bureau)
        for number in range(3):
            rows = [Enrolment(grade=grade, pupils=20, teachers=3) for grade in (3, 4)]
            desk.add(School(id=f"s{number}", bureau=bureau, name=f"School {number}", setting="urban", enrolment=rows))
        desk.commit()
        found = rounds.create_campaign(bureau, "Spring", entry, today() + timedelta(days=7))
        rounds.open_campaign(found)
        return str(found.id)


def everybody_answers(app: Flask) -> None:
    """Twelve parents of each group, each group in its own way."""
    with app.app_context():
        groups = db.session("ballots").scalars(select(Group).where(Group.questionnaire == "parent")).all()
        for group in groups:
            for number, code in enumerate(slips.issue(group.id, 12)):
                said = {"screen_yesterday": SCREENS[(number + (group.grade or 0)) % 4 if number % 3 else 1]}
                assert cast(Entry(group.id, f"ack-{number}", slips.normalise(code)), said, [f"words {number}"])


def published(app: Flask, campaign_id: str) -> str:
    """What is told once the round is closed, mixed and published, as text without the round's own id."""
    with app.test_request_context():
        app.preprocess_request()
        campaign = db.session("desk").get_one(Campaign, campaign_id)
        rounds.close_campaign(campaign)
        assert mix(mixer_key(app)) == 3 * 2 * 12
        publish_campaign(campaign, "en")
        frozen = db.session("desk").scalars(select(FrozenRelease)).one()
        told = [frozen.tables, *([part.school_id, part.whole, part.grades] for part in freeze.parts(frozen.id))]
        return json.dumps(told, sort_keys=True).replace(campaign_id, "the round")


def test_a_round_on_divided_tables_gives_the_same_release(plain_and_divided: tuple[Flask, Flask]) -> None:
    told = []
    for app in plain_and_divided:
        campaign = make_round(app)
        everybody_answers(app)
        told.append(published(app, campaign))
    assert "School 2" in told[0]
    assert told[0] == told[1]


@contextmanager
def explained(engine: Engine) -> Iterator[list[tuple[str, dict[str, set[str]]]]]:
    """Each statement while this lasts, and of each divided table the parts that its plan goes to."""
    found: list[tuple[str, dict[str, set[str]]]] = []

    def explain(connection: Any, query: str, params: Any) -> None:
        if query.startswith(("SELECT", "UPDATE", "DELETE")):
            plan = Cursor(connection).execute(f"explain (costs off) {query}", params).fetchall()
            parts: defaultdict[str, set[str]] = defaultdict(set)
            for table, part in re.findall(r" on (\w+?)_(\d+)\b", "\n".join(line for (line,) in plan)):
                parts[table].add(part)
            found.append((" ".join(query.split()), dict(parts)))

    class Explaining(Cursor[Any]):
        """The driver's own."""

        def execute(self, query: Any, params: Any = None, **others: Any) -> Any:
            explain(self.connection, str(query), params)
            return super().execute(query, params, **others)

    def explain_all(raw: Any, _record: object) -> None:
        raw.cursor_factory = Explaining

    add = ServerWriter.add

    def explain_beside(writer: ServerWriter, statement: Executable, values: Values) -> None:
        if writer._raw.info.get_parameters().get("options") == engine.url.query.get("options"):
            ready = prepared(statement, engine.dialect)
            with engine.connect() as beside:
                explain(beside.connection.driver_connection, ready.text, ready.arguments(values))
        add(writer, statement, values)

    engine.dispose()
    event.listen(engine, "connect", explain_all)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServerWriter, "add", explain_beside)
        yield found
    event.remove(engine, "connect", explain_all)


def test_what_is_asked_of_one_school_goes_to_one_part_of_the_store(plain_and_divided: tuple[Flask, Flask]) -> None:
    app = plain_and_divided[1]
    make_round(app)
    with app.app_context(), explained(db.engine("ballots")) as asked:
        group = db.session("ballots").scalars(select(Group).where(Group.questionnaire == "parent")).first()
        assert group
        codes = [slips.normalise(code) for code in slips.issue(group.id, 3)]
        assert codes[0]
        assert group_of_code(codes[0])
        entry = Entry(group.id, "ack", codes[0])
        assert cast(entry, {})
        assert cast(entry, {})
        assert was_used(entry)
    assert any(statement.startswith("UPDATE slip SET receipt_hash") for statement, _ in asked)
    wide = [statement for statement, parts in asked if any(len(each) > 1 for each in parts.values())]
    # A code bears no mark of its school: looking it up, and seeing that a new one is nobody's, goes to all parts.
    assert len(wide) == 2
    assert all("WHERE slip.code_hash" in statement and "school_id =" not in statement for statement in wide)
    narrow = {table for _, parts in asked for table, each in parts.items() if len(each) == 1}
    assert narrow == {"slip"}


def test_an_open_link_and_a_schools_plans_go_to_one_part(plain_and_divided: tuple[Flask, Flask]) -> None:
    app = plain_and_divided[1]
    make_round(app, "open_link")
    with app.app_context(), explained(db.engine("ballots")) as asked, explained(db.engine("desk")) as at_desk:
        group = db.session("ballots").scalars(select(Group).where(Group.questionnaire == "parent")).first()
        assert group
        assert group_of_link(group.id)
        assert cast(Entry(group.id, "ack", None), {})
        assert was_used(Entry(group.id, "ack", None))
        plans.save_plan(db.session("desk").get_one(School, "s1"), a_plan(a_lesson()), "one")
        db.session("desk").commit()
        assert plans.current("s1")
        assert kept_assessments.read("s1", "nothing") is None
        freeze.parts("no release")
        db.session("ballots").rollback()
        assert db.session("ballots").scalars(select(Ballot.school_id)).all() == [group.school_id]
    of_one_school = [each for each in [*asked, *at_desk] if "release_id" not in each[0] and " ballot." not in each[0]]
    assert any(parts for _, parts in of_one_school)
    assert [each for each in of_one_school if any(len(parts) > 1 for parts in each[1].values())] == []


def test_a_legend_grows_on_a_divided_store_as_on_a_plain_one(plain_and_divided: tuple[Flask, Flask]) -> None:
    told = []
    for app in plain_and_divided:
        with app.app_context():
            keep_answers([(f"s{number}", 3, {"screen_yesterday": SCREENS[number % 4]}) for number in range(12)])
            keep_answers([("s1", 4, {"screen_yesterday": "a_new_choice", "a_new_question": ["first", "second"]})])
            compact("answers")
            told.append(sorted((said for _, *said in answers_kept()), key=repr))
    assert told[0] == told[1]
    assert len(told[0]) == 13


def test_a_divided_store_has_its_keys_and_rows_and_dividing_again_changes_nothing(
    plain_and_divided: tuple[Flask, Flask],
) -> None:
    plain, divided = plain_and_divided
    divide(divided)
    made_by = text(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where connamespace = current_schema()::regnamespace and conparentid = 0 and contype in ('p', 'u', 'f') "
        "union all select tablename, indexname, '' from pg_indexes where schemaname = current_schema() "
        "and tablename !~ '_[0-9]+$' order by 1, 2, 3"
    )
    for store in STORES:
        rows = []
        for app in (plain, divided):
            with app.app_context(), db.reading(store) as connection:
                rows.append(connection.execute(made_by).all())
        assert rows[0] == rows[1]


@pytest.mark.parametrize("file", [PARTITIONS, CITUS])
def test_each_statement_divides_by_a_column_of_every_key(file: Path) -> None:
    said = dict(re.findall(r"'(\w+)', '(school_id|door)'", file.read_text(encoding="utf-8")))
    assert said == BY
    tables = {name: table for store in STORES for name, table in db.BASES[store].metadata.tables.items()}
    for name, column in said.items():
        keys = [
            tables[name].primary_key,
            *(c for c in tables[name].constraints if isinstance(c, UniqueConstraint)),
        ]
        assert all(column in key.columns for key in keys), name


def test_what_citus_copies_to_each_node_is_there() -> None:
    copied = re.findall(r"create_reference_table\('(\w+)'\)", CITUS.read_text(encoding="utf-8"))
    there = {name for store in STORES for name in db.BASES[store].metadata.tables}
    assert copied
    assert set(copied) <= there - BY.keys() - set(map(version_table, STORES))
