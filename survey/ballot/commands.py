"""`flask --app survey mix`: what the scheduled job or the mixer process runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from survey import db, disturbed
from survey.ballot import last_turn
from survey.ballot.alone import alone
from survey.ballot.clock import Watch
from survey.ballot.mixing import mix
from survey.ballot.seal_key import private_key, renew
from survey.ballot.store import Group, takes_answers
from survey.calling import Interval
from survey.keyring import rotation


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(mix_command)
    said = f"{rotation.RESTART} Slips printed before are void; print new ones."
    rotation.KINDS["pepper"] = rotation.Kind("pepper", None, None, False, said, refuse=_between_rounds)


def _between_rounds() -> None:
    """Slips are known by the pepper: it changes between rounds alone. Raises ClickException."""
    with db.reading("ballots") as connection:
        if connection.execute(select(Group.id).where(takes_answers()).limit(1)).scalar() is not None:
            raise click.ClickException("A round is open: its slips would be void. Rotate the pepper once it is closed.")


def _one_of_both(ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
    """Refuse a new key again and again, at whichever of the two is read last; called by click."""
    if value and (ctx.params.get("every") or ctx.params.get("new_key")):
        raise click.UsageError("--new-key is done once: leave out --every, and start the mixer as usual afterwards.")
    return value


@click.command("mix")
@click.option("--every", type=Interval(), callback=_one_of_both, help="Go on for ever, at this interval in seconds.")
@click.option(
    "--new-key",
    is_flag=True,
    callback=_one_of_both,
    help="The key that is published is lost: put this mixer's in its place.",
)
@with_appcontext
def mix_command(every: float | None, new_key: bool) -> None:
    """Turn ripe ballots into answers, shuffled."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    watch = Watch()
    disturbed.repeat(app, every, lambda: _turn(app.config["SETTINGS"].mixer_keys, watch, new_key))


def _turn(folder: Path, watch: Watch, new_key: bool) -> None:
    may_end = watch.is_believed()
    with alone(folder):
        mix(private_key(folder, in_place_of_another=new_key), may_end=may_end)
        if may_end:
            renew(folder)
            last_turn.note()
    if not may_end:
        current_app.logger.warning("The clock was moved; rounds are taken for over once it has gone on for an hour.")
