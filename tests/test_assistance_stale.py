"""Pages of the assistance room that lay open while something happened, were sent twice, or by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey import db
from survey.assistance import asking, crowds, doors, lending, once, people
from survey.assistance.limits import LIMITS
from survey.assistance.store import HelpRequest, Loan
from survey.day import today
from survey.staff import accounts
from survey.staff.store import Deed, School
from tests.desks import Districts, send
from tests.helping import (
    HIDDEN,
    REACH,
    WHO,
    WORDS,
    a_district,
    ask,
    at_desk,
    code_in,
    fill,
    form_of,
    id_of,
    look_up,
    page_of,
)
from tests.test_assistance import count, deeds, lend, make_older, take_in, work


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts with a person named for assistance in the first."""
    return a_district(app)


def state(app: Flask, request_id: str) -> str:
    """How far a request is."""
    with app.app_context():
        return db.session("assistance").query(HelpRequest).filter_by(id=request_id).one().state


def tablets(app: Flask, school: str) -> tuple[int, int]:
    """A school's tablets, and those of them that are out."""
    with app.app_context():
        (line,) = [line for line in lending.stock(doors.of_school(school).id) if line.kind == "tablet"]
        return line.pieces, line.out


def test_other_words_in_the_same_form_are_a_request_of_their_own(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    form = form_of(client.get(help_page))
    first = code_in(ask(client, help_page, form, reach="111-0000-9999"))
    second = code_in(ask(client, help_page, form, reach="222-0000-8888", who="Second synthetic"))
    assert first != second
    assert "222-0000-8888" in look_up(client, second, "everything").text
    assert count(app) == 2


def test_a_withdrawn_request_does_not_come_back_when_its_page_is_loaded_anew(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    form = form_of(client.get(help_page))
    look_up(client, code_in(ask(client, help_page, form)), "withdraw")
    again = ask(client, help_page, form)
    assert again.status_code == 410
    assert "has not been stored again" in again.text
    assert count(app) == 0
    assert code_in(ask(client, help_page))
    assert count(app) == 1


def test_a_form_that_lay_open_for_days_is_shown_anew_before_it_counts(
    app: Flask, client: FlaskClient, help_page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(client.get(help_page))
    monkeypatch.setattr(once, "today", lambda: today() + timedelta(days=LIMITS.form_valid + 1))
    answer = ask(client, help_page, form)
    assert "was open for long" in answer.text
    assert WORDS in answer.text
    assert count(app) == 0
    assert code_in(ask(client, help_page, form_of(answer)))
    with app.app_context():
        once.forget_old()
        assert not once.is_spent("form", form)


def test_a_plan_changed_meanwhile_is_not_written_over(app: Flask, request_id: str) -> None:
    desk, address = at_desk(app), f"/assistance/requests/{request_id}"
    seen = dict(HIDDEN.findall(desk.get(address).text))
    assert work(desk, request_id, "keep", obstacle="the first one's words") == 303
    stale = desk.post(address, data={**seen, "do": "keep", "obstacle": "the second one's words"})
    assert stale.status_code == 409
    assert "the first one&#39;s words" in stale.text
    assert "the second one&#39;s words" in stale.text
    assert "the first one&#39;s words" in desk.get(address).text
    meant = {**dict(HIDDEN.findall(stale.text)), "do": "keep", "obstacle": "both"}
    assert desk.post(address, data=meant).status_code == 303


def test_a_step_that_the_state_does_not_allow_changes_nothing(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    assert work(desk, request_id, "done", given="the tablet") == 303
    make_older(app, 5)
    for do in ("promise", "done", "keep"):
        assert work(desk, request_id, do, promised="a tablet", given="more") == 409
        assert state(app, request_id) == "done"
    with app.app_context():
        assert db.session("assistance").query(HelpRequest).filter_by(
            id=request_id
        ).one().done_on == today() - timedelta(days=5)


@pytest.mark.parametrize("do", ["", "nonsense"])
def test_a_button_that_is_none_keeps_nothing_and_wipes_nothing(app: Flask, request_id: str, do: str) -> None:
    desk = at_desk(app)
    assert work(desk, request_id, "keep", obstacle="no tablet") == 303
    assert "Nothing was changed." in fill(desk, f"/assistance/requests/{request_id}", do=do).text
    assert "no tablet" in desk.get(f"/assistance/requests/{request_id}").text


def test_a_promise_is_not_taken_away_by_saving_an_empty_box(app: Flask, client: FlaskClient, help_page: str) -> None:
    code = code_in(ask(client, help_page))
    request_id, desk = id_of(app, code), at_desk(app)
    assert work(desk, request_id, "promise", promised="A tablet on Thursday") == 303
    assert work(desk, request_id, "keep", promised="") == 200
    assert "A tablet on Thursday" in look_up(client, code).text


def test_what_is_lent_or_taken_in_twice_by_one_form_counts_once(
    app: Flask, request_id: str, districts: Districts
) -> None:
    desk, address = at_desk(app), f"/assistance/requests/{request_id}"
    seen = dict(HIDDEN.findall(desk.get("/assistance/stock").text))
    for _ in range(2):
        sent = {**seen, "kind": "tablet", "way": "in", "pieces": "3"}
        assert desk.post("/assistance/stock", data=sent).status_code == 303
    seen = dict(HIDDEN.findall(desk.get(address).text))
    for _ in range(2):
        sent = {**seen, "kind": "tablet", "label": "No. 7", "due_on": today().isoformat()}
        assert desk.post(f"{address}/loans", data=sent).status_code == 303
    assert tablets(app, districts.school) == (3, 1)
    assert deeds(app, "principal").count("changed_stock") == deeds(app, "principal").count("lent") == 1


def test_one_inventory_number_is_out_once(app: Flask, client: FlaskClient, help_page: str, request_id: str) -> None:
    desk, other = at_desk(app), id_of(app, code_in(ask(client, help_page)))
    take_in(desk, "tablet", 3)
    assert lend(desk, request_id, "tablet", label="No. 7") == 303
    assert lend(desk, other, "tablet", label="no. 7 ") == 200
    assert lend(desk, other, "tablet", label="No. 8") == 303


def test_nothing_is_lent_for_a_closed_request_nor_for_ever(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    take_in(desk, "tablet", 3)
    assert lend(desk, request_id, "tablet", due_on="9999-12-31") == 200
    furthest = today() + timedelta(days=LIMITS.longest_lent)
    assert lend(desk, request_id, "tablet", due_on=(furthest + timedelta(days=1)).isoformat()) == 200
    assert lend(desk, request_id, "tablet", due_on=furthest.isoformat()) == 303
    assert work(desk, request_id, "done", given="one") == 303
    assert lend_by_hand(desk, request_id) == 200
    with app.app_context():
        assert db.session("assistance").scalar(select(func.count()).select_from(Loan)) == 1


def lend_by_hand(desk: FlaskClient, request_id: str) -> int:
    """Lend for a request whose page offers that no more; the status."""
    unseen = dict(HIDDEN.findall(desk.get("/assistance/stock").text))
    sent = {**unseen, "kind": "tablet", "due_on": today().isoformat()}
    return desk.post(f"/assistance/requests/{request_id}/loans", data=sent).status_code


def test_lost_is_asked_once_more_and_what_is_found_is_back(app: Flask, request_id: str, districts: Districts) -> None:
    desk = at_desk(app)
    take_in(desk, "tablet", 1)
    lend(desk, request_id, "tablet")
    with app.app_context():
        loan = db.session("assistance").scalars(select(Loan.id)).one()
    assert 'value="lost"' not in desk.get("/assistance/stock").text
    assert "Is it lost for good?" in desk.get(f"/assistance/loans/{loan}/lost").text
    end = f"/assistance/loans/{loan}"
    assert send(desk, "/assistance/stock", end, do="nonsense").status_code == 303
    assert tablets(app, districts.school) == (1, 1)
    send(desk, "/assistance/stock", end, do="lost")
    assert tablets(app, districts.school) == (0, 0)
    assert "It is found" in desk.get("/assistance/stock").text
    send(desk, "/assistance/stock", end, do="returned")
    assert tablets(app, districts.school) == (1, 0)
    send(desk, "/assistance/stock", end, do="lost")
    assert "This was noted before: returned." in desk.get("/assistance/stock").text
    assert tablets(app, districts.school) == (1, 0)


def test_a_helper_is_told_of_a_withdrawal_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    code = code_in(ask(client, help_page))
    request_id, desk = id_of(app, code), at_desk(app)
    address = f"/assistance/requests/{request_id}"
    seen = dict(HIDDEN.findall(desk.get(address).text))
    look_up(client, code, "withdraw")
    answer = desk.post(address, data={**seen, "do": "promise", "promised": "A tablet on Thursday"})
    assert answer.status_code == 410
    assert "A tablet on Thursday" in answer.text
    assert "refused" not in deeds(app, "principal")
    with app.app_context():
        assert not [deed for deed in db.session("desk").scalars(select(Deed)) if request_id in str(deed.fields)]


def test_junk_of_one_connection_leaves_room_for_others_and_is_cleared_at_once(
    app: Flask, help_page: str, districts: Districts
) -> None:
    client = app.test_client()
    share = int(LIMITS.fewest_taken * LIMITS.connection_share)
    for _ in range(share):
        assert ask(client, help_page).status_code == 200
    refused = ask(client, help_page)
    assert refused.status_code == 429
    assert WORDS in refused.text
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert ask(other, help_page).status_code == 200
    assert ask(client, page_of(app, districts.school2)).status_code == 200
    desk = at_desk(app)
    with app.app_context():
        door = doors.of_school(districts.school).id
        ids = list(db.session("assistance").scalars(select(HelpRequest.id).where(HelpRequest.door == door)))
    asked = fill(desk, "/assistance/", "/assistance/erase", request=ids[:share])
    assert f"Erase {share} requests?" in asked.text
    assert count(app) == share + 2
    assert fill(desk, "/assistance/", "/assistance/erase", request=ids[:share], sure="yes").status_code == 303
    assert count(app) == 2
    assert deeds(app, "principal")[-1] == "erased_requests"
    assert fill(desk, "/assistance/", "/assistance/erase", request=["none"], sure="yes").status_code == 303
    assert count(app) == 2


def test_only_new_requests_are_erased_many_at_once(app: Flask, request_id: str) -> None:
    desk = at_desk(app)
    work(desk, request_id, "promise", promised="a tablet")
    fill(desk, "/assistance/", "/assistance/erase", request=[request_id], sure="yes")
    assert count(app) == 1


def test_a_promise_that_is_not_kept_is_brought_to_mind_at_school_and_bureau(app: Flask, request_id: str) -> None:
    desk, clerk = at_desk(app), at_desk(app, "clerk")
    work(desk, request_id, "promise", promised="soon")
    said = "Open for more than 7 days (a house rule): 1."
    make_older(app, LIMITS.very_late)
    assert said not in desk.get("/assistance/").text
    make_older(app, 1)
    for page in (desk.get("/assistance/"), desk.get("/school/"), clerk.get("/bureau/")):
        assert said in page.text
    assert '<span class="tag tag-over">8</span>' in desk.get("/assistance/").text


def test_the_first_pages_of_both_desks_say_what_waits_and_nothing_where_nothing_does(
    app: Flask, help_page: str
) -> None:
    desk, clerk = at_desk(app), at_desk(app, "clerk")
    assert "Help by name:" not in desk.get("/school/").text + clerk.get("/bureau/").text
    ask(app.test_client(), help_page)
    for shown in (desk.get("/school/").text, clerk.get("/bureau/").text):
        assert "Help by name: 1 open." in shown
        assert WHO not in shown


def test_where_nobody_is_named_the_family_is_told_and_both_desks_are(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    with app.app_context():
        people.take_back(accounts.of_login("principal"))
        db.session("desk").commit()
    assert "Nobody at this school is named yet" in client.get(help_page).text
    sent = ask(client, help_page)
    assert "it waits until Bureau names somebody" in sent.text
    assert "tries to reach you" not in sent.text
    assert "nobody is named for assistance" in at_desk(app).get("/school/").text
    clerk = at_desk(app, "clerk")
    assert "nobody is named" in clerk.get("/bureau/").text
    assert "nobody is named: School." in clerk.get("/assistance/district").text


@pytest.mark.parametrize("reach", ["村委会", "小卖部", "三组", "微信 abc", "138 0013 8000", "一三八零零一三八零零零"])
def test_a_place_or_a_number_in_any_writing_is_a_way_to_reach_somebody(
    client: FlaskClient, help_page: str, reach: str
) -> None:
    assert f"«{reach}»" in ask(client, help_page, reach=reach).text


def test_every_kind_of_space_is_a_space(client: FlaskClient, help_page: str) -> None:
    code = code_in(ask(client, help_page, who="欧阳\u3000\u200b娜娜\t\u00a0丁"))
    assert "欧阳 娜娜 丁" in look_up(client, code, "everything").text


def test_the_staff_are_told_that_the_family_reads_all_four_boxes(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    code = code_in(ask(client, help_page))
    request_id, desk = id_of(app, code), at_desk(app)
    assert "The family can read all four boxes" in desk.get(f"/assistance/requests/{request_id}").text
    written = {"obstacle": "one", "measures": "two", "promised": "three", "given": "four"}
    work(desk, request_id, "keep", **written)
    told = look_up(client, code, "everything").text
    assert not [words for words in written.values() if words not in told]


def test_a_tab_that_is_opened_again_and_an_address_typed_with_a_slash_lead_to_the_first_page(
    client: FlaskClient, help_page: str
) -> None:
    assert client.get("/help/mine").location == "/help"
    assert client.get("/help/").location == "/help"
    assert client.get(help_page.split("?")[0].upper().replace("/HELP/", "/help/")).status_code == 200


def test_a_family_that_sits_at_a_desks_browser_is_given_no_cookie(app: Flask, help_page: str) -> None:
    desk = at_desk(app)
    assert "Set-Cookie" not in desk.get(help_page).headers
    assert desk.get("/assistance/").status_code == 200


def test_a_schools_name_stands_on_the_receipt_and_the_reference_too(
    app: Flask, client: FlaskClient, help_page: str
) -> None:
    sent = ask(client, help_page)
    with app.app_context():
        school = db.session("desk").scalars(select(School.name).where(School.name == "School")).one()
    assert school in sent.text
    assert REACH in sent.text
    assert "for request" in sent.text


def test_a_flood_counted_by_connection_forgets_after_a_day(app: Flask) -> None:
    with app.app_context():
        for _ in range(10):
            crowds.note_taken("192.0.2.1", "door")
        assert crowds.has_its_share("192.0.2.1", "door", 20)
        assert not crowds.has_its_share("192.0.2.1", "other door", 20)
        assert not crowds.has_its_share("192.0.2.2", "door", 20)
    assert asking.takes(10) == LIMITS.fewest_taken


def test_a_login_that_ran_out_does_not_take_the_typed_plan_along(app: Flask, request_id: str) -> None:
    address, sent = f"/assistance/requests/{request_id}", {"do": "keep", "obstacle": "no tablet in this house"}
    answer = app.test_client().post(f"{address}?lang=en", data=sent)
    assert answer.status_code == 401
    assert "no tablet in this house" in answer.text
    elsewhere = app.test_client().post(address, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 302
    assert "no tablet in this house" not in at_desk(app).get(address).text
