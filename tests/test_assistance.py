"""«One person, one policy»: a family asks by name, one person works the list, pieces are lent, the bureau counts."""

from __future__ import annotations

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey import db, tries
from survey.assistance import asking, crowds, doors, lending, once, receipts
from survey.assistance.limits import LIMITS
from survey.assistance.store import HelpRequest, Loan
from survey.config import LANGUAGES
from survey.day import today
from survey.staff.store import Deed, Enrolment, School
from survey.typed_code import new_code, printed
from survey.words.help_words import NEED_LABELS
from tests.desks import Districts, send
from tests.helping import REACH, WHO, WORDS, a_district, ask, at_desk, code_in, fill, form_of, id_of, look_up, page_of
from tests.test_answering import MOST_BYTES


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts with a person named for assistance in the first."""
    return a_district(app)


def count(app: Flask) -> int:
    """How many requests are stored."""
    with app.app_context():
        return db.session("assistance").scalar(select(func.count()).select_from(HelpRequest)) or 0


def make_older(app: Flask, days: int) -> None:
    """Let every request have been made, and closed, some days earlier."""
    with app.app_context():
        for each in db.session("assistance").scalars(select(HelpRequest)):
            each.asked_on -= timedelta(days=days)
            each.done_on = each.done_on and each.done_on - timedelta(days=days)
        db.session("assistance").commit()


def work(desk: FlaskClient, request_id: str, do: str, **written: str) -> int:
    """Press a button of a request's plan; the status."""
    return fill(desk, f"/assistance/requests/{request_id}", do=do, **written).status_code


def take_in(desk: FlaskClient, kind: str, pieces: int) -> None:
    """Put pieces on stock."""
    assert fill(desk, "/assistance/stock", kind=kind, way="in", pieces=str(pieces)).status_code == 303


def lend(desk: FlaskClient, request_id: str, kind: str, due_on: str = "", label: str = "") -> int:
    """Lend a piece; the status."""
    page, usual = f"/assistance/requests/{request_id}", (today() + timedelta(days=30)).isoformat()
    return fill(desk, page, f"{page}/loans", kind=kind, label=label, due_on=due_on or usual).status_code


def deeds(app: Flask, login: str) -> list[str]:
    """What an account did."""
    with app.app_context():
        return list(db.session("desk").scalars(select(Deed.deed).where(Deed.login == login).order_by(Deed.id)))


def test_what_can_be_missing_is_offered_with_a_capital(client: FlaskClient, help_page: str) -> None:
    offered = re.findall(r'name="needs"[^>]*><span>(.*?)</span>', client.get(help_page).text)
    assert offered[0] == "A device"
    assert [words[0] for words in offered] == [words[0].upper() for words in NEED_LABELS.values()]


@pytest.mark.parametrize("look", ["", "l"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_familys_pages_are_small_need_no_script_and_set_no_cookie(
    app: Flask, client: FlaskClient, help_page: str, language: str, look: str
) -> None:
    asking_page = help_page.replace("lang=en", f"lang={language}&look={look}")
    form = form_of(client.get(asking_page))
    wrong = ask(client, asking_page, form, who="1" * 40, reach="", words="x" * 500, needs=list(NEED_LABELS), grade="")
    sent = ask(client, asking_page, form)
    code = code_in(sent)
    shown = [client.get("/help"), client.get(asking_page), wrong, sent]
    shown += [look_up(client, code, do) for do in ("", "everything", "ask", "withdraw")]
    for each in shown:
        assert each.status_code == 200
        assert "<script" not in each.text
        assert "Set-Cookie" not in each.headers
        assert each.headers["Cache-Control"] == "no-store"
        assert len(gzip.compress(each.data)) <= len(each.data) <= MOST_BYTES
    assert ('class="large' in shown[1].text) == (look == "l")


def test_a_request_is_looked_up_read_and_withdrawn_by_its_receipt_code(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    code = code_in(ask(client, help_page))
    assert "has not answered yet" in look_up(client, code.lower()).text
    told = look_up(client, code, "everything").text
    assert WHO in told
    assert REACH in told
    assert "erased at once" in look_up(client, code, "ask").text
    assert count(app) == 1
    assert "withdrawn and erased" in look_up(client, code, "withdraw").text
    assert count(app) == 0
    assert "no request with this code" in look_up(client, code).text


def test_sending_twice_is_one_request_with_one_code(app: Flask, client: FlaskClient, help_page: str) -> None:
    form = form_of(client.get(help_page))
    first = code_in(ask(client, help_page, form))
    assert code_in(ask(client, help_page, form)) == first
    assert count(app) == 1
    assert code_in(ask(client, help_page)) != first
    assert count(app) == 2


def test_a_double_press_at_the_same_moment_is_one_request(app: Flask, client: FlaskClient, help_page: str) -> None:
    form = form_of(client.get(help_page))
    with ThreadPoolExecutor(8) as threads:
        codes = set(threads.map(lambda _: code_in(ask(app.test_client(), help_page, form)), range(8)))
    assert len(codes) == 1
    assert count(app) == 1


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"who": "138 0013 8000"}, "looks like a telephone number"),
        ({"who": "…"}, "Write your name"),
        ({"who": ""}, "Write your name"),
        ({"reach": ""}, "Write a telephone number"),
        ({"reach": "x"}, "Write a telephone number"),
        ({"reach": "?????"}, "Write a telephone number"),
        ({"reach": "12345"}, "Write a telephone number"),
        ({"reach": WHO}, "Write a telephone number"),
        ({"who": "一三八零零一三八零零零"}, "looks like a telephone number"),
        ({"who": "138.0013.8000 a"}, "looks like a telephone number"),
        ({"grade": "9" * 5000}, "Choose the grade"),
        ({"grade": "99"}, "Choose the grade"),
        ({"grade": "third"}, "Choose the grade"),
        ({"words": " \u0001 ", "needs": []}, "Choose what is missing"),
        ({"needs": ["a yacht"], "words": ""}, "Choose what is missing"),
    ],
    ids=lambda said: str(said)[:20],
)
def test_what_cannot_be_a_request_is_told_beside_its_field_and_not_stored(
    app: Flask, client: FlaskClient, help_page: str, other: dict[str, Any], said: str
) -> None:
    answer = ask(client, help_page, **other)
    assert 'class="error-summary"' in answer.text
    assert said.lower() in answer.text.lower()
    assert count(app) == 0


@pytest.mark.parametrize(("field", "most", "longer"), [("who", 40, 41), ("reach", 120, 130), ("words", 500, 9000)])
def test_what_is_too_long_is_not_cut_but_told_how_long_it_is(
    app: Flask, client: FlaskClient, help_page: str, field: str, most: int, longer: int
) -> None:
    assert "maxlength" not in client.get(help_page).text
    answer = ask(client, help_page, headers=None, **{field: "长" * longer})
    assert f"Please write at most {most} characters. These are {longer}." in answer.text
    assert "长" * longer in answer.text
    assert count(app) == 0


def test_a_form_that_is_not_ours_is_shown_again_with_its_words(app: Flask, client: FlaskClient, help_page: str) -> None:
    answer = ask(client, help_page, "0" * 48)
    assert "changed on the way" in answer.text
    assert WORDS in answer.text
    assert count(app) == 0
    assert len(code_in(ask(client, help_page, form_of(answer))).replace("-", "")) == receipts.CODE_LENGTH


SWITCH = re.compile(r'<button class="language" form="ask" formaction="([^"]+)" name="do" value="(\w+)"')


def switched(client: FlaskClient, shown: TestResponse, to: str, form: str = "", **other: str) -> TestResponse:
    """Press a switch of the form that is shown, with everything filled in."""
    (address, do) = next(found for found in SWITCH.findall(shown.text) if to in found[0])
    path = shown.request.path + unescape(address)
    return ask(client, path, form or form_of(shown), ["device", "printing"], None, do=do, **other)


@pytest.mark.parametrize(("to", "mark"), [("look=l", 'class="large'), ("lang=zh", '<html lang="zh')])
def test_another_look_or_language_of_the_form_keeps_what_was_typed_and_sends_nothing(
    app: Flask, client: FlaskClient, help_page: str, to: str, mark: str
) -> None:
    shown = client.get(help_page)
    assert mark not in shown.text
    again = switched(client, shown, to)
    assert again.status_code == 200
    assert mark in again.text
    for typed in (WHO, REACH, WORDS, '<option value="3" selected>'):
        assert typed in again.text
    assert re.findall(r'name="needs" value="(\w+)"[^>]* checked', again.text) == ["device", "printing"]
    assert "error" not in re.findall(r'class="([^"]*)"', again.text.partition("<main")[2])
    assert form_of(again) == form_of(shown)
    assert count(app) == 0
    ask(client, help_page, form_of(again))
    assert count(app) == 1


def test_a_look_is_changed_as_often_as_one_likes_and_counts_as_no_try(
    app: Flask, client: FlaskClient, help_page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "REQUESTS", tries.Allowance(crowds.WINDOW_SECONDS, 1, 1, 1))
    crowds.start(app)
    shown = client.get(help_page)
    for to in ("look=l", "lang=zh", "lang=en"):
        shown = switched(client, shown, to)
        assert shown.status_code == 200
    assert ask(client, help_page).status_code == 200
    assert ask(client, help_page).status_code == 429


def test_what_is_wrong_is_told_in_the_other_language_too_and_what_was_not_sent_is_not_judged(
    client: FlaskClient, help_page: str
) -> None:
    shown = client.get(help_page)
    assert "Write your name" not in switched(client, shown, "look=l", who="").text
    refused = ask(client, help_page, who="")
    assert "Write your name" in switched(client, refused, "look=l", who="").text
    assert "请写姓名" in switched(client, refused, "lang=zh", who="").text


def test_a_form_that_was_open_for_long_is_a_new_one_in_another_look(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    again = switched(client, client.get(help_page), "look=l", form="0" * 48)
    assert "changed on the way" not in again.text
    assert WORDS in again.text
    assert ask(client, help_page, form_of(again)).status_code == 200
    assert count(app) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "null"}, 200),
        ({}, 200),
    ],
)
def test_another_sites_page_sends_nothing_in_a_familys_name(
    app: Flask, client: FlaskClient, help_page: str, headers: dict[str, str], status: int
) -> None:
    assert ask(client, help_page, headers=headers).status_code == status
    assert count(app) == (status == 200)


def test_a_flood_must_wait_and_a_school_behind_one_address_need_not(
    app: Flask, help_page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(tries, "monotonic", lambda: now[0])
    crowds.start(app)

    def post(address: str) -> int:
        sent = {"form": "x", "who": "nobody"}
        return app.test_client().post(help_page, data=sent, environ_base={"REMOTE_ADDR": address}).status_code

    assert {post("192.0.2.1") for _ in range(100)} == {200}  # two tries each of a class of fifty
    assert {post("192.0.2.1") for _ in range(crowds.REQUESTS.free - 100)} == {200}
    assert post("192.0.2.1") == 429
    assert post("192.0.2.2") == 200
    now[0] += crowds.WINDOW_SECONDS
    assert post("192.0.2.1") == 200


def test_a_school_takes_no_more_open_requests_than_it_has_pupils_or_fifty(app: Flask, client: FlaskClient) -> None:
    districts = a_district(app)
    with app.app_context():
        door = doors.of_school(districts.school).id
        some = asking.Asked("Somebody", "nowhere", 3, (), "x")
        for _ in range(LIMITS.fewest_taken):
            asking.ask(door, once.new_form(), some, 40)
    answer = ask(client, page_of(app, districts.school))
    assert answer.status_code == 503
    assert "Nothing has been stored" in answer.text
    assert ask(client, page_of(app, districts.school2)).status_code == 200


def test_somebody_elses_code_is_not_guessed_and_whoever_tries_must_wait(app: Flask, client: FlaskClient) -> None:
    for _ in range(crowds.WRONG_CODES.free):
        assert "no request with this code" in look_up(client, printed(new_code(receipts.CODE_LENGTH))).text
    assert look_up(client, new_code(receipts.CODE_LENGTH)).status_code == 429
    assert "This is no receipt code" in look_up(client, "mistyped").text


def test_a_slips_code_is_no_receipt_code_nor_the_other_way_round(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    from survey.ballot.slips import CODE_LENGTH

    assert "This is no receipt code" in look_up(client, new_code(CODE_LENGTH)).text
    receipt = code_in(ask(client, help_page))
    assert "This is no code" in client.post("/a?lang=en", data={"code": receipt}).text


def test_an_unknown_link_and_a_closed_schools_say_so(app: Flask, client: FlaskClient, districts: Districts) -> None:
    assert client.get("/help/nothing?lang=en").status_code == 404
    page = page_of(app, districts.school)
    form, code = form_of(client.get(page)), code_in(ask(client, page))
    clerk = at_desk(app, "clerk")
    assert send(clerk, f"/assistance/district/{districts.school}", do="close").status_code == 303
    assert "takes no new requests" in client.get(page).text
    refused = ask(client, page, form)
    assert refused.status_code == 403
    assert "takes no new requests" in refused.text
    assert WORDS in refused.text
    assert ['class="language" href' in each.text for each in (client.get(page), refused)] == [True, False]
    assert count(app) == 1
    assert "has not answered yet" in look_up(client, code).text
    assert send(clerk, f"/assistance/district/{districts.school}", do="open").status_code == 303
    assert ask(client, page, form).status_code == 200


def test_the_list_shows_no_name_and_every_look_at_a_request_is_written_down(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    listed = desk.get("/assistance/").text
    for personal in (WHO, REACH, WORDS):
        assert personal not in listed
    assert "looked_at_request" not in deeds(app, "principal")
    assert WHO in desk.get(f"/assistance/requests/{request_id}").text
    assert deeds(app, "principal").count("looked_at_request") == 1
    told = desk.get(f"/assistance/requests/{request_id}/everything").text
    assert not [each for each in (WHO, REACH, WORDS, "Grade 3") if each not in told]
    assert deeds(app, "principal")[-1] == "exported_request"
    trail = at_desk(app, "clerk").get("/staff/trail").text
    assert "Looked at the request" in trail
    assert WHO not in trail


def test_colleagues_see_counts_and_the_bureau_never_a_name(app: Flask, request_id: str, districts: Districts) -> None:
    with app.app_context():
        from survey.staff import accounts
        from tests.desks import PASSWORD

        school = db.session("desk").get_one(School, districts.school)
        accounts.add("colleague", "Colleague", PASSWORD, school.bureau, school)
        db.session("desk").commit()
    colleague, clerk = at_desk(app, "colleague"), at_desk(app, "clerk")
    page = colleague.get("/assistance/").text
    assert "New: 1." in page
    assert "Only the person named for assistance: Principal" in page
    assert request_id not in page
    hidden = ("/print", "/stock", f"/requests/{request_id}", f"/requests/{request_id}/everything")
    for path in hidden:
        assert colleague.get(f"/assistance{path}").status_code == 404
    assert deeds(app, "colleague").count("refused") == len(hidden)
    for path in ("/assistance/district", f"/assistance/district/{districts.school}"):
        page = clerk.get(path).text
        assert not [personal for personal in (WHO, REACH, WORDS, request_id) if personal in page]
    assert clerk.get(f"/assistance/requests/{request_id}").status_code == 404


def test_a_request_is_planned_promised_and_done(app: Flask, client: FlaskClient, help_page: str) -> None:
    code = code_in(ask(client, help_page))
    request_id, desk = id_of(app, code), at_desk(app)
    empty = fill(desk, f"/assistance/requests/{request_id}", do="promise")
    assert "Say this in a few words first" in empty.text
    assert work(desk, request_id, "keep", obstacle="no tablet", measures="lend one") == 303
    assert "no tablet" in desk.get(f"/assistance/requests/{request_id}").text
    offer = {"obstacle": "no tablet", "measures": "lend one", "promised": "A tablet on Thursday"}
    assert work(desk, request_id, "promise", **offer) == 303
    assert "A tablet on Thursday" in look_up(client, code).text
    assert work(desk, request_id, "done", **offer, given="the tablet") == 303
    assert "The school closed it" in look_up(client, code).text
    assert "Nothing waits. Done: 1." in desk.get("/assistance/").text
    assert work(desk, request_id, "reopen", **offer) == 303
    assert "Promised: 1." in desk.get("/assistance/").text


def test_what_is_older_than_three_days_is_brought_to_mind_until_it_is_promised(app: Flask, request_id: str) -> None:
    desk, said = at_desk(app), "Without a promise for more than 3 days"
    make_older(app, LIMITS.late)
    assert said not in desk.get("/assistance/").text
    make_older(app, 1)
    assert said in desk.get("/assistance/").text
    assert work(desk, request_id, "promise", promised="soon") == 303
    assert said not in desk.get("/assistance/").text


@pytest.mark.parametrize("typed", ["138.0013.8000", "微信 zhang_san-1988", "张三，三单元502", "zhangsan@qq.com"])
def test_the_paper_list_has_nothing_that_anybody_typed(app: Flask, request_id: str, typed: str) -> None:
    desk = at_desk(app)
    take_in(desk, "tablet", 1)
    assert work(desk, request_id, "promise", obstacle=typed, measures=typed, promised=typed) == 303
    assert lend(desk, request_id, "tablet", label=typed) == 303
    paper = desk.get("/assistance/print").text
    assert "due back on" in paper
    assert not [personal for personal in (WHO, REACH, WORDS, typed) if personal in paper]
    assert "printed_requests" in deeds(app, "principal")


def test_a_tablet_is_lent_due_returned_and_another_lost(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    assert lend(desk, request_id, "tablet") == 200  # none lies there
    take_in(desk, "tablet", 2)
    assert lend(desk, request_id, "tablet") == 303
    assert lend(desk, request_id, "tablet") == 303
    assert lend(desk, request_id, "tablet") == 200
    assert lend(desk, request_id, "tablet", due_on="2001-01-01") == 200
    with app.app_context():
        loans = [loan.id for loan in db.session("assistance").scalars(select(Loan))]
        for loan in db.session("assistance").scalars(select(Loan)):
            loan.due_on = today() - timedelta(days=1)
        db.session("assistance").commit()
    assert "Lent out and overdue: 2." in desk.get("/assistance/").text
    assert send(desk, "/assistance/stock", f"/assistance/loans/{loans[0]}", do="returned").status_code == 303
    assert send(desk, "/assistance/stock", f"/assistance/loans/{loans[0]}", do="lost").status_code == 303
    assert send(desk, "/assistance/stock", f"/assistance/loans/{loans[1]}", do="lost").status_code == 303
    with app.app_context():
        found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
        (tablets,) = [line for line in lending.stock(found.door) if line.kind == "tablet"]
        assert (tablets.pieces, tablets.out, tablets.free) == (1, 0, 1)
        assert {each.loan.end for each in lending.of_request(found)} == {"returned", "lost"}


def test_a_printed_pack_is_given_for_good(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    take_in(desk, "printed_pack", 3)
    assert lend(desk, request_id, "printed_pack") == 303
    page = desk.get("/assistance/stock").text
    assert "Nothing is lent out." in page
    with app.app_context():
        found = db.session("assistance").query(HelpRequest).filter_by(id=request_id).one()
        assert {line.kind: line.pieces for line in lending.stock(found.door)}["printed_pack"] == 2


def test_no_more_is_written_off_than_lies_there(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    take_in(desk, "tablet", 2)
    lend(desk, request_id, "tablet")
    answer = fill(desk, "/assistance/stock", kind="tablet", way="out", pieces="2")
    assert "So many do not lie there free." in answer.text
    assert fill(desk, "/assistance/stock", kind="tablet", way="out", pieces="1").status_code == 303
    assert "holds 10000 of a kind at most" in fill(desk, "/assistance/stock", kind="tablet", pieces="10000").text
    for wrong in ("0", "1_0", "-1", "many"):
        assert "whole number" in fill(desk, "/assistance/stock", kind="tablet", pieces=wrong).text


def test_the_bureau_moves_free_pieces_in_one_step_or_not_at_all(app: Flask) -> None:
    districts = a_district(app)
    with app.app_context():
        bureau = db.session("desk").get_one(School, districts.school).bureau
        rows = [Enrolment(grade=3, pupils=40, teachers=3)]
        db.session("desk").add(School(id="third", bureau=bureau, name="Third", setting="urban", enrolment=rows))
        db.session("desk").commit()
        giver, taker = (doors.of_school(school).id for school in (districts.school, "third"))
        lending.receive(giver, "tablet", 5, once.new_form())
    clerk = at_desk(app, "clerk")

    def move(pieces: str, to: str = "third") -> str:
        sent = {"kind": "tablet", "pieces": pieces, "giver": districts.school, "taker": to}
        return fill(clerk, "/assistance/district", **sent).text

    def there() -> tuple[int, int]:
        with app.app_context():
            found = [{line.kind: line.pieces for line in lending.stock(door)}["tablet"] for door in (giver, taker)]
            return found[0], found[1]

    move("2")
    assert there() == (3, 2)
    assert "So many do not lie there free." in move("4")
    assert "Choose two different schools" in move("1", districts.school)
    assert "whole number" in move("0")
    assert "no such page" in move("1", districts.school2)  # another district's
    assert "whole number" in move("many")
    assert there() == (3, 2)
    assert deeds(app, "clerk").count("moved_stock") == 1


def test_a_transfer_that_is_cut_off_changes_neither_stock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        lending.receive("a", "tablet", 5, once.new_form())
        change = lending._change

        def cut_off(door: str, kind: str, by: int) -> None:
            if door == "b":
                raise RuntimeError("the power goes")
            change(door, kind, by)

        monkeypatch.setattr(lending, "_change", cut_off)
        with pytest.raises(RuntimeError):
            lending.transfer("tablet", 2, "a", "b", once.new_form())
        db.session("assistance").rollback()
        found = [{line.kind: line.pieces for line in lending.stock(door)}["tablet"] for door in ("a", "b")]
        assert found == [5, 0]


def test_the_bureau_sees_ages_and_what_is_older_than_a_week_stands_out(
    app: Flask, request_id: str, districts: Districts
) -> None:
    clerk = at_desk(app, "clerk")
    make_older(app, LIMITS.very_late)
    assert "for more than 7 days (a house rule): 0." in clerk.get("/assistance/district").text
    make_older(app, 1)
    page = clerk.get("/assistance/district").text
    assert "for more than 7 days (a house rule): 1." in page
    assert re.search(r'<span class="tag tag-over">1</span></td><td class="number">8</td>', page)


def test_the_bureau_names_who_sees_the_requests_and_takes_it_back(
    app: Flask, request_id: str, districts: Districts
) -> None:
    clerk, desk, page = at_desk(app, "clerk"), at_desk(app), f"/assistance/district/{districts.school}"
    with app.app_context():
        from survey.staff import accounts

        own, others = accounts.of_login("principal").id, accounts.of_login("principal2").id
    assert send(clerk, page, do="take_back", account=own).status_code == 303
    assert desk.get(f"/assistance/requests/{request_id}").status_code == 404
    assert "Nobody is named for assistance yet" in desk.get("/assistance/").text
    assert send(clerk, page, do="name", account=others).status_code == 404
    assert send(clerk, page, do="name", account=own).status_code == 303
    assert desk.get(f"/assistance/requests/{request_id}").status_code == 200


def test_needs_stock_and_requests_stand_beside_each_other_as_counts(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    take_in(desk, "tablet", 5)
    page = desk.get("/school/needs").text
    assert "Devices that lie free: 5; open requests for one: 1." in page
    assert not [personal for personal in (WHO, REACH, WORDS, request_id) if personal in page]


def test_the_way_in_stands_on_slips_and_the_schools_page_and_not_on_the_thank_you_page(
    app: Flask, client: FlaskClient, districts: Districts
) -> None:
    from tests.test_refusals import a_round

    campaign, group = a_round(app, districts)
    clerk = at_desk(app, "clerk")
    sheet = send(clerk, f"/bureau/campaigns/{campaign}", f"/bureau/campaigns/{campaign}/slips/{group}").text
    link = page_of(app, districts.school).split("?")[0]
    fronts, backs = sheet.split('class="slips backs"')
    assert backs.count(link) == backs.count('class="slip"') == fronts.count('class="slip"')
    assert link in client.get(f"/results/school/{districts.school}").text
    assert "/help" not in client.get("/thanks").text
