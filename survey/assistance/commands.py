"""`flask --app survey assistance erase`: what the scheduled job runs."""

from __future__ import annotations

from collections.abc import Mapping

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from survey import db, disturbed, rotation
from survey.assistance import doors
from survey.assistance.erasing import erase_due
from survey.assistance.resealing import reseal
from survey.assistance.sealing import SEAL_KEY
from survey.staff import audit

assistance = AppGroup("assistance", help="Requests for help by name.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(assistance)
    rotation.KINDS["assistance"] = rotation.Kind(SEAL_KEY, "assistance", reseal, True, rotation.BACK_UP)


@assistance.command("erase")
@click.option("--every", type=float, help="Go on for ever, at this interval in seconds.")
@with_appcontext
def erase(every: float | None) -> None:
    """Erase requests that were closed ninety days ago, or earlier."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    disturbed.repeat(app, every, lambda: _note(erase_due()))


def _note(erased: Mapping[str, int]) -> None:
    """Write down for each school how many went; the trail never says whose."""
    for door, number in erased.items():
        if found := doors.at(door):
            audit.record_of(None, found[1].bureau_id, "erased_in_time", school=found[1].name, number=number)
    db.session("desk").commit()
