"""Accounts come by a link that works once, and are closed by the bureau."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.staff import accounts, guessing, invitations, refusals
from survey.staff.store import Account, Deed, Invitation
from tests.desks import PASSWORD, Districts, log_in, send
from tests.pages import token

OVER = "This link has been used or is over. Ask your bureau for a new one."
MADE = {"login": "xin-校长", "name": "新校长", "new": PASSWORD, "again": PASSWORD}


def invite(clerk: FlaskClient, districts: Districts) -> str:
    """The path of a new link for the principal of the first district's school."""
    page = send(clerk, f"/bureau/schools/{districts.school}").text
    found = re.search(r"http://localhost(/staff/invitation/[\w-]+)<", page)
    assert found
    assert "14 days, a house rule" in page
    return found[1]


def stranger(app: Flask) -> FlaskClient:
    """Somebody without a log-in, in English."""
    client = app.test_client()
    client.get("/staff/login?lang=en")
    return client


def refused_links(app: Flask) -> list[tuple[str | None, str | int]]:
    """Of each link that was refused, whose it was and why."""
    with app.app_context():
        deeds = db.session("desk").query(Deed).filter_by(deed="refused_link").order_by(Deed.id)
        return [(deed.bureau_id, deed.fields["why"]) for deed in deeds]


def test_a_principal_who_is_invited_chooses_login_and_password_and_is_in(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    link, invited = invite(clerk, districts), stranger(app)
    for _ in range(3):  # as chat apps do to show what is behind a link
        assert "School" in invited.get(link).text
    assert send(invited, link, **MADE).headers["Location"] == "/school/"
    assert invited.get("/school/").status_code == 200
    with app.app_context():
        account = accounts.of_login(MADE["login"])
        assert (account.school_id, account.bureau_id) == (districts.school, districts.bureau)
        stored = db.session("desk").query(Invitation).one()
        assert link.rsplit("/", 1)[1] not in str(vars(stored))
    log_in(app, MADE["login"])
    assert MADE["login"] in clerk.get(f"/bureau/schools/{districts.school}").text


def test_a_link_that_is_used_replaced_over_foreign_or_cut_off_gives_one_plain_page(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    replaced, used = invite(clerk, districts), invite(clerk, districts)
    send(stranger(app), used, **MADE)
    over = invite(clerk, districts)
    with app.app_context():
        waiting = db.session("desk").query(Invitation).filter_by(state="open").one()
        waiting.last_day -= timedelta(days=invitations.DAYS_VALID + 1)
        db.session("desk").commit()
    client, pages = stranger(app), set()
    for link in (replaced, used, over, over[:-1], "/staff/invitation/foreign"):
        for answer in (client.get(link), client.post(link, data=MADE)):
            assert answer.status_code == 404
            pages.add(answer.text)
    assert len(pages) == 1
    assert OVER in pages.pop()
    known = [(districts.bureau, why) for why in ("replaced", "used", "over") for _ in range(2)]
    assert refused_links(app) == known + [(None, "unknown")] * 4
    with app.app_context():
        told = str([(deed.login, deed.fields) for deed in db.session("desk").query(Deed)])
    assert not [link for link in (replaced, used, over) if link.rsplit("/", 1)[1] in told]
    trail = clerk.get("/staff/trail").text
    assert "A link of invitation was refused: it had been used." in trail


def test_strangers_with_bad_links_do_not_fill_the_trail(
    app: Flask, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST_RECORDED", 3)
    client = stranger(app)
    for _ in range(6):
        client.get("/staff/invitation/foreign")
    assert len(refused_links(app)) == 3
    assert "more often than is written down" in log_in(app, "clerk2").get("/staff/trail").text


def at_once(do: Callable[[str], None], *logins: str) -> None:
    """Each of these people does it in a thread of their own."""
    threads = [threading.Thread(target=do, args=(login,)) for login in logins]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_of_two_who_send_the_same_link_at_once_exactly_one_wins(
    app: Flask, districts: Districts, clerk: FlaskClient
) -> None:
    link = invite(clerk, districts).rsplit("/", 1)[1]
    both_here, won, lost = threading.Barrier(2), list[str](), list[str]()

    def accept(login: str) -> None:
        with app.test_request_context():
            invitations.of_link(link)  # each has seen that the link can be used
            both_here.wait()
            try:
                won.append(invitations.accept(link, login, login, PASSWORD).login)
            except invitations.LinkOver as over:
                lost.append(str(over))

    at_once(accept, "first", "second")
    assert (len(won), lost) == (1, ["used"])
    with app.app_context():
        made = db.session("desk").query(Account).filter(Account.login.in_(("first", "second")))
        assert [account.login for account in made] == won


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": "principal2"}, "This login is taken"),
        ({"login": "a b"}, "Use letters, digits"),
        ({"new": "short", "again": "short"}, "at least 10 characters"),
        ({"again": "something else"}, "are not the same"),
        ({"name": " "}, "Type your name"),
    ],
)
def test_a_mistake_in_the_form_does_not_use_the_link_up(
    app: Flask, districts: Districts, clerk: FlaskClient, typed: dict[str, str], said: str
) -> None:
    link, invited = invite(clerk, districts), stranger(app)
    assert said in send(invited, link, **MADE | typed).text
    assert send(invited, link, **MADE).status_code == 303


def test_a_form_sent_from_elsewhere_uses_no_link_up(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    link, invited = invite(clerk, districts), stranger(app)
    assert invited.post(link, data=MADE).status_code == 200
    assert send(invited, link, **MADE).status_code == 303


def test_no_page_tells_the_link_to_others_or_keeps_it(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    link = invite(clerk, districts)
    for page in (stranger(app).get(link), stranger(app).get(link[:-1])):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert not re.findall(r"""(?:src|href)=["'](?!/|\?|#|data:)""", page.text)


def account_of(app: Flask, login: str) -> str:
    """An account's id."""
    with app.app_context():
        return accounts.of_login(login).id


def test_a_bureau_closes_an_account_and_its_sessions_end_at_once(app: Flask, clerk: FlaskClient) -> None:
    principal, close = log_in(app, "principal"), f"/staff/accounts/{account_of(app, 'principal')}/close"
    assert principal.get("/school/").status_code == 200
    assert send(clerk, close).status_code == 303
    assert principal.get("/school/").status_code == 302
    closed = stranger(app)
    refused = send(closed, "/staff/login", login="principal", password=PASSWORD)
    assert "do not belong together" in refused.text
    guessing.forget("principal")
    assert "Closed the account principal." in clerk.get("/staff/trail").text
    # Its login is not given to anybody else.
    with app.app_context():
        district = accounts.bureau_named("Bureau")
        with pytest.raises(accounts.LoginTaken):
            accounts.add("principal", "Somebody else", PASSWORD, district)


def a_colleague(app: Flask) -> None:
    """A second account of the first bureau."""
    with app.app_context():
        accounts.add("colleague", "Colleague", PASSWORD, accounts.bureau_named("Bureau"))
        db.session("desk").commit()


def test_of_two_that_close_each_other_at_once_one_stays_open(app: Flask, districts: Districts) -> None:
    a_colleague(app)
    both_here, kept = threading.Barrier(2), list[str]()

    def close(login: str) -> None:
        with app.app_context():
            found = accounts.of_login(login)  # each has read the other's account while it is open
            both_here.wait()
            try:
                accounts.close(found)
                db.session("desk").commit()
            except accounts.LastAccount as last:
                kept.append(str(last))

    at_once(close, "clerk", "colleague")
    with app.app_context():
        assert [account.login for account in accounts.open_of(districts.bureau, None)] == kept


def test_the_last_account_of_a_bureau_stays_open(app: Flask, districts: Districts, clerk: FlaskClient) -> None:
    own = f"/staff/accounts/{account_of(app, 'clerk')}/close"
    assert "only account" in clerk.get(send(clerk, own).headers["Location"]).text
    a_colleague(app)
    assert send(clerk, own).status_code == 303
    assert clerk.get("/bureau/").status_code == 302
    colleague = log_in(app, "colleague")
    kept = send(colleague, f"/staff/accounts/{account_of(app, 'colleague')}/close")
    assert "only account" in colleague.get(kept.headers["Location"]).text


def test_a_page_of_invitation_left_open_too_long_makes_no_link(app: Flask, districts: Districts) -> None:
    clerk, page = log_in(app, "clerk"), f"/bureau/schools/{districts.school}"
    assert token(clerk.get(page).text)
    assert clerk.post(page, data={"csrf_token": "forged"}).headers["Location"] == page
    with app.app_context():
        assert db.session("desk").query(Invitation).count() == 0
