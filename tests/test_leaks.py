"""What a copy of every file tells: each leak shown on a careless design, and absent from ours.

A person's answer is marked, so that the tests know who said what; the attacker knows the files, the order in which the
people came, and which code was burnt when. Where chance has a part, a test says how often it would fail for nothing.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from survey import create_app, db
from survey.ballot import mixing, slips
from survey.ballot.casting import STORE, Entry, cast
from survey.ballot.compacting import compact
from survey.ballot.entry import group_of_link
from survey.ballot.groups import take_no_more
from survey.ballot.slips import fingerprint
from survey.ballot.store import Ballot, Slip
from survey.config import STORES, Settings
from survey.stores import direct
from survey.within_reach import OWNER_ONLY
from tests.postgres import Server
from tests.processes import ended
from tests.rounds import a_group, answers_kept, keep_answers, mixer_key

PEOPLE = 30
ROUNDS = 20
BATCHES = 6
TURNS = 12  # of the mixer, while others send
FAR = 0.2  # of a mean of 20 rank correlations of 30: five standard errors; once in two million for nothing


def mark(number: int) -> str:
    """What only this person said."""
    return f"person-{number:03}"


def spearman(found: Sequence[int]) -> float:
    """The rank correlation of an order with the order of arrival, which is 0, 1, 2, …; 1 is the very same."""
    n = len(found)
    return 1 - 6 * sum((place - number) ** 2 for place, number in enumerate(found)) / (n * (n * n - 1))


def order_in_file(path: Path, telling: Mapping[int, str]) -> list[int]:
    """The people by where what tells of them lies in the file; new cells of a page are written before older ones."""
    content = path.read_bytes()
    return sorted(telling, key=lambda number: -content.rfind(telling[number].encode()))


def ids(app: Flask) -> dict[int, str]:
    """Person → the id of their answer, in the order of the ids."""
    with app.app_context():
        return {int(said["mark"][0].split("-")[1]): id_ for id_, *_, said in answers_kept()}


def careless(path: Path, made: str, people: int = PEOPLE) -> sqlite3.Connection:
    """Answers written one by one as they come, under random keys."""
    store = sqlite3.connect(path)
    store.execute(made)
    for number in range(people):
        store.execute("insert into answer values (?, ?)", (os.urandom(16).hex(), mark(number)))
        store.commit()
    return store


def answered_by(app: Flask, people: int, campaign_entry: str = "open_link") -> str:
    """Marked people answer one after the other, and are mixed as they come."""
    with app.app_context():
        group = a_group(campaign_entry, enrolled=people).id
        key = mixer_key(app)
        for number in range(people):
            assert cast(Entry(group, f"ack-{number}", None), {"mark": mark(number)})
            mixing.mix(key)
        take_no_more("c1")
        mixing.mix(key)
    return group


def a_store(app: Flask, store: str) -> Path:
    """A store's file."""
    settings: Settings = app.config["SETTINGS"]
    return settings.instance / f"{store}.db"


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[Flask]:
    """Installations in each of which the same people have answered."""
    made = [create_app(instance=tmp_path_factory.mktemp("round")) for _ in range(ROUNDS)]
    for app in made:
        answered_by(app, PEOPLE)
    return made


def test_a_hidden_row_number_tells_the_order_of_arrival_and_ours_has_none(app: Flask, tmp_path: Path) -> None:
    found = careless(tmp_path / "x.db", "create table answer (id text primary key, said text)")
    rows = found.execute("select said from answer order by rowid").fetchall()
    assert [said for (said,) in rows] == [mark(n) for n in range(PEOPLE)]
    for store in ("ballots", "answers"):
        ours = sqlite3.connect(a_store(app, store))
        for (table,) in ours.execute("select name from sqlite_master where type = 'table'").fetchall():
            if table not in ("ballot_group", "seal_key"):  # no respondent changes these
                with pytest.raises(sqlite3.OperationalError):
                    ours.execute(f"select rowid from {table}")


@pytest.mark.sqlite_files
def test_the_place_in_a_page_tells_the_order_of_arrival_and_ours_does_not(tmp_path: Path, rounds: list[Flask]) -> None:
    careless(tmp_path / "x.db", "create table answer (id text primary key, said text) without rowid")
    assert spearman(order_in_file(tmp_path / "x.db", {n: mark(n) for n in range(PEOPLE)})) == 1
    ours = [spearman(order_in_file(a_store(app, "answers"), ids(app))) for app in rounds]
    assert abs(mean(ours)) < FAR


@pytest.mark.sqlite_files
def test_the_random_keys_of_answers_say_nothing_of_who_came_first(rounds: list[Flask]) -> None:
    ours = [spearman([*ids(app)]) for app in rounds]
    assert abs(mean(ours)) < FAR


@pytest.mark.sqlite_files
def test_a_deleted_row_lingers_in_a_careless_file_and_not_in_ours(app: Flask, tmp_path: Path) -> None:
    store = careless(tmp_path / "x.db", "create table answer (id text primary key, said text)")
    store.execute("pragma secure_delete = off")
    store.execute("delete from answer")
    store.commit()
    assert mark(3).encode() in (tmp_path / "x.db").read_bytes()
    answered_by(app, PEOPLE)
    third = ids(app)[3].encode()
    assert third in a_store(app, "answers").read_bytes()
    with app.app_context():
        db.session("answers").rollback()
        db.session("answers").execute(text("delete from answer"))
        db.session("answers").commit()
    assert third not in a_store(app, "answers").read_bytes()


def test_a_write_ahead_log_keeps_every_step_and_we_keep_none(app: Flask, tmp_path: Path) -> None:
    store = sqlite3.connect(tmp_path / "x.db")
    store.execute("pragma journal_mode = wal")
    careless(tmp_path / "x.db", "create table answer (id text primary key, said text)")
    assert mark(3).encode() in (tmp_path / "x.db-wal").read_bytes()
    answered_by(app, PEOPLE)
    for path in app.config["SETTINGS"].instance.iterdir():
        if path.name.startswith(("ballots", "answers")) and path.suffix != ".db":
            assert path.read_bytes() == b""


def linked(changes: Sequence[tuple[list[int], list[int]]]) -> int:
    """How many are linked by laying those who came first, and were not guessed yet, beside the answers that are new."""
    waiting: list[int] = []
    hits = 0
    for came, answers in changes:
        waiting += came
        hits += sum(person == answer for person, answer in zip(waiting, answers, strict=False))
        del waiting[: len(answers)]
    return hits


ORDERS: dict[str, Callable[[Flask], list[int]]] = {
    "by key": lambda app: [*ids(app)],
    "as the file has them": lambda app: order_in_file(a_store(app, "answers"), ids(app))[::-1],
}


@pytest.mark.sqlite_files
@pytest.mark.parametrize("order", ORDERS)
def test_copies_after_every_submission_link_a_code_to_its_answer_no_better_than_chance(app: Flask, order: str) -> None:
    people = BATCHES * 10
    with app.app_context():
        group = a_group("slips", enrolled=people).id
        codes = [code.replace("-", "") for code in slips.issue(group, people)]
        key, known, came, changes = mixer_key(app), set[int](), list[int](), []
        for number, code in enumerate(codes):
            assert cast(Entry(group, "ack", code), {"mark": mark(number)})
            came.append(number)
            mixing.mix(key)
            db.session("answers").rollback()
            if number == people - 1:
                take_no_more("c1")
                mixing.mix(key)
                db.session("answers").rollback()
            new = [n for n in ORDERS[order](app) if n not in known]
            if new:
                assert len(new) >= mixing.SMALLEST_BATCH
                changes.append((came, new))
                known |= set(new)
                came = []
    assert len(known) == people
    # Some six hits by chance, more than eighteen once in 30,000 runs. A careless store gives all sixty.
    assert linked(changes) <= 18


def test_answers_written_as_they_come_are_all_linked(tmp_path: Path) -> None:
    changes, known = [], set[int]()
    store = careless(tmp_path / "x.db", "create table answer (id text primary key, said text) without rowid", 0)
    for number in range(PEOPLE):
        store.execute("insert into answer values (?, ?)", (os.urandom(16).hex(), mark(number)))
        store.commit()
        new = [n for (said,) in store.execute("select said from answer") if (n := int(said.split("-")[1])) not in known]
        changes.append(([number], new))
        known |= set(new)
    assert linked(changes) == PEOPLE


def test_an_error_writes_nothing_of_an_answer_into_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.testing = False
    with app.app_context():
        group = a_group("slips")
        (code,) = slips.issue(group.id, 1)
        fingerprint = slips.fingerprint(code.replace("-", ""))
    client = app.test_client()
    entered = client.post("/a", data={"code": code})
    with app.app_context(), db.engine("ballots").begin() as connection:
        connection.execute(text("alter table slip rename to gone"))
    assert client.post("/a", data={"code": code}).status_code == 500
    assert entered.status_code == 200
    assert "Traceback" in caplog.text
    for secret in (code, code.replace("-", ""), repr(fingerprint)[2:-1]):
        assert secret not in caplog.text


def test_the_pages_run_without_the_mixers_folder(app: Flask) -> None:
    folder = app.config["SETTINGS"].mixer_keys
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with app.app_context():
        assert cast(Entry(a_group().id, "ack", None), {"mark": mark(0)})


def test_a_second_mixer_with_another_key_is_refused_while_ballots_wait(app: Flask) -> None:
    with app.app_context():
        assert cast(Entry(a_group().id, "ack", None), {"mark": mark(0)})
    (app.config["SETTINGS"].mixer_keys / "ballot_private").unlink()
    for arguments in (["mix"], ["mix", "--new-key"]):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 1
        assert "Ballots wait that were sealed to it" in result.output


def test_on_postgresql_neither_transaction_numbers_nor_places_order_the_answers(on_postgresql: Flask) -> None:
    answered_by(on_postgresql, PEOPLE)
    with on_postgresql.app_context(), db.engine("answers").connect() as connection:
        assert connection.execute(text("select count(distinct cast(xmin as text)) from answer")).scalar() == 1
        by_place = connection.execute(text("select id from answer order by ctid")).scalars().all()
        assert by_place == sorted(by_place)
        # Rows that are gone would have kept their places until they are swept.
        places = (
            connection.execute(text("select cast(ctid as text) as place from answer order by ctid")).scalars().all()
        )
        kept = Counter(place.strip("()").split(",")[0] for place in places)
        assert places == [f"({page},{place})" for page, rows in kept.items() for place in range(1, rows + 1)]
        pages = text("select pg_relation_size('answer') / current_setting('block_size')::integer")
        assert connection.execute(pages).scalar() == len(kept)


def test_on_postgresql_a_schools_answers_lie_together_in_the_order_of_random_keys(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        keep_answers([(school, 3, {}) for school in ("s2", "s1", "s3") * PEOPLE])
        compact("answers")
        with db.engine("answers").connect() as connection:
            placed = connection.execute(text("select school_id, id from answer order by ctid")).all()
    assert placed == sorted(placed)
    assert len(placed) == 3 * PEOPLE


def test_on_postgresql_a_burnt_slip_shares_its_transaction_with_no_answer(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips").id
        for code in slips.issue(group, PEOPLE):
            assert cast(Entry(group, "ack", code.replace("-", "")), {"mark": "x"})
        with db.engine("ballots").connect() as connection:
            # This is what a careless design is read by: one transaction burns the slip and stores what was said.
            joined = "select count(*) from slip join ballot on cast(slip.xmin as text) = cast(ballot.xmin as text)"
            assert connection.execute(text(joined)).scalar() == PEOPLE
        take_no_more("c1")
        assert mixing.mix(mixer_key(app)) == PEOPLE
        with db.engine("ballots").connect() as connection:
            assert connection.execute(text(joined)).scalar() == 0
            assert connection.execute(text("select count(distinct cast(xmin as text)) from slip")).scalar() == 1


def test_on_postgresql_many_posts_of_one_code_store_one_ballot(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        group = a_group("slips").id
        code = slips.issue(group, 1)[0].replace("-", "")

    def post(number: int) -> bool:
        with app.app_context():
            return cast(Entry(group, f"ack-{number}", code), {"mark": "x"})

    with ThreadPoolExecutor(64) as threads:
        assert sum(threads.map(post, range(64))) == 1


def test_on_postgresql_mixing_and_sending_never_end_each_other(on_postgresql: Flask) -> None:
    app = on_postgresql
    with app.app_context():
        groups = [a_group(school=school, enrolled=100_000).id for school in ("s1", "s2", "s3")]
        key = mixer_key(app)
    is_over = threading.Event()

    def send(group: str) -> int:
        sent = 0
        while not is_over.is_set() or sent < mixing.SMALLEST_BATCH:  # fewer of a school are never opened
            with app.app_context():
                assert cast(Entry(group, f"ack-{sent}", None), {"mark": "x"})
            sent += 1
        return sent

    with ThreadPoolExecutor(len(groups)) as threads, app.app_context():
        senders = [threads.submit(send, group) for group in groups]
        try:
            mixed = sum(mixing.mix(key) for _ in range(TURNS))
        finally:
            is_over.set()
        sent = sum(sender.result() for sender in senders)
        take_no_more("c1")
        assert mixed + mixing.mix(key) == sent


def test_an_error_of_a_sending_says_nothing_of_what_was_sent(app: Flask) -> None:
    with app.app_context():
        group = a_group()
        name = "told-by-nobody"
        ballot = {"id": name, "school_id": group.school_id, "group_id": group.id, "sealed": b"sealed"}

        def store_twice() -> None:
            with direct.writing("ballots") as writer:
                writer.send(STORE, ballot)
                writer.send(STORE, ballot)

        with pytest.raises(IntegrityError) as refused:
            store_twice()
        assert name not in f"{refused.value} {refused.value.orig}"
        assert db.session("ballots").scalars(select(Ballot)).first() is None


def test_on_postgresql_an_error_does_not_say_which_slip_was_waited_for(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        (code,) = slips.issue(a_group("slips").id, 1)
        plain = slips.normalise(code)
        assert plain
        found = select(Slip.code_hash).where(Slip.code_hash == fingerprint(plain))

        def wait_for_it(within: direct.Statements) -> None:
            within.send(select(text("set_config('lock_timeout', '50', true)")), {})
            within.send(found.with_for_update(), {})

        with db.engine("ballots").connect() as other:
            other.execute(found.with_for_update())
            with pytest.raises(OperationalError, match="lock timeout") as refused:
                direct.write("ballots", wait_for_it)
        assert "tuple" not in f"{refused.value} {refused.value.orig}"


def test_on_postgresql_the_servers_log_tells_of_no_sending_after_slips_were_printed(
    server: Server, on_postgresql: Flask
) -> None:
    app, log = on_postgresql, server.folder / "log"
    with app.app_context():
        link, group = a_group().id, a_group("slips").id
        assert cast(Entry(link, "before", None), {})
    before = log.read_text(encoding="utf-8")
    for work in (lambda: slips.issue(group, 5), lambda: group_of_link(link)):
        with app.app_context():
            assert work()
    with app.app_context():
        assert cast(Entry(link, "after", None), {})
    assert "prepared statement" not in log.read_text(encoding="utf-8")[len(before) :]


def test_keys_are_made_for_their_owner_alone(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    for path in (*settings.keys.iterdir(), *settings.mixer_keys.iterdir()):
        assert path.stat().st_mode & 0o777 == OWNER_ONLY


@pytest.mark.sqlite_files
def test_files_of_the_stores_can_be_written_by_the_group_that_pages_and_mixer_are_in(tmp_path: Path) -> None:
    begin = "import os; from survey import create_app; os.umask(0o007); create_app()"
    done = ended({"JIANFU_INSTANCE": str(tmp_path)}, "-c", begin)
    assert done.returncode == 0, done.stdout
    for store in STORES:
        assert stat.S_IMODE((tmp_path / f"{store}.db").stat().st_mode) == 0o660, store
