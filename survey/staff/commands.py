"""`flask --app survey staff add | reset-second-step LOGIN`: accounts, by whoever runs the server."""

from __future__ import annotations

import secrets

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from survey import db, rotation
from survey.db import new_id
from survey.staff import accounts, audit, second_step

PASSWORD_BYTES = 12

staff = AppGroup("staff", help="Accounts of bureaus and principals.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(staff)
    rotation.KINDS[second_step.KEY] = rotation.Kind(
        second_step.KEY, "desk", second_step.reseal, True, rotation.BACK_UP, second_step.is_key_in_use
    )


@staff.command("add")
@click.argument("login")
@click.option("--name", help="How the desk greets them; else the login.")
@click.option("--school", help="The school's name, for its principal; else the account is the bureau's.")
@click.option("--bureau", help="The bureau's name, where there are several.")
@with_appcontext
def add(login: str, name: str | None, school: str | None, bureau: str | None) -> None:
    """Add an account; its password is shown once."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        office = accounts.bureau_named(bureau)
        accounts.add(login, name or login, password, office, accounts.school_named(school, office) if school else None)
    except LookupError as unknown:
        raise click.ClickException(str(unknown)) from None
    audit.record_of(None, office.id, "added_account", account=login)
    db.session("desk").commit()
    click.echo(f"Account: {login}   password: {password}   (shown once)")


@staff.command("reset-second-step")
@click.argument("login")
@with_appcontext
def reset_second_step(login: str) -> None:
    """Take the second step off an account whose phone is lost; its sessions end."""
    try:
        account = accounts.of_login(login)
    except LookupError as unknown:
        raise click.ClickException(str(unknown)) from None
    second_step.turn_off(account)
    account.stamp = new_id()
    audit.record_of(None, account.bureau_id, "reset_second_step", account=login)
    db.session("desk").commit()
    click.echo(f"{login} logs in with the password alone now. Turn the second step on again on the page «Account».")
