"""`flask --app survey keys bring FOLDER`: the keys that open what is sealed in the stores, out to a copy and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from survey import whole_file
from survey.calling import There
from survey.keyring import pages_keys, rotation
from survey.keyring.keys import (
    BEFORE,
    COPIED_KEYS,
    COPIED_ONCE_ROTATED,
    NEXT,
    OWNERS_FOLDER,
    bytes_of,
    is_there,
    read_key,
)
from survey.within_reach import exists

COPIED = (*COPIED_KEYS, *COPIED_ONCE_ROTATED)


class BadKeys(click.ClickException):
    """A folder that does not hold the keys whole."""


class KeysOfAnother(click.ClickException):
    """Keys of which none opens anything that is sealed in the stores."""


class KeysInUse(click.ClickException):
    """Other keys have sealed something here, which would be lost with them."""


@rotation.keys.command("bring")
@click.argument("folder", type=There(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def bring(folder: Path) -> None:
    """Put the keys of a restored backup in force, where nothing is sealed with other ones yet."""
    check(folder)
    target = current_app.config["SETTINGS"].keys
    for name, opens in _opening(_valid(target)).items():
        if opens and _would_change(name, folder, target):
            raise KeysInUse(f"The key {target / name} is in use already: it opens what is sealed here. It stays.")
    put_in_force(folder, target, whose="these stores")
    click.echo(f"{folder}: the keys {' and '.join(COPIED_KEYS)} are in force. {rotation.RESTART}")
    for unsure in unproven():
        click.echo(unsure)


def check(folder: Path) -> None:
    """Raises BadKeys where a key is missing, UnreadableKey where it cannot be read or was cut short."""
    for name in (*COPIED_KEYS, *_rotated(folder)):
        if not is_there(folder / name):
            raise BadKeys(f"The key {folder / name} is missing.")
        bytes_of(folder / name)


def put_in_force(source: Path, target: Path, *, whose: str) -> None:
    """The copied keys in the place of those of this installation.

    Raises, before it writes any, BadKeys, and KeysOfAnother where they do not belong to what is in the stores.
    """
    check(source)
    refuse_those_of_another(source, target, whose)
    for name in COPIED_KEYS:
        pages_keys.follow(name, (source / name).read_bytes())
    copy(source, target)


def unproven() -> Iterator[str]:
    """Which of the keys that are in force now are not known to belong to what is in the stores, in words."""
    for name, opens in _opening(_valid(current_app.config["SETTINGS"].keys)).items():
        sealed = rotation.KINDS[name].seals
        if opens is None:
            yield f"Whether {name} is the right key cannot be told: no {sealed} were sealed."
        elif not opens:
            yield f"The key {name} does not open the {sealed}: they were sealed with another."


def refuse_those_of_another(source: Path, target: Path, whose: str) -> None:
    """Raises KeysOfAnother where the keys in `source` do not belong to what is in the stores.

    Where one of them opens something they do: the other may have been lost before they were copied.
    """
    opening = _opening(_brought(source, target))
    others = [
        f"{name} does not open its {rotation.KINDS[name].seals}" for name, opens in opening.items() if opens is False
    ]
    if others and True not in opening.values():
        raise KeysOfAnother(
            f"The keys in {source} do not belong to {whose}: {', '.join(others)}. Nothing was changed. "
            "Name the folder of those that its own installation had when the backup was made."
        )


def copy(source: Path, target: Path) -> None:
    """The keys, for their owner alone, in the place of those that are there. Raises BadKeys before it writes any."""
    check(source)
    target.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
    for name in (*COPIED_KEYS, *_rotated(source)):
        whole_file.put(target / name, (source / name).read_bytes())
    read_key.cache_clear()  # whoever read one before read another


def _opening(keys: rotation.Keys) -> dict[str, bool | None]:
    """Of each copied key whether it opens what is sealed in the stores; None where nothing is."""
    return {name: rotation.KINDS[name].opens(keys) for name in COPIED_KEYS}


def _valid(folder: Path) -> rotation.Keys:
    """The keys by which an installation opens what is sealed."""
    return {name: _held(*(folder / f"{name}{ending}" for ending in ("", NEXT, BEFORE))) for name in COPIED}


def _brought(source: Path, target: Path) -> rotation.Keys:
    """The keys that would be in force: what is not brought stays."""
    return {name: _held(source / name) or _held(target / name) for name in COPIED}


def _held(*paths: Path) -> list[bytes]:
    return [bytes_of(path) for path in paths if is_there(path)]


def _rotated(folder: Path) -> list[str]:
    return [name for name in COPIED_ONCE_ROTATED if is_there(folder / name)]


def _would_change(kind: str, source: Path, target: Path) -> bool:
    """Whether another file would lie in the place of one of this key's."""
    pairs = [(source / name, target / name) for name in (kind, rotation.KINDS[kind].file)]
    return any(
        exists(brought) and exists(there) and brought.read_bytes() != there.read_bytes() for brought, there in pairs
    )
