"""On a file, those who send at the same time are written in one go: each whole, and each for themselves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey import db, direct
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.slips import normalise
from survey.ballot.store import Ballot
from tests.rounds import a_group

pytestmark = pytest.mark.sqlite_files

Sending = Callable[[], bool]


def at_once(app: Flask, sendings: list[Sending]) -> list[Future[bool]]:
    """What becomes of several who send while another writes: all are there before the first of them can begin."""

    def begin(sending: Sending) -> bool:
        with app.app_context():
            return sending()

    with ThreadPoolExecutor(len(sendings)) as threads, app.app_context(), db.turn("ballots"):
        sent = [threads.submit(begin, sending) for sending in sendings]
        wait(sent, timeout=0.3)  # they would be through by then
    return sent


def by_link(group: str, ack: str, answers: dict[str, str] | None = None) -> Sending:
    return lambda: cast(Entry(group, ack, None), answers or {})


def number_stored(app: Flask) -> int:
    with app.app_context():
        return db.session("ballots").scalar(select(func.count()).select_from(Ballot)) or 0


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each commit."""
    made, commit = list[str](), direct.Writer.commit

    def noted(writer: direct.Writer) -> None:
        commit(writer)
        made.append("commit")

    monkeypatch.setattr(direct.Writer, "commit", noted)
    return made


def test_those_who_send_while_another_writes_are_written_in_one_go(app: Flask, commits: list[str]) -> None:
    with app.app_context():
        group = a_group().id
    sent = at_once(app, [by_link(group, f"ack {number}") for number in range(5)])
    assert [each.result() for each in sent] == [True] * 5
    assert (number_stored(app), len(commits)) == (5, 1)


def test_who_sends_alone_is_written_alone(app: Flask, commits: list[str]) -> None:
    with app.app_context():
        group = a_group().id
        assert [by_link(group, ack)() for ack in ("a", "b")] == [True, True]
    assert (number_stored(app), len(commits)) == (2, 2)


def test_a_ballot_that_cannot_be_sealed_takes_nobody_elses_with_it(app: Flask) -> None:
    with app.app_context():
        group = a_group().id
    too_long = {"q": "x" * 100_000}
    sent = at_once(app, [by_link(group, "a"), by_link(group, "b", too_long), by_link(group, "c")])
    with pytest.raises(ValueError, match="long"):
        sent[1].result()
    assert [sent[0].result(), sent[2].result()] == [True, True]
    assert number_stored(app) == 2


def test_of_those_written_in_one_go_no_more_are_taken_than_were_asked(app: Flask) -> None:
    with app.app_context():
        group = a_group(enrolled=3).id
    sent = at_once(app, [by_link(group, f"ack {number}") for number in range(5)])
    assert sum(each.result() for each in sent) == 3
    assert number_stored(app) == 3


def test_a_slip_sent_twice_in_one_go_counts_once_and_whose_resend_it_is_is_thanked(app: Flask) -> None:
    with app.app_context():
        group = a_group("slips").id
        code = normalise(slips.issue(group, 1)[0])
    acks = ("mine", "mine", "another's")
    sent = at_once(app, [lambda ack=ack: cast(Entry(group, ack, code), {}) for ack in acks])  # type: ignore[misc]
    mine, again, other = (each.result() for each in sent)
    assert (mine, again, other) in ((True, True, False), (False, False, True))
    assert number_stored(app) == 1
