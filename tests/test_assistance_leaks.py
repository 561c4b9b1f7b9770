"""What a copy of every file, and every key, tells of a request for help: of the answers nothing, of the erased nothing.

The attacker has all stores and knows that the same person, at the same phone, answered a questionnaire and asked for
help. Nothing that lies on one side may be found on the other.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from nacl.exceptions import CryptoError
from nacl.secret import Aead, SecretBox
from sqlalchemy import select, text

from survey import db
from survey.assistance import asking, casework, doors, lending, once
from survey.assistance.limits import LIMITS
from survey.assistance.store import DONE, WITHDRAWN, HelpRequest, Loan
from survey.ballot import mixing, slips
from survey.ballot.groups import take_no_more
from survey.day import today
from survey.keyring.keys import RANDOM_KEYS, read_key
from survey.questionnaire import built_in
from survey.staff.store import Deed
from tests.desks import Districts, send
from tests.helping import REACH, WHO, WORDS, a_district, ask, at_desk, code_in, id_of, look_up, page_of
from tests.rounds import a_group, mixer_key
from tests.test_answering import press

PHONE = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "MicroMessenger/Qzx7"}
PERSONAL = (WHO, REACH, WORDS)
PIECE, MOST = 16, 0.9  # bytes; a piece that two pages share is not found whole
SHORTEST_MARK = 6  # characters or bytes: what is shorter is found everywhere by chance
TIME_OF_DAY = re.compile(r"\d\d:\d\d")


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts with a person named for assistance in the first."""
    return a_district(app)


def files(app: Flask) -> Iterator[Path]:
    """Every file of the installation but its keys and catalogues."""
    for path in app.config["SETTINGS"].instance.rglob("*"):
        if path.is_file() and not {"keys", "mixer", "translations"} & set(path.parts):
            yield path


def found_in(app: Flask, mark: str | bytes) -> list[str]:
    """The files that hold some bytes."""
    wanted = mark.encode() if isinstance(mark, str) else mark
    return [path.name for path in files(app) if wanted in path.read_bytes()]


def cells(app: Flask, store: str) -> set[str | bytes | int]:
    """Every value that lies in a store."""
    connection = sqlite3.connect(app.config["SETTINGS"].instance / f"{store}.db")
    tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    found = {cell for table in tables for row in connection.execute(f"select * from {table}") for cell in row}
    connection.close()
    return found


def same_person(app: Flask, districts: Districts) -> tuple[str, str]:
    """Ten people answer and one of them asks for help, from the same phone; the slip's and the receipt's code."""
    with app.app_context():
        codes = slips.issue(a_group("slips", school=districts.school).id, 20)
    client = app.test_client()
    client.environ_base.update(PHONE)
    for code in codes[:10]:
        page = client.post("/a", data={"code": code})
        for questions in built_in()["parent"].pages:
            first = questions.questions[0]
            page = press(client, page, **{first.name: first.choices[0].name})
        assert page.status_code == 303
    receipt = code_in(ask(client, page_of(app, districts.school)))
    with app.app_context():
        take_no_more("c1")
        mixing.mix(mixer_key(app))
    return codes[0], receipt


def test_nothing_of_a_request_is_found_with_the_answers_nor_the_other_way_round(
    app: Flask, districts: Districts
) -> None:
    slip, receipt = same_person(app, districts)
    ours, theirs = cells(app, "assistance"), cells(app, "ballots") | cells(app, "answers")
    marks = {cell for cell in ours if isinstance(cell, str | bytes) and len(cell) >= SHORTEST_MARK}
    with app.app_context():
        assert not marks & theirs - {today().isoformat()}
    # Not as a part of anything either: neither the school's id, nor a code, nor its fingerprint.
    whole = (app.config["SETTINGS"].instance / "assistance.db").read_bytes()
    other = {cell for cell in theirs if isinstance(cell, str | bytes) and len(cell) >= SHORTEST_MARK}
    other -= {today().isoformat()}  # the day on which slips were printed, and a request was made: everybody's
    shared = {cell for cell in other if (cell.encode() if isinstance(cell, str) else cell) in whole}
    assert not shared
    for mark in (districts.school, slip, slip.replace("-", ""), receipt, receipt.replace("-", "")):
        assert "assistance.db" not in found_in(app, mark)
    for mark in (*PERSONAL, receipt, receipt.replace("-", "")):
        assert found_in(app, mark) == []


@pytest.mark.sqlite_files
def test_a_request_has_a_day_and_no_time_address_or_browser(app: Flask, districts: Districts) -> None:
    same_person(app, districts)
    told = {cell for cell in cells(app, "assistance") if isinstance(cell, str)}
    assert today().isoformat() in told
    assert not [cell for cell in told if TIME_OF_DAY.search(cell)]
    for mark in (PHONE["REMOTE_ADDR"], PHONE["HTTP_USER_AGENT"]):
        assert found_in(app, mark) == []


def test_the_school_sees_no_trail_of_when_a_family_asked(app: Flask, districts: Districts) -> None:
    same_person(app, districts)
    with app.app_context():
        assert db.session("desk").scalars(select(Deed)).all() == []


def test_no_other_key_opens_a_request_and_its_key_opens_nothing_else(app: Flask, districts: Districts) -> None:
    same_person(app, districts)
    with app.app_context():
        settings = app.config["SETTINGS"]
        (request,) = db.session("assistance").scalars(select(HelpRequest))
        keys = {name: read_key(settings.keys, name) for name in RANDOM_KEYS}
        assert len(set(keys.values())) == len(RANDOM_KEYS)
        for key in (*keys.values(), mixer_key(app)):
            for opened in (Aead(key), SecretBox(key)):
                with pytest.raises(CryptoError):
                    opened.decrypt(request.person)
        assert casework.asked(request).who == WHO


def test_the_stores_without_the_key_open_no_request(app: Flask, districts: Districts) -> None:
    same_person(app, districts)
    key = app.config["SETTINGS"].keys / "assistance"
    assert found_in(app, key.read_bytes()) == []
    key.unlink()
    read_key.cache_clear()
    with app.app_context():
        (request,) = db.session("assistance").scalars(select(HelpRequest))
        with pytest.raises(FileNotFoundError):
            casework.asked(request)
    read_key.cache_clear()


def test_what_is_sealed_for_one_request_cannot_be_put_into_another(app: Flask, districts: Districts) -> None:
    client = app.test_client()
    page = page_of(app, districts.school)
    for who in ("First synthetic", "Second synthetic"):
        ask(client, page, who=who)
    with app.app_context():
        one, other = db.session("assistance").scalars(select(HelpRequest))
        one.person = other.person
        with pytest.raises(CryptoError):
            casework.asked(one)


def test_requests_of_any_words_look_alike_and_lie_in_no_order(app: Flask, districts: Districts) -> None:
    client = app.test_client()
    page = page_of(app, districts.school)
    ask(client, page, words="x", needs=["device"])
    ask(client, page, words="x" * 400, needs=["device", "signal", "data", "printing", "place"])
    with app.app_context():
        found = list(db.session("assistance").scalars(select(HelpRequest)))
        assert len({len(each.person) for each in found}) == len({len(each.facts) for each in found}) == 1
    ours = sqlite3.connect(app.config["SETTINGS"].instance / "assistance.db")
    for (table,) in ours.execute("select name from sqlite_master where type = 'table'").fetchall():
        with pytest.raises(sqlite3.OperationalError):
            ours.execute(f"select rowid from {table}")
    ours.close()


def pieces(parts: list[bytes]) -> list[bytes]:
    """Parts cut small: the file may carry on a long one on another page."""
    return [part[start : start + PIECE] for part in parts for start in range(0, len(part) - PIECE + 1, PIECE)]


def share_found(app: Flask, parts: list[bytes]) -> float:
    """How much of these parts lies in the installation's files."""
    whole, cut = b"".join(path.read_bytes() for path in files(app)), pieces(parts)
    return sum(piece in whole for piece in cut) / len(cut)


def sealed_parts(app: Flask) -> list[bytes]:
    """Everything sealed, receipts and ids that lie in the assistance store."""
    with app.app_context():
        store, found = db.session("assistance"), list[bytes]()
        for each in store.scalars(select(HelpRequest)):
            found += [each.person, each.facts, each.receipt, each.id.encode()] + ([each.notes] if each.notes else [])
        for loan in store.scalars(select(Loan)):
            found += [loan.label, loan.id.encode()]
        return found


def lent_and_returned(app: Flask, request_id: str) -> None:
    """The school plans for a request, and lends a tablet that comes back."""
    with app.app_context():
        found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
        casework.promise(found, casework.Notes(obstacle="none here", promised="a tablet"))
        db.session("assistance").commit()
        lending.receive(found.door, "tablet", 1, once.new_form())
        lending.lend(found, "tablet", "No. 7", today(), once.new_form())
        lending.end(lending.of_request(found)[0].loan.id, found.door, "returned")


def nothing_is_left(app: Flask, marks: list[bytes]) -> bool:
    """Whether none of these bytes lies in any file, the store's journal included."""
    journal = app.config["SETTINGS"].instance / "assistance.db-journal"
    assert not journal.exists() or journal.read_bytes() == b""
    assert not (app.config["SETTINGS"].instance / "assistance.db-wal").exists()
    return share_found(app, marks) == 0


@pytest.mark.sqlite_files
def test_withdrawing_leaves_nothing_in_the_files(app: Flask, districts: Districts) -> None:
    client = app.test_client()
    code = code_in(ask(client, page_of(app, districts.school)))
    lent_and_returned(app, id_of(app, code))
    marks = sealed_parts(app)
    assert len(marks) == 7
    assert share_found(app, marks) > MOST
    assert "withdrawn and erased" in look_up(client, code, "withdraw").text
    assert nothing_is_left(app, marks)


@pytest.mark.sqlite_files
def test_what_was_written_over_leaves_nothing_in_the_files(app: Flask, districts: Districts) -> None:
    request_id = id_of(app, code_in(ask(app.test_client(), page_of(app, districts.school))))
    notes = list[bytes]()
    for words in ("first", "second", "third"):
        with app.app_context():
            found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
            casework.keep(found, casework.Notes(obstacle=words))
            db.session("assistance").commit()
            assert found.notes
            notes.append(found.notes)
    assert nothing_is_left(app, notes[:-1])
    assert share_found(app, notes[-1:]) > MOST


def test_ninety_days_after_closing_the_scheduled_command_leaves_nothing(app: Flask, districts: Districts) -> None:
    client, page = app.test_client(), page_of(app, districts.school)
    request_id = id_of(app, code_in(ask(client, page)))
    lent_and_returned(app, request_id)
    marks = sealed_parts(app)

    def erase(days: int) -> int:
        with app.app_context():
            store = db.session("assistance")
            for each in store.scalars(select(HelpRequest)):
                each.done_on = today() - timedelta(days=days)
            store.commit()
        assert app.test_cli_runner().invoke(args=["assistance", "erase"]).exit_code == 0
        return len(sealed_parts(app))

    assert erase(LIMITS.kept_after_closing) > 0  # it was never closed
    with app.app_context():
        found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
        casework.finish(found, casework.Notes(promised="a tablet", given="lent for a while"))
        db.session("assistance").commit()
    assert erase(LIMITS.kept_after_closing - 1) > 0
    assert erase(LIMITS.kept_after_closing) == 0
    assert nothing_is_left(app, marks)
    assert "Requests of School erased when their time was over: 1." in at_desk(app, "clerk").get("/staff/trail").text


def test_while_something_is_lent_a_withdrawn_request_keeps_who_has_it_and_nothing_else(
    app: Flask, districts: Districts
) -> None:
    client, desk = app.test_client(), at_desk(app)
    code = code_in(ask(client, page_of(app, districts.school)))
    request_id = id_of(app, code)
    with app.app_context():
        found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
        casework.promise(found, casework.Notes(obstacle="none here", promised="a tablet"))
        db.session("assistance").commit()
        before = [found.person, found.facts, found.notes or b""]
        lending.receive(found.door, "tablet", 1, once.new_form())
        lending.lend(found, "tablet", "No. 7", today(), once.new_form())
        loan = lending.of_request(found)[0].loan.id
    assert "Something is still lent to you" in look_up(client, code, "ask").text
    assert "what you and the school wrote is erased" in look_up(client, code, "withdraw").text
    assert nothing_is_left(app, before)
    told = look_up(client, code, "everything").text
    assert WHO in told
    assert REACH in told
    assert not [gone for gone in (WORDS, "none here", "a device") if gone in told]
    assert "Withdrawn; something is still to come back" in desk.get("/assistance/").text
    assert REACH in desk.get(f"/assistance/requests/{request_id}").text
    parts = sealed_parts(app)
    assert send(desk, "/assistance/stock", f"/assistance/loans/{loan}", do="returned").status_code == 303
    assert not sealed_parts(app)
    assert nothing_is_left(app, parts)


@pytest.mark.parametrize("state", [DONE, WITHDRAWN])
def test_what_never_comes_back_is_written_off_and_its_request_erased(
    app: Flask, districts: Districts, state: str
) -> None:
    request_id = id_of(app, code_in(ask(app.test_client(), page_of(app, districts.school))))
    with app.app_context():
        found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
        lending.receive(found.door, "tablet", 2, once.new_form())
        lending.lend(found, "tablet", "No. 7", today(), once.new_form())
        found.state, found.done_on = state, today() - timedelta(days=LIMITS.kept_after_closing)
        db.session("assistance").commit()
        door = found.door

    def erase(days: int) -> int:
        with app.app_context():
            for loan in db.session("assistance").scalars(select(Loan)):
                loan.due_on = today() - timedelta(days=days)
            db.session("assistance").commit()
        assert app.test_cli_runner().invoke(args=["assistance", "erase"]).exit_code == 0
        return len(sealed_parts(app))

    assert erase(LIMITS.awaited_after_due - 1) > 0
    assert erase(LIMITS.awaited_after_due) == 0
    with app.app_context():
        assert {line.kind: line.pieces for line in lending.stock(door)}["tablet"] == 1
    assert "Pieces of School written off" in at_desk(app, "clerk").get("/staff/trail").text


def test_an_error_writes_nothing_of_a_request_into_the_log(
    app: Flask, districts: Districts, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    client, page = app.test_client(), page_of(app, districts.school)
    code = code_in(ask(client, page))
    request_id, desk = id_of(app, code), at_desk(app)
    with app.app_context(), db.engine("assistance").begin() as connection:
        connection.execute(text("alter table help_request rename to gone"))
    assert ask(client, page).status_code == 500
    assert look_up(client, code).status_code == 500
    assert desk.get(f"/assistance/requests/{request_id}").status_code == 500
    assert "Traceback" in caplog.text
    for secret in (*PERSONAL, code, code.replace("-", "")):
        assert secret not in caplog.text


def test_a_receipt_code_is_known_by_its_fingerprint_alone_and_stands_in_no_address(
    app: Flask, districts: Districts
) -> None:
    with app.app_context():
        door = doors.of_school(districts.school).id
        code = asking.ask(door, once.new_form(), asking.Asked("Somebody", "nowhere", 3, (), "x"), 40)
        assert asking.of_code(code)
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("help.")]
    assert found_in(app, code) == []
    assert {argument for rule in rules for argument in rule.arguments} == {"link"}
    assert [rule.methods for rule in rules if rule.endpoint == "help.mine"] == [{"POST", "OPTIONS"}]
