"""A bureau invites the principals of all its schools at once: a card with a link for each that nobody logs in for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import db
from survey.staff import accounts, invitation_cards, invitations
from survey.staff.store import Account, Bureau, Invitation, School
from tests.desks import PASSWORD, Districts, add_school, log_in, send

CARDS, ALL, ANEW = "/bureau/invitations", "uninvited", "anew"
NAMES = ("Lotus", "Maple", "Willow")


@pytest.fixture
def schools(app: Flask, districts: Districts) -> list[str]:
    """Three schools more in the first district, which nobody logs in for."""
    return [add_school(app, districts.bureau, name, {1: 30}) for name in NAMES]


def fields(client: FlaskClient) -> dict[str, str]:
    """What the page's form sends besides its button."""
    return dict(re.findall(r'name="(csrf_token|mark|known)"[^>]* value="([^"]+)"', client.get(CARDS).text))


def press(client: FlaskClient, whom: str) -> TestResponse:
    """What follows the press of a button on the page."""
    return client.post(CARDS, data={**fields(client), "whom": whom})


def cards(page: str) -> Mapping[str, str]:
    """School → the path of its principal's link."""
    found = re.findall(
        r'<li class="card"><h2>(.+?)</h2>.*?http://localhost(/staff/invitation/[\w-]+)<', page, re.DOTALL
    )
    return dict(found)


def come(app: Flask, link: str, login: str) -> int:
    """The status of what somebody gets who makes an account by a link."""
    invited = app.test_client()
    if (status := invited.get(link).status_code) != 200:
        return status
    return send(invited, link, login=login, name=login, new=PASSWORD, again=PASSWORD).status_code


@pytest.mark.usefixtures("schools")
def test_each_school_that_nobody_logs_in_for_gets_a_card_whose_link_works_once(app: Flask, clerk: FlaskClient) -> None:
    page = press(clerk, ALL).text
    made = cards(page)
    assert list(made) == list(NAMES)  # by name, and not the school that has a principal, nor another district's
    assert page.count("<svg") == 3
    assert "All cards are here: 3." in page
    assert "14 days, a house rule" in page
    assert [come(app, made[name], name.lower()) for name in NAMES] == [303] * 3
    assert log_in(app, "maple").get("/school/").status_code == 200
    assert "Somebody logs in for each school." in clerk.get(CARDS).text
    trail = clerk.get("/staff/trail").text
    assert all(f"Invited the principal of {name}." in trail for name in NAMES)


@pytest.mark.usefixtures("schools")
def test_whoever_is_invited_keeps_that_link_until_new_cards_are_asked_for(app: Flask, clerk: FlaskClient) -> None:
    first = cards(press(clerk, ALL).text)
    assert press(clerk, ALL).status_code == 303
    assert "There was nobody left to invite." in clerk.get(CARDS).text
    assert come(app, first["Lotus"], "lotus") == 303
    again = cards(press(clerk, ANEW).text)
    assert list(again) == ["Maple", "Willow"]
    assert [come(app, links["Maple"], "maple") for links in (first, again)] == [404, 303]


def test_a_closed_school_and_one_whose_account_was_closed_or_whose_link_is_over(
    app: Flask, clerk: FlaskClient, schools: list[str], districts: Districts
) -> None:
    press(clerk, ALL)
    with app.app_context():
        desk = db.session("desk")
        invited = desk.query(Invitation).first()
        assert invited
        desk.get_one(School, schools[0]).closed_on = invited.last_day
        over = desk.query(Invitation).filter_by(school_id=schools[1]).one()
        over.last_day -= timedelta(days=invitations.DAYS_VALID + 1)
        desk.query(Account).filter_by(school_id=districts.school).one().closed = True
        desk.commit()
    page = clerk.get(CARDS).text
    assert "without an invitation that can be used: 2." in page
    assert "with an invitation that can still be used: 1." in page
    assert list(cards(press(clerk, ALL).text)) == ["Maple", "School"]


@pytest.mark.usefixtures("schools")
@pytest.mark.parametrize("whom", [ALL, ANEW])
def test_a_second_press_and_a_reload_find_the_same_cards_but_those_that_were_used(
    app: Flask, clerk: FlaskClient, whom: str
) -> None:
    if whom == ANEW:
        press(clerk, ALL)
    sent = {**fields(clerk), "whom": whom}
    first = cards(clerk.post(CARDS, data=sent).text)
    assert list(first) == list(NAMES)
    assert cards(clerk.post(CARDS, data=sent).text) == first
    assert come(app, first["Maple"], "maple") == 303
    assert cards(clerk.post(CARDS, data=sent).text) == {name: first[name] for name in ("Lotus", "Willow")}
    with app.app_context():
        assert not [each for each in db.session("desk").query(Invitation) if each.token_hash in str(first)]


@pytest.mark.usefixtures("schools")
def test_links_that_somebody_has_just_made_are_not_ended_from_an_older_page(app: Flask, clerk: FlaskClient) -> None:
    press(clerk, ALL)
    older = {**fields(clerk), "whom": ANEW}
    newer = cards(press(clerk, ANEW).text)
    assert clerk.post(CARDS, data=older).status_code == 303
    assert "since this page was opened" in clerk.get(CARDS).text
    assert come(app, newer["Lotus"], "lotus") == 303
    assert clerk.get("/staff/trail").text.count("anew; the link before ended.") == 3


@pytest.mark.usefixtures("schools")
def test_what_is_shown_once_is_not_left_for_another_language(clerk: FlaskClient) -> None:
    assert 'hreflang="zh-CN"' in clerk.get(CARDS).text
    page = press(clerk, ALL).text
    assert "All cards are here: 3." in page
    assert "hreflang" not in page


def test_where_there_is_no_school_the_page_leads_to_the_roster(app: Flask) -> None:
    with app.app_context():
        bureau = accounts.add_bureau("New bureau", "CN-34")
        accounts.add("new-clerk", "New", PASSWORD, bureau)
        db.session("desk").commit()
    page = log_in(app, "new-clerk").get(CARDS).text
    assert "There is no school yet." in page
    assert "Make their cards" not in page


@pytest.mark.usefixtures("schools")
def test_of_two_clerks_who_press_at_once_one_makes_the_cards(app: Flask, districts: Districts) -> None:
    both = Barrier(2)

    def invite() -> int:
        with app.test_request_context():
            bureau = db.session("desk").get_one(Bureau, districts.bureau)
            both.wait()
            made = invitation_cards.cards(bureau, db.new_id())
            db.session("desk").commit()
            return len(made)

    with ThreadPoolExecutor(2) as threads:
        assert sorted(each.result() for each in [threads.submit(invite) for _ in range(2)]) == [0, 3]


@pytest.mark.usefixtures("schools")
def test_nobody_else_makes_cards(app: Flask, clerk: FlaskClient) -> None:
    for left_out in ("csrf_token", "mark"):  # the session's own, and the press's
        sent = {name: value for name, value in fields(clerk).items() if name != left_out}
        assert clerk.post(CARDS, data={**sent, "whom": ALL}).status_code == 303
        assert "This page was open for too long." in clerk.get(CARDS).text
    assert log_in(app, "principal").get(CARDS).status_code == 404
    assert list(cards(press(log_in(app, "clerk2"), ALL).text)) == []
    with app.app_context():
        assert db.session("desk").query(Invitation).count() == 0
