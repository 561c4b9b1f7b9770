"""`flask --app survey school import FILE`: the roster from a file of this machine."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from survey import db
from survey.calling import There
from survey.roster.changes import changes
from survey.roster.file import RosterProblems, read
from survey.roster.importing import take_over
from survey.staff.accounts import bureau_named

school = AppGroup("school", help="The district's schools.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(school)


@school.command("import")
@click.argument("file", type=There(exists=True, dir_okay=False, path_type=Path))
@click.option("--bureau", help="The bureau's name, where there are several.")
@with_appcontext
def import_roster(file: Path, bureau: str | None) -> None:
    """Take over a roster (.xlsx), or nothing of it when something is wrong."""
    try:
        whose = bureau_named(bureau)
        found = changes(read(file.read_bytes(), file.name), whose)
    except (RosterProblems, LookupError) as amiss:
        raise click.ClickException(str(amiss)) from None
    removed = found.grades_removed  # known only until the roster is taken over
    take_over(found, whose)
    db.session("desk").commit()
    added, renewed, left = len(found.added), len(found.known), len(found.not_listed)
    click.echo(f"Schools added: {added}; renewed: {renewed}; not listed and left: {left}.")
    if removed:
        click.echo(f"{removed} grades of listed schools had no row and are removed.")
