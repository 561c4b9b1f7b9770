"""Whether there is an installation where a command looks for it: most commands make none, lest they act on another."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import NoAppException
from sqlalchemy import make_url

from survey.calling import CALLED_AS, called
from survey.config import Settings
from survey.keyring.keys import RANDOM_KEYS
from survey.within_reach import exists

BEGINNERS = ("init", "demo", "serve", "restore")
THE_LIST = ""  # of commands, where none is typed
HELP = "--help"
LOOKERS = ("check",)  # they make and change nothing in a store
# The mixer begins a folder of its own, before the pages begin theirs: where it was told which.
BEGINNERS_WHERE_TOLD = ("mix",)


class NothingHere(click.ClickException):
    """A command that begins no installation, where there is none."""


def refuse_elsewhere(settings: Settings) -> None:
    """Before anything is made: where the command that was typed finds no installation, it is not begun by it.

    Raises NothingHere.
    """
    if not _is_typed() or asks_for_help() or has_begun(settings):
        return
    command = _typed()
    if command in BEGINNERS or (command in BEGINNERS_WHERE_TOLD and os.environ.get("JIANFU_INSTANCE")):
        return
    raise NothingHere(
        f"There is no installation in {settings.instance}: no keys and no stores, and none were made. {_elsewhere()} "
        f"A new one is begun by: {called('init')}"
    )


def _elsewhere() -> str:
    """What to do where it is in another folder; whoever types the server's own command has its settings."""
    if os.environ.get(CALLED_AS):
        return "If it is in another folder, set JIANFU_INSTANCE where its settings stand."
    return (
        "If it is in another folder, set JIANFU_INSTANCE; on a server that was set up by docs/operations.md type: "
        f"jianfu {_typed() or '--help'}."
    )


def refuse_wrong_arguments(commands: click.Group, settings: Settings) -> None:
    """Before anything is made: what the command that was typed would refuse afterwards. Raises ClickException."""
    if not _is_typed() or asks_for_help():
        return
    context = click.get_current_context().find_root()
    name, *arguments = _words()
    if command := commands.get_command(context, name):
        command.make_context(name, arguments, parent=context, obj=settings)


def keys_to_be_made(context: click.Context) -> Path | None:
    """Where keys will be made, if what was typed is looked at before an installation is; None where one is there."""
    settings = context.obj
    return settings.keys if isinstance(settings, Settings) and not has_begun(settings) else None


def only_looks() -> bool:
    """Whether the command that was typed only looks at what there is."""
    return asks_for_help() or (_is_typed() and _typed() in LOOKERS)


def asks_for_help() -> bool:
    """Whether only words about commands are asked for."""
    return _is_typed() and (_typed() == THE_LIST or HELP in sys.argv)


def for_help(settings: Settings) -> Settings:
    """For words about commands, where no installation is: a folder of its own, which goes with this process."""
    if not asks_for_help() or has_begun(settings):
        return settings
    nowhere = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, nowhere)
    return replace(settings, instance=nowhere)


def told(refused: click.ClickException) -> click.ClickException:
    """What keeps the program from starting, as Flask tells it in words beside the list of commands too."""
    return NoAppException(refused.message) if _is_typed() and _typed() == THE_LIST else refused


def has_begun(settings: Settings) -> bool:
    """Whether a key or a file of a store is there, or may be: what cannot be looked at may."""
    urls = [make_url(address) for address in settings.addresses.values()]
    files = [Path(url.database) for url in urls if url.get_backend_name() == "sqlite" and url.database]
    return any(map(_may_be_there, [*(settings.keys / name for name in RANDOM_KEYS), *files]))


def _may_be_there(path: Path) -> bool:
    try:
        return exists(path)
    except PermissionError:
        return True


def _is_typed() -> bool:
    """Whether this is a command line at all."""
    return click.get_current_context(silent=True) is not None


def _typed() -> str:
    """The command's name, or THE_LIST."""
    return next(iter(_words()), THE_LIST)


def _words() -> list[str]:
    """The command's name and its arguments; Flask asks for the app before it says which command it is for."""
    context = click.get_current_context().find_root()
    _, rest, _ = context.command.make_parser(context).parse_args(sys.argv[1:])
    return rest
