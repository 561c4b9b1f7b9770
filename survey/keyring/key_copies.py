"""`flask --app survey keys bring FOLDER`: the keys that open what is sealed in the stores, out to a copy and back."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from survey.calling import There
from survey.keyring import pages_keys, rotation
from survey.keyring.keys import (
    COPIED_KEYS,
    COPIED_ONCE_ROTATED,
    OWNERS_FOLDER,
    bytes_of,
    is_there,
    read_key,
    write_key,
)
from survey.within_reach import exists


class BadKeys(click.ClickException):
    """A folder that does not hold the keys whole."""


class KeysInUse(click.ClickException):
    """Other keys have sealed something here, which would be lost with them."""


@rotation.keys.command("bring")
@click.argument("folder", type=There(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def bring(folder: Path) -> None:
    """Put the keys of a restored backup in force, where nothing is sealed with other ones yet."""
    check(folder)
    target = current_app.config["SETTINGS"].keys
    for name in COPIED_KEYS:
        if rotation.KINDS[name].is_in_use() and _would_change(name, folder, target):
            raise KeysInUse(f"The key {target / name} is in use already: it opens what is sealed here. It stays.")
    put_in_force(folder, target)
    click.echo(f"{folder}: the keys {' and '.join(COPIED_KEYS)} are in force. {rotation.RESTART}")


def check(folder: Path) -> None:
    """Raises BadKeys where a key is missing, UnreadableKey where it cannot be read or was cut short."""
    for name in (*COPIED_KEYS, *_rotated(folder)):
        if not is_there(folder / name):
            raise BadKeys(f"The key {folder / name} is missing.")
        bytes_of(folder / name)


def put_in_force(source: Path, target: Path) -> None:
    """The copied keys in the place of those of this installation. Raises BadKeys before it writes any."""
    check(source)
    for name in COPIED_KEYS:
        pages_keys.follow(name, (source / name).read_bytes())
    copy(source, target)


def copy(source: Path, target: Path) -> None:
    """The keys, for their owner alone, in the place of those that are there. Raises BadKeys before it writes any."""
    check(source)
    target.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
    for name in (*COPIED_KEYS, *_rotated(source)):
        key = (source / name).read_bytes()
        (target / name).unlink(missing_ok=True)
        write_key(target / name, key)
    read_key.cache_clear()  # whoever read one before read another


def _rotated(folder: Path) -> list[str]:
    return [name for name in COPIED_ONCE_ROTATED if is_there(folder / name)]


def _would_change(kind: str, source: Path, target: Path) -> bool:
    """Whether another file would lie in the place of one of this key's."""
    pairs = [(source / name, target / name) for name in (kind, rotation.KINDS[kind].file)]
    return any(
        exists(brought) and exists(there) and brought.read_bytes() != there.read_bytes() for brought, there in pairs
    )
