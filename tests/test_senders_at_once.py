"""Many write at the same moment: who sends, prints slips, closes the round, changes the key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update

from survey import db
from survey.ballot import seal_key, slips
from survey.ballot.casting import BURN, STORE, TAKE_PLACE, Entry, cast
from survey.ballot.groups import take_no_more, take_until
from survey.ballot.sealing import open_sealed, seal
from survey.ballot.slips import fingerprint
from survey.ballot.store import Ballot, Group, SealKey, Slip
from survey.day import today
from survey.stores import direct
from survey.stores.turns import SUFFIX, Turn
from tests.rounds import a_group, mixer_key


def waiting_for_a_lock() -> int:
    """How many wait for what another holds; within an app context."""
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    with db.reading("ballots") as watch:  # a new one each time: a transaction sees others as they were
        return int(watch.execute(text(waiting)).scalar() or 0)


def close(app: Flask) -> None:
    """The round is over."""
    with app.app_context():
        take_no_more("c1")


def send(app: Flask, group: str, code: str) -> bool:
    """Somebody answers by their slip; whether that is stored."""
    with app.app_context():
        return cast(Entry(group, f"ack {code}", slips.normalise(code)), {})


def test_on_postgresql_a_round_is_closed_when_the_last_sender_is_through(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips")
        code = slips.issue(group.id, 1)[0].replace("-", "")
        sent = {
            "group": group.id,
            "school": group.school_id,
            "receipt": b"r",
            "day": today(),
            "code": fingerprint(code),
        }

        with ThreadPoolExecutor(1) as thread, direct.writing("ballots") as writer:
            assert writer.send(BURN, sent)
            closed = thread.submit(close, app)
            while not waiting_for_a_lock():
                assert not closed.done()
            writer.commit()
            closed.result()


def begun_while_somebody_sends(app: Flask, work: Callable[[], object]) -> Future[object]:
    """What becomes of work that is begun when a round ends and somebody stands between their first row and the last."""
    group = a_group(school="s2")
    sent = {"group": group.id, "school": group.school_id, "receipt": b"r", "day": today()}

    def begin() -> object:
        with app.app_context():
            return work()

    with ThreadPoolExecutor(1) as thread, direct.writing("ballots") as writer:
        sealed = seal(b"said", seal_key.published(writer.send(TAKE_PLACE[writer.is_file], sent)))
        take_until("c1", today() - timedelta(days=2))
        begun = thread.submit(begin)
        while not waiting_for_a_lock():
            assert not begun.done()
        writer.send(STORE, {"id": "b", "school_id": group.school_id, "group_id": group.id, "sealed": sealed})
        writer.commit()
    return begun


def what_was_sent(app: Flask) -> bytes:
    """What the mixer finds in the one ballot that waits."""
    return open_sealed(db.session("ballots").scalars(select(Ballot.sealed)).one(), mixer_key(app))


def test_on_postgresql_the_key_is_not_renewed_while_somebody_is_sending(on_postgresql: Flask) -> None:
    app, folder = on_postgresql, on_postgresql.config["SETTINGS"].mixer_keys
    with app.app_context():
        db.session("ballots").execute(update(SealKey).values(used=True))
        db.session("ballots").commit()
        renewed = begun_while_somebody_sends(app, lambda: seal_key.renew(folder))
        assert not renewed.result()
        assert what_was_sent(app) == b"said"


def test_on_postgresql_no_other_key_is_published_while_somebody_is_sending(
    on_postgresql: Flask, tmp_path: Path
) -> None:
    app = on_postgresql
    with app.app_context():
        other = tmp_path / "other"
        published = begun_while_somebody_sends(app, lambda: seal_key.private_key(other, in_place_of_another=True))
        with pytest.raises(seal_key.OtherKey):
            published.result()
        assert what_was_sent(app) == b"said"


def test_slips_are_printed_while_the_round_is_closed_and_neither_ends_the_other(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips").id
        slips.issue(group, 1)

        def print_again() -> list[str]:
            with app.app_context():
                return slips.issue(group, 1)

        with ThreadPoolExecutor(2) as threads:
            held = db.session("ballots")
            held.execute(select(Slip).with_for_update())
            printed = threads.submit(print_again)
            while not waiting_for_a_lock():
                assert not printed.done()
            closed = threads.submit(close, app)
            while waiting_for_a_lock() < 2:
                assert not closed.done()
            held.rollback()
            printed.result()
            closed.result()
        assert db.session("ballots").get_one(Group, group, populate_existing=True).prints == 2


def test_of_many_who_send_slips_printed_again_no_more_are_taken_than_there_is_room_for(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips", enrolled=10).id
        for code in slips.issue(group, 11)[:6]:
            assert send(app, group, code)
        codes = slips.issue(group, 11)
    begun = threading.Barrier(len(codes))

    def send_with_the_others(code: str) -> bool:
        begun.wait()
        return send(app, group, code)

    with ThreadPoolExecutor(len(codes)) as threads:
        assert sum(threads.map(send_with_the_others, codes)) == 5


def test_who_sends_a_slip_that_was_printed_once_waits_for_nobody_in_their_group(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips").id
        codes = slips.issue(group, 2)
        held = db.session("ballots")
        held.execute(update(Group).values(enrolled=50))
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(send, app, group, codes[0]).result()
        held.rollback()


def test_a_slip_printed_again_is_sent_while_the_round_is_closed_and_neither_ends_the_other(
    on_postgresql: Flask,
) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips").id
        slips.issue(group, 1)
        (code,) = slips.issue(group, 1)
        with ThreadPoolExecutor(2) as threads:
            held = db.session("ballots")
            held.execute(update(Group).values(enrolled=50))
            closed = threads.submit(close, app)
            while not waiting_for_a_lock():
                assert not closed.done()
            sent = threads.submit(send, app, group, code)
            while waiting_for_a_lock() < 2:
                assert not sent.done()
            held.commit()
            closed.result()
            # Whichever of the two was woken first: what is thanked for is there.
            with db.reading("ballots") as connection:
                assert len(connection.execute(select(Ballot.id)).all()) == int(sent.result())


@pytest.mark.sqlite_files
def test_writers_of_one_process_wait_for_each_other_even_where_the_file_lets_nobody_wait(app: Flask) -> None:
    event.listen(
        app.extensions["stores"]["ballots"], "checkout", lambda raw, *_: raw.execute("pragma busy_timeout = 0")
    )
    begun, may_end = threading.Event(), threading.Event()

    def write(until: threading.Event) -> None:
        with app.app_context(), direct.writing("ballots"):
            begun.set()
            until.wait()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(write, may_end)
        begun.wait()
        second = threads.submit(write, begun)
        wait([second], timeout=0.2)  # it would have been refused by then
        may_end.set()
        first.result()
        second.result()


@pytest.mark.sqlite_files
def test_writers_of_two_processes_wait_for_each_other_in_the_same_way(tmp_path: Path) -> None:
    here, elsewhere = (Turn(tmp_path / "ballots.db") for _ in range(2))  # each with a file of its own, as a process has
    order = list[str]()

    def write() -> None:
        with elsewhere.taken():
            order.append("elsewhere")

    with ThreadPoolExecutor(1) as threads:
        with here.taken():
            second = threads.submit(write)
            wait([second], timeout=0.2)  # it would have been through by then
            order.append("here")
        second.result()
    assert order == ["here", "elsewhere"]


@pytest.mark.sqlite_files
def test_where_no_turn_can_be_had_the_store_is_used_all_the_same(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "instance" / f"ballots.db{SUFFIX}").mkdir()
    with app.app_context():
        group = a_group("slips").id
        assert send(app, group, slips.issue(group, 1)[0])


@pytest.mark.sqlite_files
def test_who_only_reads_and_then_begins_to_write_writes_all_or_nothing(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        db.only_read("ballots")
        a_group("slips")
        session = db.begin_writing("ballots")
        session.execute(update(Group).values(prints=7))
        session.rollback()
        assert session.scalars(select(Group.prints)).all() == [0]
