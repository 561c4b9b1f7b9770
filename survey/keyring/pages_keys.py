"""Whether the keys that lie here are those of the pages on these stores: on each of several machines they are the same.

With another pepper a slip is unknown, with another signing key whoever is logged in is not. So whoever first serves
pages on the stores, or prints slips, leaves a mark of each key in the ballots store: all pages share it, and no backup
holds these marks. The mixer has no such keys, and asks for none. The requests' own key is marked in their own store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
from flask import current_app
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from survey import db
from survey.calling import called
from survey.db import BallotsBase
from survey.disturbed import NotNow
from survey.keyring.key_marks import is_of, mark_of, once, put
from survey.keyring.keys import NEXT, bytes_of, is_there, read_key

# Key → what another in its place does.
MARKED: Mapping[str, str] = {
    "pepper": "slips that were printed are unknown",
    "page_state": "questionnaires that are open cannot be finished",
    "session": "staff are logged out",
    "second_step": "codes of second steps are refused",
}


class PagesKey(BallotsBase):
    """Which key of a name the pages on this store have: nothing of the key can be had from it."""

    __tablename__ = "pages_key"
    __table_args__ = {"sqlite_with_rowid": False}

    name: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[bytes]


class OtherKeys(click.ClickException, NotNow):
    """The pages on these stores have other keys than those that lie here."""


def mark() -> None:
    """Mark stores that have no mark with the keys that lie here; commits. Raises OtherKeys."""
    with db.reading("ballots") as connection:
        known = _known(connection)
    if known.keys() >= MARKED.keys():
        _refuse(known)
        return
    session = db.begin_writing("ballots")
    mark_within(session)
    session.commit()


def mark_within(session: Session) -> None:
    """The same within a transaction of the ballots store; the caller commits. Raises OtherKeys."""
    keys = current_app.config["SETTINGS"].keys
    for name in MARKED.keys() - _known(session).keys():
        put(session, PagesKey, name=name, mark=mark_of(read_key(keys, name)))
    known = _known(session)
    _refuse(known)
    # What lies there fits; this process may have begun with the one before, and would print slips that end with it.
    if not is_of(known["pepper"], read_key(keys, "pepper")):
        raise OtherKeys(
            "The pepper was rotated since this process began, or is not yet in force. Restart, or rotate again."
        )


def check() -> None:
    """Raises OtherKeys where the stores are marked with others than those that lie here."""
    with db.reading("ballots") as connection:
        _refuse(_known(connection))


def pepper() -> bytes:
    """The key by which slips are known. Raises OtherKeys."""
    found = read_key(current_app.config["SETTINGS"].keys, "pepper")
    once("pages", found, check)
    return found


def amiss() -> Iterator[str]:
    """What keeps these keys from being used on these stores, in words for whoever runs the server."""
    try:
        check()
    except OtherKeys as problem:
        yield problem.message


def follow(name: str, key: bytes) -> None:
    """Mark the key that comes into the place of the one that lies here; commits.

    Where the stores are marked with neither, their mark stays.
    """
    path = current_app.config["SETTINGS"].keys / name
    if is_there(path):
        session = db.begin_writing("ballots")
        marked_here = PagesKey.name == name, PagesKey.mark == mark_of(bytes_of(path))
        session.execute(update(PagesKey).where(*marked_here).values(mark=mark_of(key)))
        session.commit()


def give_up() -> list[str]:
    """Put the marks of the keys that lie here in the place of others, which are lost; commits. Their names.

    The list is empty where these keys fit.
    """
    session = db.begin_writing("ballots")
    others = _others(_known(session))
    session.execute(delete(PagesKey).where(PagesKey.name.in_(others)))
    mark_within(session)
    session.commit()
    return others


def _known(where: Connection | Session) -> dict[str, bytes]:
    return {row.name: row.mark for row in where.execute(select(PagesKey.name, PagesKey.mark))}


def _others(known: Mapping[str, bytes]) -> list[str]:
    """The names of the keys that do not fit; one that is being put in force does (`rotation.py`)."""
    folder, found = current_app.config["SETTINGS"].keys, []
    for name in MARKED.keys() & known.keys():
        paths = [path for path in (folder / name, folder / f"{name}{NEXT}") if is_there(path)]
        if not is_of(known[name], *map(bytes_of, paths)):
            found.append(name)
    return sorted(found)


def _refuse(known: Mapping[str, bytes]) -> None:
    if others := _others(known):
        raise OtherKeys(
            f"The pages on these stores have other keys than those in {current_app.config['SETTINGS'].keys} "
            f"({', '.join(others)}). With these {', '.join(MARKED[name] for name in others)}. Copy that folder whole "
            "from the machine whose pages work, or from where it is kept (for this user alone, mode 600), and restart. "
            f"Only if those keys are lost for good: {called('keys', 'lost')}"
        )
