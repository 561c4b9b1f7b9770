"""`flask --app survey mix`: what the scheduled job or the mixer process runs."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

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
    folder = app.config["SETTINGS"].mixer_keys
    while True:
        with app.app_context():
            try:
                mix(private_key(folder))
            except OtherKey as problem:
                raise click.ClickException(str(problem)) from None
            renew(folder)
        if every is None:
            return
        time.sleep(every)
