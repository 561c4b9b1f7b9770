"""`flask --app survey assistance erase`: what the scheduled job runs."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from survey import db
from survey.assistance import doors
from survey.assistance.erasing import Due, erase_due
from survey.staff import audit

assistance = AppGroup("assistance", help="Requests for help by name.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(assistance)


@assistance.command("erase")
@click.option("--every", type=float, help="Go on for ever, at this interval in seconds.")
@with_appcontext
def erase(every: float | None) -> None:
    """Erase requests that were closed ninety days ago, and write off what nobody brings back."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    while True:
        with app.app_context():
            _note(erase_due())
        if every is None:
            return
        time.sleep(every)


def _note(due: Due) -> None:
    """Write down for each school how many went; the trail never says whose."""
    db.begin_writing("desk")
    for deed, numbers in (("written_off", due.written_off), ("erased_in_time", due.erased)):
        for door, number in numbers.items():
            if found := doors.at(door):
                audit.record_of(None, found[1].bureau_id, deed, school=found[1].name, number=number)
    db.session("desk").commit()
