"""`flask --app survey mix`: what the scheduled job or the mixer process runs."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app

from survey.ballot.mixing import mix
from survey.keys import read_key


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(mix_command)


@click.command("mix")
@click.option("--every", type=float, help="Go on for ever, at this interval in seconds.")
def mix_command(every: float | None) -> None:
    """Turn ripe ballots into answers, shuffled."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    private_key = read_key(app.config["SETTINGS"].keys, "ballot_private")
    while True:
        with app.app_context():
            mix(private_key)
        if every is None:
            return
        time.sleep(every)
