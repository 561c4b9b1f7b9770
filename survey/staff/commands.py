"""`flask --app survey bureau add NAME`, `staff add | reset-password | reset-second-step LOGIN`.

Bureaus and accounts, by whoever runs the server.
"""

from __future__ import annotations

import secrets
import shlex
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from survey import db
from survey.calling import Name, Place, called
from survey.db import new_id
from survey.keyring import rotation
from survey.staff import accounts, audit, second_step
from survey.staff.forms import LONGEST_LOGIN
from survey.staff.store import Account

PASSWORD_BYTES = 12

bureau = AppGroup("bureau", help="The bureaus of this installation.")
staff = AppGroup("staff", help="Accounts of bureaus and principals.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(bureau)
    app.cli.add_command(staff)
    rotation.KINDS[second_step.KEY] = rotation.Kind(
        second_step.KEY, "desk", second_step.reseal, True, rotation.BACK_UP, "second steps", second_step.opens
    )


def new_password() -> str:
    """One that nobody chose; it is shown once."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def told(login: str, password: str) -> str:
    """An account's password, for the one time that it is shown."""
    return f"Account: {login}   password: {password}   (shown once)"


@bureau.command("add")
@click.argument("name", type=Name())
@click.option("--place", type=Place(), default="CN", show_default=True, help="Where it is: CN, CN-34, CN-AH.")
@with_appcontext
def add_bureau(name: str, place: str) -> None:
    """Add a bureau beside those that are there: its schools, rounds and results are its own."""
    try:
        made = accounts.add_bureau(name, place)
    except accounts.BureauThere as there:
        raise click.ClickException(str(there)) from None
    audit.record_of(None, made.id, "added_bureau", bureau=name)
    db.session("desk").commit()
    click.echo(f"Bureau: {name}. Give it an account: {called('staff', 'add', 'LOGIN', '--bureau', shlex.quote(name))}")


class Login(click.ParamType[str]):
    """What a new account is logged in by: as it can be typed into the page."""

    name = "login"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The login; called by click."""
        is_word = bool(value) and value.isprintable() and not any(map(str.isspace, value))
        if not is_word or len(value) > LONGEST_LOGIN:
            self.fail(f"1 to {LONGEST_LOGIN} letters, digits or signs are needed, and no blanks.", param, ctx)
        return str(value)


@staff.command("add")
@click.argument("login", type=Login())
@click.option("--name", help="How the desk greets them; else the login.")
@click.option("--school", help="The school's name, for its principal; else the account is the bureau's.")
@click.option("--bureau", help="The bureau's name, where there are several.")
@with_appcontext
def add(login: str, name: str | None, school: str | None, bureau: str | None) -> None:
    """Add an account; its password is shown once."""
    password = new_password()
    try:
        office = accounts.bureau_named(bureau)
        accounts.add(login, name or login, password, office, accounts.school_named(school, office) if school else None)
    except LookupError as unknown:
        raise click.ClickException(str(unknown)) from None
    audit.record_of(None, office.id, "added_account", account=login)
    db.session("desk").commit()
    click.echo(told(login, password))


def _named(login: str) -> Account:
    """The account. Raises ClickException where there is none."""
    try:
        return accounts.of_login(login)
    except LookupError as unknown:
        raise click.ClickException(str(unknown)) from None


@staff.command("reset-password")
@click.argument("login")
@with_appcontext
def reset_password(login: str) -> None:
    """Give an account whose password is forgotten another one, shown once; its sessions end."""
    account = _named(login)
    if account.closed:
        raise click.ClickException(f"The account {login} is closed for good: no password opens it.")
    password = new_password()
    accounts.give_password(account, password)
    audit.record_of(None, account.bureau_id, "reset_password", account=login)
    db.session("desk").commit()
    click.echo(told(login, password))


@staff.command("reset-second-step")
@click.argument("login")
@with_appcontext
def reset_second_step(login: str) -> None:
    """Take the second step off an account whose phone is lost; its sessions end."""
    account = _named(login)
    second_step.turn_off(account)
    account.stamp = new_id()
    audit.record_of(None, account.bureau_id, "reset_second_step", account=login)
    db.session("desk").commit()
    click.echo(f"{login} logs in with the password alone now. Turn the second step on again on the page «Account».")
