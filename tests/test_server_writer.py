"""What goes to PostgreSQL in parcels: the order, the errors, and what a server has forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from flask import Flask
from psycopg.pq import ConnStatus
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from survey import db
from survey.ballot.casting import LOCK_GROUP, Entry, cast
from survey.ballot.store import AskedQuestionnaire, Group, SealKey
from survey.stores import direct
from survey.stores.server_writer import answers
from tests.rounds import a_group

NAMES = ("fingerprint", "text")
PUT = insert(AskedQuestionnaire).values({name: bindparam(name) for name in NAMES})
FIND = select(AskedQuestionnaire.text).where(AskedQuestionnaire.fingerprint == bindparam("fingerprint"))
WHAT = select(Group.id, Group.enrolled, Group.closes_on, Group.is_open, Group.grade).where(
    Group.id == bindparam("group"), Group.closes_on == bindparam("day")
)


@pytest.fixture
def app(on_postgresql: Flask) -> Iterator[Flask]:
    with on_postgresql.app_context():
        yield on_postgresql


def put(fingerprint: str, words: str = "words") -> dict[str, str]:
    return {"fingerprint": fingerprint, "text": words}


def kept() -> list[str]:
    return sorted(db.session("ballots").scalars(select(AskedQuestionnaire.fingerprint)))


@pytest.mark.usefixtures("app")
def test_what_was_added_is_done_before_what_is_asked_and_is_kept_with_it() -> None:
    with direct.writing("ballots") as writer:
        writer.add(PUT, put("a"))
        assert writer.send(FIND, {"fingerprint": "a"}) == ("words",)
        writer.add(PUT, put("b"))
    assert kept() == ["a", "b"]


@pytest.mark.usefixtures("app")
def test_what_is_not_found_is_none() -> None:
    with direct.writing("ballots") as writer:
        assert writer.send(FIND, {"fingerprint": "z"}) is None
        assert writer.send(PUT, put("a")) is None


def test_words_numbers_days_bytes_and_nothing_come_as_they_were_stored(app: Flask) -> None:
    group = a_group()
    day = group.closes_on
    assert isinstance(day, date)
    with direct.writing("ballots") as writer:
        row = writer.send(WHAT, {"group": group.id, "day": day})
        assert row == (group.id, group.enrolled, day, True, group.grade)
        key = writer.send(select(SealKey.public), {})
        words = "减负 ‘ \\x27 \n" * 500
        writer.add(PUT, put("long", words))
        assert writer.send(FIND, {"fingerprint": "long"}) == (words,)
    assert key == (db.session("ballots").scalars(select(SealKey.public)).one(),)
    assert app


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("is_last", [True, False], ids=["with the commit", "with a question"])
def test_an_error_of_what_was_added_is_raised_and_nothing_is_kept(*, is_last: bool) -> None:
    def put_twice() -> None:
        with direct.writing("ballots") as writer:
            writer.add(PUT, put("a"))
            writer.add(PUT, put("a"))
            if not is_last:
                writer.send(FIND, {"fingerprint": "a"})

    with pytest.raises(IntegrityError):
        put_twice()
    assert kept() == []
    with direct.writing("ballots") as writer:  # the same connection, and what it knows
        writer.add(PUT, put("a"))
    assert kept() == ["a"]


@pytest.mark.usefixtures("app")
def test_whoever_overlooks_an_error_is_not_told_that_anything_is_kept() -> None:
    def overlook() -> None:
        with direct.writing("ballots") as writer:
            writer.add(PUT, put("a"))
            writer.add(PUT, put("a"))
            with pytest.raises(psycopg.IntegrityError):
                writer.send(FIND, {"fingerprint": "a"})

    # Or else the commit of an aborted transaction, which PostgreSQL answers with a rollback, were taken for one.
    with pytest.raises(DBAPIError, match="nothing of it is kept"):
        overlook()
    assert kept() == []


@pytest.mark.usefixtures("app")
def test_after_letting_go_nothing_of_before_is_kept_and_what_follows_is() -> None:
    with direct.writing("ballots") as writer:
        writer.send(PUT, put("a"))
        writer.add(PUT, put("b"))
        writer.let_go()
        writer.add(PUT, put("c"))
    assert kept() == ["c"]


@pytest.mark.usefixtures("app")
def test_a_server_that_has_forgotten_its_statements_is_told_them_again() -> None:
    with direct.writing("ballots") as writer:
        writer.send(PUT, put("a"))
    with Session(db.engine("ballots")) as session:  # the same connection: the pool lends what came back last
        session.execute(text("deallocate all"))
    with direct.writing("ballots") as writer:
        writer.add(select(SealKey.public), {})  # which it never was told
        assert writer.send(FIND, {"fingerprint": "a"}) == ("words",)
        writer.add(PUT, put("b"))
    assert kept() == ["a", "b"]


@pytest.mark.usefixtures("app")
def test_a_connection_that_the_server_ends_is_given_up() -> None:
    def be_ended() -> None:
        with direct.writing("ballots") as writer:
            writer.add(PUT, put("a"))
            writer.send(select(text("pg_terminate_backend(pg_backend_pid())")), {})

    with pytest.raises(OperationalError, match="server closed") as ended:
        be_ended()
    assert ended.value.connection_invalidated
    assert kept() == []
    with direct.writing("ballots") as writer:
        writer.add(PUT, put("b"))
    assert kept() == ["b"]


@pytest.mark.usefixtures("app")
def test_what_no_server_was_told_ends_no_connection() -> None:
    def put_a_nul() -> None:
        with direct.writing("ballots") as writer:
            writer.add(PUT, put("a"))
            writer.send(PUT, put("b", "\0"))

    with pytest.raises(DBAPIError, match="NUL") as refused:
        put_a_nul()
    assert not refused.value.connection_invalidated
    assert kept() == []


@pytest.mark.usefixtures("app")
def test_a_statement_whose_finding_is_of_another_type_now_is_told_again() -> None:
    group = a_group()
    for kind in ("text", "varchar"):
        assert cast(Entry(group.id, kind, None), {})
        with db.engine("ballots").begin() as other:
            other.execute(text(f"alter table ballot_group alter column id type {kind}"))
    assert cast(Entry(group.id, "after", None), {})


@pytest.mark.usefixtures("app")
def test_within_a_transaction_such_a_statement_is_an_error_once() -> None:
    def find(group: str) -> object:
        with direct.writing("ballots") as writer:
            writer.send(PUT, put(group))
            return writer.send(LOCK_GROUP, {"group": group})

    group = a_group().id
    assert find(group) == (group,)
    with db.engine("ballots").begin() as other:
        other.execute(text("alter table ballot_group alter column id type text"))
        other.execute(text("delete from asked_questionnaire"))
    with pytest.raises(DBAPIError, match="result type"):
        find(group)
    assert kept() == []
    assert find(group) == (group,)


@pytest.mark.usefixtures("app")
def test_statements_that_could_not_be_told_do_not_pile_up_on_the_server() -> None:
    group = a_group().id

    def known() -> int:
        with direct.writing("ballots") as writer:
            row = writer.send(select(text("count(*)")).select_from(text("pg_prepared_statements")), {})
        assert row
        return int(row[0])

    def be_locked_out() -> None:
        with pytest.raises(DBAPIError, match="lock timeout"):
            cast(Entry(group, "locked out", None), {})

    with db.engine("ballots").connect() as lender, db.engine("ballots").connect() as other:
        lender.execute(text("set lock_timeout = 50"))
        lender.commit()
        other.execute(text("lock table open_receipt in access exclusive mode"))
        lender.close()  # the next who sends has this connection
        be_locked_out()
        known()  # which tells two more by itself
        before = known()
        for _ in range(3):
            be_locked_out()
        assert known() == before
    assert cast(Entry(group, "locked out", None), {})


def alter_database(how: str) -> None:
    """For connections that are made from now on."""
    with db.engine("ballots").connect() as connection:
        name = connection.execute(text("select quote_ident(current_database())")).scalar_one()
        connection.execute(text(f"alter database {name} {how}"))
        connection.commit()
    db.engine("ballots").dispose()


def test_a_link_takes_no_more_than_were_asked_whatever_transactions_a_database_begins_with(app: Flask) -> None:
    group = a_group(enrolled=5).id
    alter_database("set default_transaction_isolation = 'repeatable read'")

    def send(number: int) -> bool:
        with app.app_context():
            return cast(Entry(group, f"ack {number}", None), {})

    try:
        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(send, range(40))) == 5
    finally:
        alter_database("reset default_transaction_isolation")


@pytest.mark.usefixtures("app")
def test_more_than_the_line_takes_at_once_arrives_whole() -> None:
    words = "x" * 4_000_000
    with direct.writing("ballots") as writer:
        for name in ("a", "b", "c"):
            writer.add(PUT, put(name, words))
        assert writer.send(FIND, {"fingerprint": "b"}) == (words,)
    assert kept() == ["a", "b", "c"]


class LostServer:
    """A line on which nothing more will come, and that nobody has heard break."""

    status = ConnStatus.BAD

    def flush(self) -> int:
        return 0

    def is_busy(self) -> bool:
        return False

    def get_result(self) -> None:
        return None

    def get_error_message(self) -> str:
        return "out of step"


def test_a_line_on_which_nothing_more_will_come_is_not_waited_for() -> None:
    with pytest.raises(psycopg.OperationalError, match="out of step"):
        next(answers(LostServer()))  # type: ignore[arg-type] # it has as much of a PGconn as is asked of it
