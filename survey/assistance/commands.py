"""`flask --app survey assistance erase`: what the scheduled job runs."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from survey import db, disturbed
from survey.assistance import doors
from survey.assistance.erasing import Due, erase_due
from survey.assistance.resealing import reseal
from survey.assistance.sealing import SEAL_KEY, opens
from survey.calling import Interval
from survey.keyring import rotation
from survey.staff import audit

assistance = AppGroup("assistance", help="Requests for help by name.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(assistance)
    rotation.KINDS["assistance"] = rotation.Kind(
        SEAL_KEY, "assistance", reseal, True, rotation.BACK_UP, "requests for help", opens
    )


@assistance.command("erase")
@click.option("--every", type=Interval(), help="Go on for ever, at this interval in seconds.")
@with_appcontext
def erase(every: float | None) -> None:
    """Erase requests that were closed ninety days ago, and write off what nobody brings back."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    disturbed.repeat(app, every, lambda: _note(erase_due()))


def _note(due: Due) -> None:
    """Write down for each school how many went; the trail never says whose."""
    db.begin_writing("desk")
    for door in {*due.written_off, *due.erased}:
        if found := doors.at(door):
            school = found[1]
            if number := due.written_off[door]:
                audit.record_of(None, school.bureau_id, "written_off", school=school.name, number=number)
            if number := due.erased[door]:
                audit.record_of(None, school.bureau_id, "erased_in_time", school=school.name, number=number)
    db.session("desk").commit()
