"""`flask --app survey mix`: what the scheduled job or the mixer process runs."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from survey import disturbed
from survey.ballot.clock import Watch
from survey.ballot.mixing import mix
from survey.ballot.seal_key import OtherKey, private_key, renew


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(mix_command)


@click.command("mix")
@click.option("--every", type=float, help="Go on for ever, at this interval in seconds.")
@with_appcontext
def mix_command(every: float | None) -> None:
    """Turn ripe ballots into answers, shuffled."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    watch = Watch()
    while True:
        with app.app_context():
            try:
                _turn(app.config["SETTINGS"].mixer_keys, watch)
            except Exception as problem:
                # What passes is waited for: the ballots wait too, and the next turn does what this one could not.
                if every is None or not disturbed.passes(problem):
                    raise
                app.logger.error("This turn could not be done; the next will try again: %s", disturbed.said(problem))
        if every is None:
            return
        time.sleep(every)


def _turn(folder: Path, watch: Watch) -> None:
    may_end = watch.is_believed()
    try:
        mix(private_key(folder), may_end=may_end)
    except OtherKey as problem:
        raise click.ClickException(str(problem)) from None
    if may_end:
        renew(folder)
    else:
        current_app.logger.warning("The clock was moved; rounds are taken for over once it has gone on for an hour.")
