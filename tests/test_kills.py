"""The power fails at any step: kill −9 while somebody submits, and while the mixer mixes. Nothing is lost or doubled.

A child process counts its steps (each statement, each commit, and every few hundred instructions of SQLite's machine,
so that it also dies within a statement) and kills itself at one of them. `make test-long` dies at every step.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from survey import create_app, db
from survey.answer_store import Comment
from survey.ballot import mixing, slips
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import take_no_more
from survey.ballot.sealing import open_sealed
from survey.ballot.store import Ballot
from survey.stores.file_writer import FileWriter
from survey.stores.server_writer import ServerWriter
from tests.lasting import IS_LONG
from tests.rounds import a_group, answers_kept, keep_answers, mixer_key

PEOPLE = 24  # of whom ten stay behind until the close
INSTRUCTIONS = 8  # of SQLite's virtual machine, between two steps
DEATHS = 1000 if IS_LONG else 30


class Steps:
    """Counts steps, and dies at one of them."""

    def __init__(self, last: int) -> None:
        self.last, self.taken = last, 0

    def step(self, *_: Any) -> None:
        """One more."""
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine) -> None:
        """Step at whatever this engine does."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(engine, name, self.step)
        event.listen(engine, "connect", lambda raw, _: raw.set_progress_handler(self.step, INSTRUCTIONS))

    def watch_what_goes_to_the_driver(self) -> None:
        """Step before and after whatever is sent without SQLAlchemy; for a process that is about to die."""
        for name in ("send", "add", "commit"):
            for kind in (FileWriter, ServerWriter):
                setattr(kind, name, self._around(getattr(kind, name)))

    def _around(self, work: Callable[..., object]) -> Callable[..., object]:
        def stepping(*told: object) -> object:
            self.step()
            found = work(*told)
            self.step()
            return found

        return stepping


def in_a_child(app: Flask, work: Callable[[], object], last: int) -> int:
    """Do the work in a process of its own that dies at a step (0: never). How many steps it took; −1 if it died."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        steps = Steps(last)
        try:
            with app.app_context():
                for engine in app.extensions["stores"].values():
                    engine.dispose(close=False)
                    steps.watch(engine)
                steps.watch_what_goes_to_the_driver()
                work()
            os.write(writer, steps.taken.to_bytes(4, "big"))
        finally:
            os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    assert os.WIFSIGNALED(status) == (not told)
    return int.from_bytes(told, "big") if told else -1


def deaths(app: Flask, start: Path, work: Callable[[], object]) -> Iterator[int]:
    """Do the work over and over from the same start, each time dying at a later step; yields after each death."""
    instance = app.config["SETTINGS"].instance

    def anew() -> None:
        for engine in app.extensions["stores"].values():
            engine.dispose()
        for path in instance.glob("*.db*"):
            path.unlink()
        for path in start.glob("*.db*"):
            shutil.copy(path, instance)

    anew()
    in_all = in_a_child(app, work, 0)
    assert in_all > 10
    for last in range(1, in_all + 1, max(1, in_all // DEATHS)):
        anew()
        assert in_a_child(app, work, last) == -1
        with app.app_context():
            yield last


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[[Callable[[], None]], tuple[Flask, Path]]:
    """An installation brought to a start by a function, and a copy of its stores."""

    def prepare(begin: Callable[[], None]) -> tuple[Flask, Path]:
        app = create_app(instance=tmp_path / "instance")
        mixer_key(app)
        with app.app_context():
            begin()
        for engine in app.extensions["stores"].values():
            engine.dispose()
        shutil.copytree(tmp_path / "instance", tmp_path / "start")
        return app, tmp_path / "start"

    return prepare


Prepared = Callable[[Callable[[], None]], tuple[Flask, Path]]


def said() -> list[str]:
    """What the answers store holds, each person's mark."""
    return sorted(chosen["mark"][0] for *_, chosen in answers_kept())


@pytest.mark.sqlite_files
def test_a_mixing_killed_at_any_step_loses_and_doubles_nothing(prepared: Prepared) -> None:
    there = [f"there {number}" for number in range(10)]  # answers that are written anew, by a legend of more marks

    def begin() -> None:
        keep_answers(("s1", 3, {"mark": mark}) for mark in there)
        group = a_group(enrolled=PEOPLE).id
        for number in range(PEOPLE):
            assert cast(Entry(group, f"ack-{number}", None), {"mark": f"{number:02}"}, [f"words {number}"])

    app, start = prepared(begin)
    key = mixer_key(app)
    everybody = sorted([*there, *(f"{number:02}" for number in range(PEOPLE))])
    seen = 0
    for _ in deaths(app, start, lambda: mixing.mix(key)):
        sealed = db.session("ballots").scalars(select(Ballot.sealed)).all()
        db.session("ballots").rollback()
        waiting = {json.loads(open_sealed(ballot, key))["answers"]["mark"] for ballot in sealed}
        assert sorted(waiting | {*said()}) == everybody
        db.session("answers").rollback()
        mixing.mix(key)
        take_no_more("c1")
        mixing.mix(key)
        assert said() == everybody
        assert db.session("answers").query(Comment).count() == PEOPLE
        db.session("answers").rollback()
        assert db.session("ballots").query(Ballot).count() == 0
        seen += 1
    assert seen >= DEATHS // 2


@pytest.mark.sqlite_files
def test_a_submission_killed_at_any_step_counts_once_when_it_is_sent_again(prepared: Prepared) -> None:
    slip: dict[str, str] = {}

    def begin() -> None:
        slip["group"] = a_group("slips").id
        slip["code"] = slips.issue(slip["group"], 1)[0].replace("-", "")

    app, start = prepared(begin)
    mine = Entry(slip["group"], "my ack", slip["code"])
    seen = 0
    for _ in deaths(app, start, lambda: cast(mine, {"mark": "00"})):
        assert cast(mine, {"mark": "00"})
        assert db.session("ballots").query(Ballot).count() == 1
        db.session("ballots").rollback()
        assert not cast(Entry(slip["group"], "another's ack", slip["code"]), {"mark": "01"})
        seen += 1
    assert seen >= 10
