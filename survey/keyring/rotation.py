"""`flask --app survey keys rotate NAME`: another key in the place of one, with what it sealed.

Keys change when somebody leaves who could read them, when a copy may have been taken, and otherwise once a year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from survey import db
from survey.keyring import pages_keys
from survey.keyring.keys import next_key, put_in_force

keys = AppGroup("keys", help="The keys of the pages.")


Keys = Mapping[str, Sequence[bytes]]  # the name of a key's file → those that may have sealed something


@dataclass(frozen=True, slots=True)
class Kind:
    """How one key is rotated."""

    file: str
    store: str | None  # whose rows are sealed under it
    prepare: Callable[[bytes], int] | None  # seals its rows under the new key, uncommitted
    is_kept_before: bool  # what is on its way stays valid
    afterwards: str
    seals: str = ""
    opens: Callable[[Keys], bool | None] = lambda _keys: (
        None
    )  # whether these open what it seals; None: nothing is sealed
    refuse: Callable[[], None] = lambda: None  # raises ClickException while it must stay, before anything is made
    at_once: str | None = None  # what is said instead of `afterwards`, where what might stay valid does not


RESTART = "Restart the pages."
RESTART_AT_ONCE = "Restart the pages at once: those that run take the old key until then."
BACK_UP = "Pages that run take it up by themselves. Back it up, apart from the stores."
# Rooms whose rows are sealed or known by a key of their own add it when they open.
KINDS: dict[str, Kind] = {
    name: Kind(name, None, None, True, f"{RESTART} {kept}", at_once=f"{RESTART_AT_ONCE} {ended}")
    for name, kept, ended in (
        (
            "session",
            "Who is logged in stays so; open forms are sent again.",
            "Whoever was logged in logs in again.",
        ),
        (
            "page_state",
            "Questionnaires that are open can be finished.",
            "Questionnaires that were open begin again.",
        ),
    )
}


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(keys)


@keys.command("rotate")
@click.argument("name")
@click.option(
    "--at-once", is_flag=True, help="The old key may be stolen: nothing of it stays valid. Stop the pages first."
)
@with_appcontext
def rotate(name: str, at_once: bool) -> None:
    """Put a new key in the place of one. What was cut off is finished by doing it again."""
    if name not in KINDS:
        raise click.ClickException(f"{name} is no key that can be rotated. There are: {', '.join(sorted(KINDS))}.")
    pages_keys.check()
    kind, folder = KINDS[name], current_app.config["SETTINGS"].keys
    kind.refuse()
    key = next_key(folder, kind.file)
    sealed = kind.prepare(key) if kind.prepare else 0
    if kind.store:
        db.session(kind.store).commit()
        db.vacuum(kind.store)  # nothing that the old key opens stays in the files
    pages_keys.follow(kind.file, key)
    put_in_force(folder, kind.file, keep_before=kind.is_kept_before and not at_once)
    done = f" {sealed} parts sealed anew." if kind.store else ""
    afterwards = kind.at_once if at_once and kind.at_once else kind.afterwards
    click.echo(f"{name}: a new key is in force.{done} {afterwards}")


@keys.command("lost")
@with_appcontext
def lost() -> None:
    """Go on with the keys that lie here: those that the pages had are lost for good, on every machine."""
    gone = pages_keys.give_up()
    if not gone:
        click.echo("These keys are in force already.")
        return
    lost_with_them = ", ".join(pages_keys.MARKED[name] for name in gone)
    click.echo(f"These keys are in force: {', '.join(gone)}. The old ones are lost: {lost_with_them}. {RESTART}")
