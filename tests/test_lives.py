"""Pages, mixer and database are killed at random moments under load: every thank-you has its answer exactly once.

Processes as a bureau runs them, and people who send again what was not answered. A few deaths here; 200 on
`make test-long`.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey import create_app, db
from survey.answer_store import Comment
from survey.ballot import mixing, slips
from survey.ballot.groups import take_no_more
from survey.ballot.mixing import SMALLEST_BATCH
from survey.ballot.store import Ballot
from survey.config import STORES
from tests.lasting import IS_LONG
from tests.people import QUESTIONNAIRE, TELLING, Crowd, Person
from tests.postgres import Server
from tests.processes import Nursery, Web, nursery
from tests.rounds import a_group, answers_kept, mixer_key

DEATHS = 200 if IS_LONG else 4
SLIPS = 2000 if IS_LONG else 200
CONNECTIONS = 4
MOST_ANSWERS = 30  # of the server, between one death and the next


class Mixer:
    """The mixer, without a pause between its turns."""

    def __init__(self, nursery: Nursery, environment: Mapping[str, str]) -> None:
        self.nursery, self.environment = nursery, environment
        self.pid = 0

    def start(self) -> None:
        """Begin a life."""
        self.pid = self.nursery.start(self.environment, "mix", "--every", "0.1")

    def kill(self) -> None:
        """kill −9."""
        self.nursery.kill(self.pid)


def the_people(app: Flask) -> Iterator[Person]:
    """Every other with a slip, the rest by an open link; when the slips are used up, all."""
    with app.app_context():
        by_link = a_group(questionnaire=QUESTIONNAIRE.name, enrolled=1_000_000).id
        by_slip = a_group("slips", questionnaire=QUESTIONNAIRE.name, grade=2, enrolled=SLIPS).id
        codes = iter(slips.issue(by_slip, SLIPS))
    for number in itertools.count():
        code = next(codes, None) if number % 2 else None
        yield Person(number, ("/a", {"code": code}) if code else (f"/open/{by_link}", {}))


def live_and_die(crowd: Crowd, people: Iterator[Person], killed: list[Callable[[], None]]) -> None:
    """People answer while something is killed again and again; then they finish, and all is well."""
    threads = crowd.answer(people, CONNECTIONS)
    for _ in range(DEATHS):
        crowd.wait_for(random.randint(1, MOST_ANSWERS))
        time.sleep(random.uniform(0, 0.05))
        random.choice(killed)()
    # Of fewer than ten of a group nothing is ever opened, and so nothing could be counted.
    while not crowd.failures and min(thanked_at_each_door(crowd)) < SMALLEST_BATCH:
        time.sleep(0.05)
    crowd.over.set()
    for thread in threads:
        thread.join()
    assert not crowd.failures, crowd.failures[0]
    assert len(crowd.thanked) > DEATHS


def thanked_at_each_door(crowd: Crowd) -> tuple[int, int]:
    """How many have come in by slip, and by link."""
    by_slip = sum("code" in person.door[1] for person in list(crowd.thanked))
    return by_slip, len(crowd.thanked) - by_slip


def check_answers(app: Flask, thanked: list[Person]) -> None:
    """Once the round is over and everything mixed: who was thanked has their answer, once, and nobody else any."""
    with app.app_context():
        take_no_more("c1")
        mixing.mix(mixer_key(app))
        said = [choices for *_, choices in answers_kept()]
        words = db.session("answers").scalars(select(Comment.words)).all()
        assert db.session("ballots").scalar(select(func.count()).select_from(Ballot)) == 0
    assert Counter(words) == Counter(person.words for person in thanked)
    assert Counter(tuple(s[name][0] for name in TELLING) for s in said) == Counter(
        tuple(person.choices[name] for name in TELLING) for person in thanked
    )


def again(life: Web | Mixer) -> Callable[[], None]:
    """kill −9, and up again."""

    def die() -> None:
        life.kill()
        life.start()

    return die


@pytest.mark.usefixtures("on_files")
def test_on_sqlite_pages_and_mixer_die_and_every_thank_you_has_its_answer(tmp_path: Path) -> None:
    environment = {"JIANFU_INSTANCE": str(tmp_path / "instance")}
    walk(create_app(instance=tmp_path / "instance"), environment, tmp_path, [])


@pytest.mark.usefixtures("on_files")
def test_on_postgresql_the_database_dies_too(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = own_server.addresses(tmp_path / "instance")
    environment = {f"JIANFU_{store.upper()}_URL": addresses[store] for store in STORES}
    environment["JIANFU_INSTANCE"] = str(tmp_path / "instance")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def die() -> None:
        own_server.kill()
        time.sleep(random.uniform(0, 0.3))
        own_server.start()

    app = create_app()
    walk(app, environment, tmp_path, [die])
    for engine in app.extensions["stores"].values():
        engine.dispose()


def walk(app: Flask, environment: Mapping[str, str], folder: Path, more: list[Callable[[], None]]) -> None:
    """Start pages and mixer, let people answer while one after the other dies, and count."""
    mixer_key(app)
    people = the_people(app)
    first = next(people)
    with nursery(folder) as born:
        web, mixer = Web(born, environment), Mixer(born, environment)
        web.start()
        mixer.start()
        crowd = Crowd(web.port)
        live_and_die(crowd, itertools.chain([first], people), [again(web), again(mixer), *more])
        mixer.kill()
        web.kill()
    assert set(crowd.statuses) <= {200, 303, 503}, crowd.statuses
    check_answers(app, crowd.thanked)
