"""On a file, those who send at the same time are written in one go: each whole, and each for themselves."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, event
from sqlalchemy.exc import OperationalError

from survey import db
from survey.ballot import slips
from survey.ballot.casting import BURN, TAKE_PLACE, Entry, cast
from survey.ballot.slips import normalise
from survey.day import today
from survey.disturbed import NotNow, passes
from survey.stores import direct
from survey.stores.file_writer import FileWriter
from survey.stores.prepared_statement import prepared
from survey.stores.together import Together
from tests.rounds import a_group, ballots

pytestmark = pytest.mark.sqlite_files

PATIENCE_SECONDS = 10
Sending = Callable[[], bool]


def all_wait(writers: Together | None, number: int) -> None:
    """Until so many do."""
    assert writers
    until = time.monotonic() + PATIENCE_SECONDS
    while len(writers.waiting) < number:
        assert time.monotonic() < until
        time.sleep(0.001)


def at_once(app: Flask, sendings: list[Sending]) -> list[Future[bool]]:
    """What becomes of several who send while another writes: all wait before the first of them can begin."""

    def begin(sending: Sending) -> bool:
        with app.app_context():
            return sending()

    with ThreadPoolExecutor(len(sendings)) as threads, app.app_context(), db.turn("ballots"):
        sent = [threads.submit(begin, sending) for sending in sendings]
        all_wait(db.writers("ballots"), len(sendings))
    return sent


def by_link(group: str, ack: str, answers: dict[str, str] | None = None) -> Sending:
    return lambda: cast(Entry(group, ack, None), answers or {})


def replaced(app: Flask) -> None:
    """Another file is there now, with the same in it."""
    file = Path(app.extensions["stores"]["ballots"].url.database)
    shutil.copy(file, file.with_suffix(".copy"))
    file.with_suffix(".copy").replace(file)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each commit."""
    made, commit = list[str](), FileWriter.commit

    def noted(writer: FileWriter) -> None:
        commit(writer)
        made.append("commit")

    monkeypatch.setattr(FileWriter, "commit", noted)
    return made


def test_those_who_send_while_another_writes_are_written_in_one_go(app: Flask, commits: list[str]) -> None:
    with app.app_context():
        group = a_group().id
    sent = at_once(app, [by_link(group, f"ack {number}") for number in range(5)])
    assert [each.result() for each in sent] == [True] * 5
    assert (ballots(app), len(commits)) == (5, 1)


def test_who_sends_alone_is_written_alone(app: Flask, commits: list[str]) -> None:
    with app.app_context():
        group = a_group().id
        assert [by_link(group, ack)() for ack in ("a", "b")] == [True, True]
    assert (ballots(app), len(commits)) == (2, 2)


def test_a_connection_stays_lent_to_whoever_sends_next_unless_something_went_wrong(app: Flask) -> None:
    kept = app.extensions["kept_connections"]["ballots"]
    pool = app.extensions["stores"]["ballots"].pool

    def fail(_within: direct.Statements) -> bool:
        raise sqlite3.OperationalError("disk I/O error")

    with app.app_context():
        group = a_group().id
        assert by_link(group, "a")()
        first = [*kept]
        assert by_link(group, "b")()
        assert ([*kept] == first, len(first), pool.checkedout()) == (True, 1, 1)
        with pytest.raises(OperationalError, match="disk"):
            direct.write("ballots", fail)
        assert (len(kept), pool.checkedout()) == (0, 0)
        assert by_link(group, "c")()


def test_what_stays_lent_is_given_up_with_the_pool(app: Flask) -> None:
    with app.app_context():
        assert by_link(a_group().id, "a")()
    (kept,) = app.extensions["kept_connections"]["ballots"]
    app.extensions["stores"]["ballots"].dispose()
    assert not kept.is_valid
    assert app.extensions["kept_connections"]["ballots"] == []


@pytest.mark.parametrize("at_a_time", [1, 4], ids=["one alone", "several at once"])
def test_a_file_that_was_replaced_is_opened_anew_by_the_next_who_sends(app: Flask, at_a_time: int) -> None:
    with app.app_context():
        group = a_group().id
        assert by_link(group, "before")()
    replaced(app)
    sendings = [by_link(group, f"ack {number}") for number in range(at_a_time)]
    for each in at_once(app, sendings):
        with pytest.raises(OperationalError, match="readonly") as raised:
            each.result()
        assert passes(raised.value)
    assert [each.result() for each in at_once(app, sendings)] == [True] * at_a_time
    assert ballots(app) == 1 + at_a_time


def test_a_file_that_was_replaced_is_opened_anew_by_the_next_who_prints_slips(app: Flask) -> None:
    with app.app_context():
        group = a_group("slips").id
        slips.issue(group, 1)
    replaced(app)
    with app.app_context(), pytest.raises(OperationalError, match="readonly") as raised:
        slips.issue(group, 1)
    assert passes(raised.value)
    with app.app_context():
        assert len(slips.issue(group, 1)) == 1


def test_many_who_send_at_once_keep_one_connection_between_them(app: Flask) -> None:
    with app.app_context():
        group = a_group().id
    for turn in range(3):
        assert all(each.result() for each in at_once(app, [by_link(group, f"{turn} {number}") for number in range(8)]))
    assert app.extensions["stores"]["ballots"].pool.checkedout() == 1


@pytest.mark.parametrize("statement", [TAKE_PLACE[True], BURN], ids=["of a link", "of slips"])
def test_places_that_are_taken_are_found_by_an_index_of_group_and_school(app: Flask, statement: Executable) -> None:
    told = {"group": "g", "school": "s", "receipt": b"r", "code": b"c", "day": today()}
    with app.app_context(), db.engine("ballots").connect() as connection:
        ready = prepared(statement, connection.dialect)
        explained = f"explain query plan {ready.text}", tuple(ready.arguments(told))
        steps = [step.detail for step in connection.exec_driver_sql(*explained)]
    assert any("of_group (group_id=? AND school_id=?)" in step for step in steps), steps


def test_a_ballot_that_cannot_be_sealed_takes_nobody_elses_with_it(app: Flask, commits: list[str]) -> None:
    with app.app_context():
        group = a_group().id
    too_long = {"q": "x" * 100_000}
    sent = at_once(app, [by_link(group, "a"), by_link(group, "b", too_long), by_link(group, "c")])
    with pytest.raises(ValueError, match="long"):
        sent[1].result()
    assert [sent[0].result(), sent[2].result()] == [True, True]
    assert (ballots(app), len(commits)) == (2, 1)
    with app.app_context():
        assert by_link(group, "b")()
    assert ballots(app) == 3


def test_where_a_full_disk_ends_the_transaction_all_hear_of_the_disk_and_resend(app: Flask) -> None:
    with app.app_context():
        group = a_group().id

    def meet_a_full_disk(within: direct.Statements) -> bool:
        assert isinstance(within, FileWriter)
        within.rollback()  # as SQLite does by itself
        raise sqlite3.OperationalError("database or disk is full")

    sendings = [by_link(group, ack) for ack in ("a", "b")]
    full: Sending = lambda: direct.write("ballots", meet_a_full_disk)  # noqa: E731
    for each in at_once(app, [sendings[0], full, sendings[1]]):
        with pytest.raises(OperationalError, match="full"):
            each.result()
    assert ballots(app) == 0
    assert [each.result() for each in at_once(app, sendings)] == [True, True]
    assert ballots(app) == 2


def test_nobody_drops_what_others_wrote_in_the_same_go(app: Flask) -> None:
    with app.app_context():
        group = a_group().id

    def careless(within: direct.Statements) -> bool:
        within.let_go()
        return True

    sent = at_once(app, [by_link(group, "a"), lambda: direct.write("ballots", careless), by_link(group, "b")])
    with pytest.raises(RuntimeError):
        sent[1].result()
    assert [sent[0].result(), sent[2].result()] == [True, True]
    assert ballots(app) == 2


def test_of_those_written_in_one_go_no_more_are_taken_than_were_asked(app: Flask, commits: list[str]) -> None:
    with app.app_context():
        group = a_group(enrolled=3).id
    sent = at_once(app, [by_link(group, f"ack {number}") for number in range(5)])
    assert sum(each.result() for each in sent) == 3
    assert (ballots(app), len(commits)) == (3, 1)


def test_a_slip_sent_twice_in_one_go_counts_once_and_whose_resend_it_is_is_thanked(
    app: Flask, commits: list[str]
) -> None:
    with app.app_context():
        group = a_group("slips").id
        code = normalise(slips.issue(group, 1)[0])
    acks = ("mine", "mine", "another's")
    sent = at_once(app, [partial(cast, Entry(group, ack, code), {}) for ack in acks])
    mine, again, other = (each.result() for each in sent)
    assert (mine, again, other) in ((True, True, False), (False, False, True))
    assert (ballots(app), len(commits)) == (1, 1)


@pytest.mark.parametrize("is_kept", [False, True], ids=["and keeps nothing", "but has kept it"])
def test_where_the_disk_fails_nobody_is_thanked_and_a_resend_counts_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    with app.app_context():
        group = a_group().id
    commit = FileWriter.commit

    def fail(writer: FileWriter) -> None:
        if is_kept:
            commit(writer)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(FileWriter, "commit", fail)
    sendings = [by_link(group, f"ack {number}") for number in range(4)]
    for each in at_once(app, sendings):
        with pytest.raises(OperationalError, match="disk"):
            each.result()
    assert ballots(app) == (4 if is_kept else 0)
    monkeypatch.undo()
    assert [each.result() for each in at_once(app, sendings)] == [True] * 4
    assert ballots(app) == 4


@contextmanager
def held_by_another_program(app: Flask) -> Iterator[None]:
    """While this lasts nobody here can write in the file, and nobody waits for it long."""
    event.listen(
        app.extensions["stores"]["ballots"], "checkout", lambda raw, *_: raw.execute("pragma busy_timeout = 9")
    )
    file = Path(app.extensions["stores"]["ballots"].url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield


def test_of_a_file_that_somebody_holds_all_who_wait_are_told_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        group = a_group().id
    begun, begin = list[str](), FileWriter.__init__

    def noted(*told: Any) -> None:
        begun.append("begun")
        begin(*told)

    monkeypatch.setattr(FileWriter, "__init__", noted)
    sendings = [by_link(group, f"ack {number}") for number in range(4)]
    with held_by_another_program(app):
        for each in at_once(app, sendings):
            with pytest.raises(OperationalError, match="locked"):
                each.result()
    assert len(begun) == 1
    assert [each.result() for each in at_once(app, sendings)] == [True] * 4


class Interrupted(BaseException):
    """What ends a thread."""


class Nothing:
    """A transaction in which nothing is done."""

    is_there = True

    def begin_part(self) -> None: ...

    def end_part(self) -> None: ...

    def drop_part(self) -> None: ...


@pytest.mark.parametrize("when", ["before it began", "before it was kept"])
def test_who_waited_for_somebody_who_was_interrupted_is_told_to_come_again(when: str) -> None:
    writers = Together()

    @contextmanager
    def begin() -> Iterator[Nothing]:
        all_wait(writers, 2)
        if when == "before it began":
            raise Interrupted
        yield Nothing()
        raise Interrupted

    def come() -> None:
        writers.do(lambda _: None, begin)

    with ThreadPoolExecutor(2) as threads:
        came = [threads.submit(come) for _ in range(2)]
        ended = {type(each.exception()) for each in came}
    assert ended == {Interrupted, NotNow}
    assert not writers.waiting
