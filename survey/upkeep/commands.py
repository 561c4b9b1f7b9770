"""Commands of the whole house: `flask --app survey init | serve | welcome`."""

from __future__ import annotations

import http.client
import time
import urllib.request
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from survey import db, disturbed
from survey.assistance import counts
from survey.calling import Name, Place, called
from survey.config import LOGINS_FILE
from survey.door import serving
from survey.keyring import pages_keys
from survey.staff import accounts
from survey.staff.commands import new_password
from survey.staff.store import Account
from survey.upkeep import restoring
from survey.within_reach import exists

DEFAULT_PORT, LARGEST_PORT = 8000, 65535
READY_WITHIN_SECONDS, ANSWER_SECONDS, ASKED_AGAIN_SECONDS = 60, 5, 0.25
FIRST_LOGIN = "bureau"
LOGINS_NAMED = 5


def register(app: Flask) -> None:
    """Add the commands to the app."""
    for command in (init, serve, welcome):
        app.cli.add_command(command)


@click.command()
@click.option("--quiet", is_flag=True, help="Make stores and keys only, no account.")
@click.option("--bureau", type=Name(), default="教育局", show_default=True, help="The bureau's name.")
@click.option("--place", type=Place(), default="CN", show_default=True, help="Where it is: CN, CN-34, CN-AH.")
@with_appcontext
def init(quiet: bool, bureau: str, place: str) -> None:
    """Make an empty installation: stores, keys, and a first bureau account."""
    if quiet:
        return
    desk = db.session("desk")
    if desk.scalar(select(Account.id).limit(1)):
        click.echo(_not_empty())
        return
    try:
        made = accounts.add_bureau(bureau, place)
    except accounts.BureauThere:
        made = accounts.bureau_named(bureau)
    password = new_password()
    accounts.add(FIRST_LOGIN, bureau, password, made)
    desk.commit()
    click.echo(f"First account: {FIRST_LOGIN}   password: {password}   (shown once)")


def _not_empty() -> str:
    """Who has an account of a bureau already, and what may have been wanted."""
    of_bureaus = select(Account.login).where(Account.school_id.is_(None), ~Account.closed).order_by(Account.login)
    logins = list(db.session("desk").scalars(of_bureaus.limit(LOGINS_NAMED + 1)))
    named = ", ".join(logins[:LOGINS_NAMED]) + (", …" if len(logins) > LOGINS_NAMED else "")
    return (
        f"There are accounts already ({named or 'no open one of a bureau'}), and nothing was made. "
        f"A forgotten password: {called('staff', 'reset-password', 'LOGIN')}. "
        f"Another bureau: {called('bureau', 'add', 'NAME', '--place', 'PLACE')}"
    )


class Core(click.ParamType[int]):
    """One of the cores that this process may stay on."""

    name = "core"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Its number; called by click."""
        there = {str(core): core for core in sorted(serving.cores())}
        if str(value) not in there:
            self.fail(f"{value} is no core here. There are only these: {', '.join(there) or 'none'}.", param, ctx)
        return there[str(value)]


@click.command()
@click.option("--port", type=click.IntRange(0, LARGEST_PORT), default=DEFAULT_PORT, show_default=True)
@click.option("--core", type=Core(), help="Stay on this core: where several serve on one machine, each its own.")
@with_appcontext
def serve(port: int, core: int | None) -> None:
    """Serve the pages (waitress, on this machine alone; elsewhere a proxy stands before it)."""
    settings = current_app.config["SETTINGS"]
    for problem in (*restoring.amiss(settings.instance), *counts.amiss()):  # pages that need it refuse
        click.echo(f"jianfu: {problem}", err=True)
    db.session("assistance").rollback()
    _mark_keys()
    serving.serve(current_app._get_current_object(), port, core)  # type: ignore[attr-defined]


def _mark_keys() -> None:
    """With other keys than those of the pages on other machines, nothing is served. Raises ClickException."""
    try:
        pages_keys.mark()
    except DBAPIError as error:
        if not disturbed.passes(error):
            raise
        said = (
            f"The store ballots cannot be written: {disturbed.said(error)}. May this user write it, is the disk full?"
        )
        raise click.ClickException(said) from None


@click.command()
@click.option("--port", type=click.IntRange(0, LARGEST_PORT), default=DEFAULT_PORT, show_default=True)
@with_appcontext
def welcome(port: int) -> None:
    """Say where the pages are, once they answer, and how to log in to a demo."""
    address = f"http://127.0.0.1:{port}"
    _wait_for(f"{address}/healthz")
    click.echo(f"\n  Jianfu 减负 · {address}/        staff: {address}/staff/login")
    logins = current_app.config["SETTINGS"].instance / LOGINS_FILE
    if exists(logins):
        click.echo("\n" + logins.read_text(encoding="utf-8").replace("{address}", address))
    click.echo("  Stop with Ctrl-C.\n")


def _wait_for(address: str) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=ANSWER_SECONDS):
                return
        except (OSError, http.client.HTTPException):  # it is not there, says nothing, or is not ours
            time.sleep(ASKED_AGAIN_SECONDS)
    raise click.ClickException(f"{address} did not answer within {READY_WITHIN_SECONDS} s.")
