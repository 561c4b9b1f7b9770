"""Bureaus and accounts as whoever runs the server makes them and mends them."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.staff import accounts
from survey.staff.store import Account, Bureau
from tests.desks import PASSWORD, log_in, send

SHOWN = re.compile(r"Account: (\S+)   password: (\S+)   \(shown once\)")


def said(app: Flask, *arguments: str, status: int = 0) -> str:
    """What a command said, which ended with this status."""
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == status, done.output
    return done.output


def lets_in(app: Flask, login: str, password: str) -> bool:
    """Whether the desk opens to them."""
    client = app.test_client()
    send(client, "/staff/login?lang=en", login=login, password=password)
    return client.get("/bureau/").status_code == 200


def test_a_forgotten_password_is_reset_on_the_server(app: Flask, clerk: FlaskClient) -> None:
    found = SHOWN.search(said(app, "staff", "reset-password", "clerk"))
    assert found
    assert found[1] == "clerk"
    assert clerk.get("/bureau/").status_code == 302  # its sessions are over
    assert not lets_in(app, "clerk", PASSWORD)
    assert lets_in(app, "clerk", found[2])
    trail = log_in(app, "clerk", found[2]).get("/staff/trail").text
    assert "The password of clerk was changed on the server." in trail


def test_no_password_is_given_to_an_account_that_is_closed_or_is_none(app: Flask, clerk: FlaskClient) -> None:
    assert "no account with the login nobody" in said(app, "staff", "reset-password", "nobody", status=1)
    with app.app_context():
        accounts.of_login("clerk2").closed = True
        db.session("desk").commit()
    assert "clerk2 is closed for good" in said(app, "staff", "reset-password", "clerk2", status=1)


def test_an_installation_that_has_accounts_says_so_and_names_them(app: Flask, clerk: FlaskClient) -> None:
    words = said(app, "init", "--bureau", "Another")
    assert words.startswith("There are accounts already (clerk, clerk2")
    assert "principal" not in words
    assert "flask --app survey staff reset-password LOGIN" in words
    assert "flask --app survey bureau add NAME" in words
    with app.app_context():
        assert not db.session("desk").query(Bureau).filter_by(name="Another").count()
    assert said(app, "init", "--quiet") == ""


def test_a_second_bureau_stands_beside_the_first_with_accounts_of_its_own(app: Flask) -> None:
    said(app, "init", "--bureau", "East", "--place", "CN-34")
    assert "staff add LOGIN --bureau West" in said(app, "bureau", "add", "West", "--place", "CN-33")
    assert "There is a bureau West already." in said(app, "bureau", "add", "West", status=1)
    assert "Say which bureau, with --bureau: East, West." in said(app, "staff", "add", "clerk", status=1)
    for unknown in ("没有", ""):
        told = said(app, "staff", "add", "clerk", "--bureau", unknown, status=1)
        assert told == f"Error: There is no bureau «{unknown}». There are: East, West.\n"
    found = SHOWN.search(said(app, "staff", "add", "clerk", "--bureau", "West"))
    assert found
    with app.app_context():
        assert [each.place for each in db.session("desk").query(Bureau).filter_by(name="West")] == ["CN-33"]
        assert db.session("desk").query(Account).filter_by(login="clerk").one().bureau.name == "West"
    assert lets_in(app, "clerk", found[2])


def test_a_bureau_that_was_added_before_the_first_account_is_the_one_that_init_means(app: Flask) -> None:
    said(app, "bureau", "add", "East", "--place", "CN-34")
    assert "First account: bureau" in said(app, "init", "--bureau", "East")
    with app.app_context():
        assert [(each.name, each.place) for each in db.session("desk").query(Bureau)] == [("East", "CN-34")]
