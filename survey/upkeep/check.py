"""`flask --app survey check`: does this installation, as it stands, keep what respondents are promised?"""

from __future__ import annotations

import difflib
import os
import shutil
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import Flask, current_app, g
from flask.cli import with_appcontext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from survey import db, disturbed
from survey.assistance import counts
from survey.ballot import last_turn, seal_key
from survey.ballot.store import Ballot
from survey.calling import CALLED_AS
from survey.config import LOGINS_FILE, MIXER_FOLDER, PREFIX, SETTINGS, STORES, Settings
from survey.door import serving
from survey.keyring import pages_keys
from survey.keyring.keys import RANDOM_KEYS, UnreadableKey, bytes_of, is_there
from survey.staff.store import Bureau
from survey.stores import engines, schema, store_address
from survey.upkeep import pages_seen, restoring, server_settings

Look = Callable[[Settings, str | None], Iterator[str]]
OTHERS = stat.S_IRWXG | stat.S_IRWXO
STRANGERS = stat.S_IRWXO
ROWID_TABLES_ALLOWED = {"ballot_group", "seal_key"}  # whom a round asks, and the mixer's public key: no answer
OF_TESTS = ("JIANFU_TEST_", "JIANFU_OVERLOAD_")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MEGABYTE = 2**20
ROOM_BYTES = 200 * MEGABYTE  # a house rule: a store is written anew beside itself at each mixing
CHINA_AHEAD = timedelta(hours=8)  # of UTC, in all of China


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(check)


@click.command()
@click.option("--url", help="The address people use, such as https://jianfu.example: asked through your proxy.")
@with_appcontext
def check(url: str | None) -> None:
    """Check configuration, keys, stores and pages; exit status 1 with reasons where something is amiss."""
    settings: Settings = current_app.config["SETTINGS"]
    amiss = 0
    for subject, look in CHECKS.items():
        found = _found(look, settings, url)
        amiss += len(found)
        click.echo(f"{'amiss' if found else 'ok':<6} {subject}")
        for problem in found:
            click.echo(f"         {problem}")
    if amiss:
        raise SystemExit(1)


def _found(look: Look, settings: Settings, url: str | None) -> list[str]:
    """What is amiss; a key that cannot be read, or a store that cannot be asked, ends one look, not those after it."""
    found: list[str] = []
    try:
        for problem in look(settings, url):
            found.append(problem)
    except UnreadableKey as unreadable:
        if unreadable.message not in found:
            found.append(unreadable.message)
    except DBAPIError:
        db.let_go(*g.get("sessions", ()))
        found.append("A store that would have to be asked for this cannot be asked: see «stores».")
    return found


def configuration(settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether what was set is what was meant; what cannot be meant keeps the program from starting."""
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in (*SETTINGS, CALLED_AS) and not name.startswith(OF_TESTS):
            meant = "".join(f" Is {each} meant?" for each in difflib.get_close_matches(name, SETTINGS, 1))
            yield f"{name} is no setting.{meant} docs/configuration.md lists them."
    if not settings.most_waiting:
        yield "JIANFU_WAITING is 0: everybody is told that it is busy."
    try:
        socket.create_server((settings.host, 0), family=serving.family_of(settings.host)).close()
    except OSError as error:
        yield f"JIANFU_HOST is {settings.host}, where nobody can listen: {os.strerror(error.errno or 0)}."
    if settings.host not in LOOPBACK and not settings.proxies:
        yield f"The pages listen on {settings.host} and count no proxy: put one before them, and set JIANFU_PROXIES."


def disk(settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether there is room to write."""
    places = {settings.instance}
    places |= {Path(p).parent for s in STORES if (p := _file_of(s)) is not None}
    for place in sorted(places):
        free = shutil.disk_usage(place).free
        if free < ROOM_BYTES:
            yield f"{place} has {free // MEGABYTE} MB left. Make room: at least {ROOM_BYTES // MEGABYTE} MB are needed."
        if not os.access(place, os.W_OK):
            yield f"{place} cannot be written by the user who runs this."


def keys(settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether the keys of the pages are whole, their owner's alone, and those of these stores."""
    for path in filter(is_there, (settings.keys / name for name in RANDOM_KEYS)):
        try:
            bytes_of(path)
        except UnreadableKey as problem:
            yield problem.message
            continue
        if stat.S_IMODE(path.stat().st_mode) & OTHERS:
            yield f"{path} is open to others. Run: chmod 600 {path}"
    yield from pages_keys.amiss()


def mixer_key(settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether the pages' own process could open a ballot, and, where it is seen from here, whether the mixer could."""
    try:
        seal_key.public_key(db.session("ballots").connection())
    except seal_key.NoSealKey as problem:
        yield str(problem)
    db.session("ballots").rollback()
    yield from mixer_folder(settings)
    path = settings.mixer_keys / seal_key.FILE
    if os.access(path, os.R_OK):
        yield (
            f"{path} can be read by the user who runs this. Where the pages run as that user too, they could open "
            "ballots; run the mixer as a user of its own (docs/operations.md)."
        )
        yield from seal_key.amiss(settings.mixer_keys)


def mixer_folder(settings: Settings) -> Iterator[str]:
    """Whether the one that is named is there; of one in a folder that is closed to this user nothing can be told."""
    if settings.mixer_keys == settings.instance / MIXER_FOLDER:
        return  # nobody named another: it need not be there where the mixer's own is elsewhere
    try:
        settings.mixer_keys.stat()
    except (FileNotFoundError, NotADirectoryError):
        yield (
            f"JIANFU_MIXER_KEYS is {settings.mixer_keys}, which is not there: nothing can be told of the mixer's key. "
            "Name the folder in which the mixer keeps it; where the mixer is on another machine, name none."
        )
    except PermissionError:
        return


def sealed_ballots(_settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether the mixer could open what was sent."""
    with db.reading("ballots") as connection:
        number = connection.execute(select(func.count()).where(Ballot.set_aside)).scalar_one()
    if number:
        yield (
            f"Ballots that the mixer cannot open: {number}. They were set aside, are no answers, and are deleted when "
            "their round is over. Pages that are damaged make such, or whoever else can write to the ballots store: "
            "docs/operations.md says what to look at."
        )


def mixers_turns(_settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether the mixer is at work while it is needed."""
    yield from last_turn.amiss()


def stores(settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether the stores answer, stand apart, are whole, and keep no trace."""
    yield from restoring.amiss(settings.instance)
    if len({store_address.place(each) for each in settings.addresses.values()}) < len(STORES):
        yield "Two stores have one address. Give each its own: JIANFU_<STORE>_URL"
    for store in STORES:
        place = f"{store} at {store_address.told(db.engine(store).url)}"
        try:
            if (shape := schema.version(store)) == schema.newest(store):
                yield from _store(store)
            else:
                yield (
                    f"{place} {f'has tables of the shape {shape}' if shape else 'has none of its tables'}, and the "
                    f"program's are of {schema.newest(store)}. Is it the right address? Then start the pages, which "
                    "bring it up."
                )
        except DBAPIError as error:
            yield f"{place} does not answer: {disturbed.said(error)}"


def _store(store: str) -> Iterator[str]:
    engine = db.engine(store)
    with engine.connect() as connection:
        connection.execute(text("select 1"))
        if engine.dialect.name == "postgresql":
            yield from server_settings.that_lose(store, connection)
            if store in engines.TRACELESS:
                yield from server_settings.that_keep_traces(store, connection)
        elif store in engines.TRACELESS:
            yield from _traces(store, connection)
    path = _file_of(store)
    if path is not None and stat.S_IMODE(path.parent.stat().st_mode) & STRANGERS:
        yield f"{path.parent} is open to everybody on this machine. Run: chmod o-rwx {path.parent}"


def _file_of(store: str) -> Path | None:
    engine = db.engine(store)
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def _traces(store: str, connection: Connection) -> Iterator[str]:
    def ask(sql: str) -> str:
        return str(connection.execute(text(sql)).scalar())

    if (mode := ask("pragma journal_mode")) != "truncate":
        yield f"{store}: journal_mode is {mode}; answers could be read from the journal. It must be truncate."
    if ask("pragma secure_delete") != "1":
        yield f"{store}: secure_delete is off; deleted ballots stay in the file."
    for table in db.BASES[store].metadata.tables:
        made = ask(f"select sql from sqlite_master where name = '{table}'")
        if table not in ROWID_TABLES_ALLOWED and "WITHOUT ROWID" not in made.upper():
            yield f"{store}: table {table} keeps the order of arrival; it must be made WITHOUT ROWID."


def assistance(_settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether the requests for help can be opened."""
    yield from counts.amiss()
    db.session("assistance").rollback()


def transport(settings: Settings, _url: str | None) -> Iterator[str]:
    """How people reach the pages."""
    if not settings.https:
        yield "JIANFU_HTTPS is not 1: cookies of staff are not marked Secure, and answers travel in the clear."
    elif not settings.proxies:
        yield "JIANFU_HTTPS is 1 but JIANFU_PROXIES is 0: behind a proxy everybody looks like one client."


def mode(settings: Settings, _url: str | None) -> Iterator[str]:
    """Nothing of a demo or a workshop."""
    if current_app.debug:
        yield "Debug mode is on: an error would show answers to whoever meets it. Unset FLASK_DEBUG."
    if settings.is_demo:
        yield f"{settings.instance / LOGINS_FILE} is there: this is the synthetic demo."


def days(_settings: Settings, _url: str | None) -> Iterator[str]:
    """Whether a round ends at midnight where the bureau is."""
    now = datetime.now().astimezone()
    with db.reading("desk") as connection:
        places = connection.execute(select(Bureau.place)).scalars().all()
    if now.utcoffset() != CHINA_AHEAD and any(place.split("-")[0] == "CN" for place in places):
        yield (
            f"Days are those of {now:%Z (UTC%z)}, and the bureau is in China: rounds would end at another hour than "
            "midnight. Set TZ=Asia/Shanghai for pages and mixer (/etc/jianfu/stores.env); restart both."
        )


def pages(_settings: Settings, url: str | None) -> Iterator[str]:
    """What a respondent's page carries, from here or through the proxy."""
    yield from pages_seen.amiss(url)


CHECKS: Mapping[str, Look] = {
    "configuration": configuration,
    "disk": disk,
    "keys": keys,
    "the mixer's key": mixer_key,
    "sealed ballots": sealed_ballots,
    "the mixer's turns": mixers_turns,
    "stores": stores,
    "requests for help": assistance,
    "transport": transport,
    "mode": mode,
    "days": days,
    "respondents' pages": pages,
}
