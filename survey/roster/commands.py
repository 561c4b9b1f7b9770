"""`flask --app survey school import FILE`: the roster from a file of this machine."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from survey import db
from survey.roster.file import RosterProblems, read
from survey.roster.importing import take_over
from survey.staff.accounts import bureau_named

school = AppGroup("school", help="The district's schools.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(school)


@school.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bureau", help="The bureau's name, where there are several.")
@with_appcontext
def import_roster(file: Path, bureau: str | None) -> None:
    """Take over a roster (.xlsx), or nothing of it when something is wrong."""
    try:
        done = take_over(read(file.read_bytes(), file.name), bureau_named(bureau))
    except (RosterProblems, LookupError) as found:
        raise click.ClickException(str(found)) from None
    db.session("desk").commit()
    click.echo(f"{done.added} schools added, {done.renewed} renewed, {done.not_listed} not listed and left.")
