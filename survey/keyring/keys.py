"""The random keys of one installation: made on first start, readable by their owner alone.

`pepper` turns slip codes into what is stored of them; `page_state` seals the answers that travel in a page;
`session` signs staff cookies; `second_step` seals the secrets of staff's codes; `assistance` seals requests for help,
and nothing else does. The mixer's key is not among them: see `ballot/seal_key.py`.

When a key is rotated (`rotation.py`), the one before it stays beside it under the name with `_before`, where what it
signed or sealed is still on its way; `_next` is the one that is being put in force.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

import click

from survey import whole_file
from survey.calling import called, user
from survey.disturbed import NotNow
from survey.within_reach import exists

KEY_BYTES = 32
OWNERS_FOLDER = 0o700
NEXT, BEFORE = "_next", "_before"
RANDOM_KEYS = ("pepper", "page_state", "session", "second_step", "assistance")
# Open what is sealed in the stores, so a backup has a copy of them beside it; and of these, once one was rotated.
COPIED_KEYS, COPIED_ONCE_ROTATED = ("assistance", "second_step"), ("assistance_seal",)


class UnreadableKey(click.ClickException, NotNow):
    """A key that is there, and that the user who runs this cannot read; what would do."""

    def __init__(self, error: OSError) -> None:
        path = Path(error.filename)
        would_do = (
            "Give the keys to the user that the pages run as; on a server that was set up by docs/operations.md: "
            f"chown -R jianfu-web:jianfu {path.parent} && chmod -R u=rwX,go= {path.parent}"
            if isinstance(error, PermissionError)
            else remedy(path)
        )
        super().__init__(f"{path} cannot be read by the user who runs this ({user()}): {error.strerror}. {would_do}")


class ShortKey(UnreadableKey):
    """A key that was cut short."""

    def __init__(self, path: Path) -> None:
        click.ClickException.__init__(self, f"{path} is shorter than {KEY_BYTES} bytes. {remedy(path)}")


def remedy(path: Path) -> str:
    """What would do where the file of a key is damaged."""
    if path.name.removesuffix(BEFORE).removesuffix(NEXT) in (*COPIED_KEYS, *COPIED_ONCE_ROTATED):
        return "Put the file back from its backup, or from the machine whose pages work."
    return (
        "It is in no backup: put the file back from another machine whose pages work. If there is none, delete it, and "
        f"have another made: {called('keys', 'lost')}"
    )


def make_keys(folder: Path) -> None:
    """Make the keys that are not there yet; those that are stay as they are."""
    # `mkdir` gives its mode to the last folder alone; the stores beside the keys are nobody else's either.
    folder.parent.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
    folder.mkdir(exist_ok=True, mode=OWNERS_FOLDER)
    whole_file.take_away_left(folder)  # one that was killed may have left a second name of a key, which outlives it
    for name in RANDOM_KEYS:
        if not exists(folder / name):
            with suppress(FileExistsError):  # another process has just made it
                whole_file.make(folder / name, secrets.token_bytes(KEY_BYTES))


@cache
def read_key(folder: Path, name: str) -> bytes:
    """The 32 bytes of one key. Raises UnreadableKey, and FileNotFoundError before `flask init`."""
    return bytes_of(folder / name)


def bytes_of(path: Path) -> bytes:
    """What is in the file of a key. Raises UnreadableKey, ShortKey, and FileNotFoundError where there is none."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableKey(error) from None
    if len(found) < KEY_BYTES:
        raise ShortKey(path)
    return found


def is_there(path: Path) -> bool:
    """Whether there is a file of a key. Raises UnreadableKey where its folder cannot be looked into."""
    try:
        return exists(path)
    except OSError as error:
        raise UnreadableKey(error) from None


def valid_keys(folder: Path, name: str) -> list[bytes]:
    """The keys that may have sealed what is to be opened, the present one first. Read anew each time.

    Raises UnreadableKey, and FileNotFoundError where there is none.
    """
    others = [folder / f"{name}{ending}" for ending in (NEXT, BEFORE)]
    return [bytes_of(folder / name), *(bytes_of(path) for path in others if is_there(path))]


def next_key(folder: Path, name: str) -> bytes:
    """A new key that is not in force yet; the one of a rotation that was cut off, where there is one."""
    path = folder / f"{name}{NEXT}"
    if not is_there(path):
        whole_file.make(path, secrets.token_bytes(KEY_BYTES))
    return bytes_of(path)


def put_in_force(folder: Path, name: str, *, keep_before: bool) -> None:
    """The next key becomes the key; the one before stays for what is on its way, or goes."""
    current, before = folder / name, folder / f"{name}{BEFORE}"
    before.unlink(missing_ok=True)
    if keep_before and exists(current):
        before.hardlink_to(current)
    (folder / f"{name}{NEXT}").replace(current)
    read_key.cache_clear()
