"""The address of a store: what can be meant by one, and where it leads. Nothing that may be secret of it is said."""

from __future__ import annotations

import difflib
from contextlib import suppress
from pathlib import Path

from psycopg.pq import Conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
SECRET_OPTIONS = ("password", "sslpassword")
USUAL_PORT, LARGEST_PORT = 5432, 65535
TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
EXAMPLES = "sqlite:////var/lib/jianfu/desk.db or postgresql://user@host/desk"


def read(written: str) -> str:
    """The address as it is written. Raises ValueError with what is wrong and what would do."""
    if not written.startswith("sqlite") and written.count("@") > 1:
        # All but the first would be taken for the host's name, which is said when nobody answers there.
        raise ValueError("it has more than one @. Write one that is part of a name or password as %40.")
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number, which may be a part of the password
        raise ValueError(f"an address such as {EXAMPLES} is needed.") from None
    if url.drivername not in DRIVERS:
        raise ValueError(f"it begins with {url.drivername}://; an address such as {EXAMPLES} is needed.")
    if url.get_backend_name() == "sqlite":
        _check_file(url)
    else:
        _check_options(url)
    return written


def told(url: URL) -> str:
    """An address for people to read, without its secrets."""
    return url.difference_update_query(SECRET_OPTIONS).render_as_string(hide_password=True)


def place(address: str) -> str:
    """Where an address leads, however it is spelt: a file that is there is the same under each of its names."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").resolve()
        with suppress(OSError):
            there = file.stat()
            return f"{there.st_dev}:{there.st_ino}"
        return str(file)
    host = url.host or url.query.get("host", "")
    return f"{host}:{url.port or USUAL_PORT}/{url.database or url.username} {url.query.get('options', '')}"


def to_look_at(url: URL, user: str) -> str:
    """What to ask oneself where a store does not answer this user at its address."""
    if url.get_backend_name() == "sqlite":
        return f"Is its folder there and writable for the user who runs this ({user}), and the disk not full?"
    return (
        "Does its server run, can it be reached from here by this host and port, are name, password and database "
        "right, and does it speak TLS as the address wants it (sslmode)?"
    )


def _check_file(url: URL) -> None:
    if url.query:
        raise ValueError("it says something after a ?, which a file takes nothing of. Leave that out.")
    if url.database in (None, "", ":memory:"):
        raise ValueError("it names no file: sqlite:////var/lib/jianfu/desk.db does.")


def _check_options(url: URL) -> None:
    known = [each.keyword.decode() for each in Conninfo.get_defaults()]
    for name in url.query:
        if name not in known:
            meant = "".join(f" Is {each} meant?" for each in difflib.get_close_matches(name, known, 1))
            raise ValueError(f"PostgreSQL knows no option {name}.{meant}")
    if not set(url.normalized_query.get("sslmode", ())) <= set(TLS_MODES):
        raise ValueError(f"PostgreSQL knows of sslmode only: {', '.join(TLS_MODES)}.")
    try:
        _, read_as = url.get_dialect()().create_connect_args(url)
    except ArgumentError:  # an option may name hosts and ports too
        raise ValueError("its hosts and ports cannot be read.") from None
    named = read_as.get("port", "") if url.port is None else url.port
    ports = [port for port in str(named).split(",") if port]  # of several hosts; none is the usual one
    if not all(port.isdecimal() and 0 < int(port) <= LARGEST_PORT for port in ports):
        raise ValueError(f"a port is a number from 1 to {LARGEST_PORT}.")
