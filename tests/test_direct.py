"""Single reads that go to the driver as they are: what they find, and that they hold nothing up."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from survey import db
from survey.ballot.casting import Entry, cast
from survey.ballot.store import AskedQuestionnaire, Group, SealKey
from survey.stores import direct
from tests.rounds import a_group

OF_GROUP = Group.id == bindparam("group")
FACTS = select(Group.school_name, Group.grade, Group.asks, Group.synthetic, Group.closes_on).where(OF_GROUP)
ENROLLED = select(Group.enrolled).where(OF_GROUP)


def test_what_is_found_is_as_it_was_stored(app: Flask) -> None:
    with app.app_context():
        group = a_group().id
        assert direct.read("ballots", FACTS, {"group": group}) == ("School s1", 3, None, False, date.max)
        key = direct.read("ballots", select(SealKey.public), {})
        assert key == (db.session("ballots").scalars(select(SealKey.public)).one(),)


def test_where_nothing_is_found_there_is_no_row(app: Flask) -> None:
    with app.app_context():
        assert direct.read("ballots", FACTS, {"group": "nobody's"}) is None


def test_who_has_read_the_first_of_many_rows_holds_up_nobody_who_writes(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            group = a_group().id
        assert direct.read("ballots", select(Group.id), {})
        with db.writing_if_free("ballots") as connection:  # which waits for nobody
            connection.execute(update(Group).values(enrolled=7))
        assert direct.read("ballots", ENROLLED, {"group": group}) == (7,)


def test_what_others_kept_meanwhile_is_found(app: Flask) -> None:
    with app.app_context():
        group = a_group().id
        assert direct.read("ballots", ENROLLED, {"group": group}) == (40,)
        with db.engine("ballots").execution_options(writes=True).begin() as connection:
            connection.execute(update(Group).values(enrolled=50))
        assert direct.read("ballots", ENROLLED, {"group": group}) == (50,)


def test_reading_and_sending_take_turns_on_one_connection(app: Flask) -> None:
    with app.app_context():
        group = a_group().id
        for ack in ("a", "b"):
            assert direct.read("ballots", ENROLLED, {"group": group})
            assert cast(Entry(group, ack, None), {})


def test_what_the_store_refuses_is_raised_as_usual_and_the_next_read_works(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(DBAPIError):
            direct.read("ballots", select(text("nothing")).select_from(text("nowhere")), {})
        assert direct.read("ballots", ENROLLED, {"group": a_group().id}) == (40,)


def test_a_server_that_has_forgotten_its_statements_is_told_them_again(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        group = a_group().id
        assert direct.read("ballots", ENROLLED, {"group": group})
        with db.engine("ballots").begin() as same:  # the pool lends what came back last
            same.execute(text("deallocate all"))
        assert direct.read("ballots", ENROLLED, {"group": group}) == (40,)


def test_on_postgresql_who_has_read_leaves_no_transaction_behind(on_postgresql: Flask) -> None:
    idle = text("select count(*) from pg_stat_activity where state like 'idle in transaction%'")
    with on_postgresql.app_context():
        assert direct.read("ballots", ENROLLED, {"group": a_group().id})
        with db.engine("ballots").connect() as other:
            assert other.execute(idle).scalar() == 0


def test_a_connection_that_the_server_ended_is_given_up_with_its_pool(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        with pytest.raises(OperationalError, match="server closed") as ended:
            direct.read("ballots", select(text("pg_terminate_backend(pg_backend_pid())")), {})
        assert ended.value.connection_invalidated
        with db.engine("ballots").begin() as connection:
            connection.execute(insert(AskedQuestionnaire).values(fingerprint="a", text="words"))
        assert direct.read("ballots", select(AskedQuestionnaire.text), {}) == ("words",)
