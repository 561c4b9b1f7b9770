"""Settings of one installation: from the environment, with safe defaults, read once. SETTINGS lists them all."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from survey.stores import store_address
from survey.within_reach import exists

STORES = ("desk", "ballots", "answers", "assistance")

LOGINS_FILE = "demo-logins.txt"
MIXER_FOLDER = "mixer"  # within the instance's, where no other is named
REQUESTS_AT_ONCE = 8  # in work; others wait for them, or are told that it is busy
LARGEST_POST_BYTES = 3 * 1024 * 1024  # an uploaded plan; respondents' pages stay far below
SHORTEST_TOKEN = 20
LONGEST_SAID = 20  # characters of a refused value; in a longer one may stand what was not meant to be in it: a password
ADDRESS_MARK = "://"
# Beyond these a number was not meant: none counts so many proxies, or has a server before which so many could wait.
MOST_PROXIES = 10
MOST_WAITING = 10_000
PREFIX = "JIANFU_"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: its own name, what browsers call it, which way it is written (ltr or rtl)."""

    name: str
    tag: str
    direction: str
    gap: str = " "  # between two sentences


def _languages() -> dict[str, Language]:
    told = tomllib.loads((HERE / "translations/languages.toml").read_text(encoding="utf-8"))
    return {code: Language(**row) for code, row in told.items()}


LANGUAGES = _languages()
DEFAULT_LANGUAGE = next(iter(LANGUAGES))


@dataclass(frozen=True)
class Settings:
    """Where things are kept and how the pages are served."""

    instance: Path
    addresses: Mapping[str, str]  # store → database address
    https: bool  # whether the pages are reached over TLS, so that cookies may be marked Secure
    proxies: int  # how many of our own stand before the server, each of which says who asked
    mixer_keys: Path  # the mixer's own folder; whoever serves pages never reads it
    host: str  # the address that the server listens on
    most_waiting: int  # requests that wait for those in work; whoever comes beyond is told that it is busy
    log_as_json: bool
    demands_second_step: bool  # of every account of staff
    metrics_token: str  # who asks for /metrics from another machine must show it; empty: nobody may

    @cached_property  # every page that is sent asks for it
    def keys(self) -> Path:
        """The folder of this installation's keys."""
        return self.instance / "keys"

    @property
    def is_demo(self) -> bool:
        """Whether this is a synthetic demo, so that even the pages that know no district say so."""
        return exists(self.instance / LOGINS_FILE)


class BadSettings(click.ClickException, ValueError):
    """Settings that cannot be meant, each with what would do."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as docs/configuration.md tells it."""

    default: str  # as it would be written; where it hangs on another, in words
    meaning: str
    read: Callable[[str], Any]  # from what is written; raises ValueError with what would do
    is_secret: bool = False  # or may hold a password: never said again


def _folder(written: str) -> Path:
    found = Path(written)
    if ADDRESS_MARK in written:
        raise ValueError("a folder is needed, and an address stands in this. Begin each setting on a line of its own.")
    with suppress(PermissionError):  # the mixer's own folder, of which the pages see nothing
        if exists(found) and not found.is_dir():
            raise ValueError("a folder is needed, and this is a file.")
    return found


def _host(written: str) -> str:
    with suppress(ValueError):
        return str(ipaddress.ip_address(written))
    if written != "localhost":
        raise ValueError("an address of this machine is needed, such as 127.0.0.1 or 0.0.0.0.")
    return written


def _yes_or_no(written: str) -> bool:
    if written not in ("0", "1"):
        raise ValueError("1 or 0 is needed.")
    return written == "1"


def _number(what: str, most: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        is_number = written.isascii() and written.isdecimal() and len(written) <= len(str(most))
        if not is_number or int(written) > most:
            raise ValueError(f"{what}, from 0 to {most}, is needed.")
        return int(written)

    return read


def _log(written: str) -> bool:
    if written not in ("text", "json"):
        raise ValueError("text or json is needed.")
    return written == "json"


def _token(written: str) -> str:
    if 0 < len(written) < SHORTEST_TOKEN:
        raise ValueError(f"at least {SHORTEST_TOKEN} characters are needed, such as: openssl rand -hex 16")
    if not (written.isascii() and written.isprintable()) or " " in written:
        raise ValueError("a header carries letters, digits and signs of ASCII alone, such as: openssl rand -hex 16")
    return written


SETTINGS: Mapping[str, Setting] = {
    "JIANFU_INSTANCE": Setting("instance, beside the program", "The folder of keys, and of stores on SQLite.", _folder),
    **{
        f"JIANFU_{store.upper()}_URL": Setting(
            f"sqlite:///JIANFU_INSTANCE/{store}.db",
            f"Where the store of {what} is. On PostgreSQL a database of its own: postgresql://jianfu@host/{store}",
            store_address.read,
            is_secret=True,
        )
        for store, what in {
            "desk": "schools, staff, plans and releases",
            "ballots": "slips and sealed answers",
            "answers": "mixed answers",
            "assistance": "requests for help by name",
        }.items()
    },
    "JIANFU_MIXER_KEYS": Setting(
        "JIANFU_INSTANCE/mixer",
        "The mixer's own folder. The pages need it only to check that they cannot read it.",
        _folder,
    ),
    "JIANFU_HOST": Setting(
        "127.0.0.1",
        "The address to listen on. Another only within a network of the servers' or containers' own.",
        _host,
    ),
    "JIANFU_HTTPS": Setting("0", "1 where people reach the pages over TLS: cookies are marked Secure.", _yes_or_no),
    "JIANFU_PROXIES": Setting(
        "0",
        "How many of your own proxies stand before the server.",
        _number("the number of proxies before the server", MOST_PROXIES),
    ),
    "JIANFU_WAITING": Setting(
        "200",
        f"How many requests may wait for the {REQUESTS_AT_ONCE} in work. Whoever comes beyond is told that it is busy.",
        _number("a number of requests", MOST_WAITING),
    ),
    "JIANFU_LOG": Setting("text", "json: one JSON object a line on standard error.", _log),
    "JIANFU_SECOND_STEP": Setting(
        "0",
        "1 where every account of staff must log in with a second step: who has none is led to turning it on.",
        _yes_or_no,
    ),
    "JIANFU_METRICS_TOKEN": Setting(
        "",
        "Who asks for /metrics from another machine sends it as a bearer token. Empty: only this machine may ask.",
        _token,
        is_secret=True,
    ),
}


def read_settings(environment: Mapping[str, str] = os.environ, instance: Path | None = None) -> Settings:
    """The settings, from the environment; `instance` where the caller knows its folder. Raises BadSettings."""
    problems: list[str] = []

    def told(name: str, default: Any) -> Any:
        written = environment.get(name) or default
        try:
            return SETTINGS[name].read(written) if isinstance(written, str) else written
        except ValueError as problem:
            problems.append(f"{name} is {_said(SETTINGS[name], written)}; {problem}")
            return default

    def plain(name: str) -> Any:
        return told(name, SETTINGS[name].default)

    folder = instance or told("JIANFU_INSTANCE", HERE.parent / "instance")
    found = Settings(
        instance=folder,
        addresses={store: told(f"JIANFU_{store.upper()}_URL", f"sqlite:///{folder / store}.db") for store in STORES},
        https=plain("JIANFU_HTTPS"),
        proxies=plain("JIANFU_PROXIES"),
        mixer_keys=told("JIANFU_MIXER_KEYS", folder / MIXER_FOLDER),
        host=plain("JIANFU_HOST"),
        most_waiting=plain("JIANFU_WAITING"),
        log_as_json=plain("JIANFU_LOG"),
        demands_second_step=plain("JIANFU_SECOND_STEP"),
        metrics_token=plain("JIANFU_METRICS_TOKEN"),
    )
    if problems := problems or _files_shared(found.addresses):
        raise BadSettings("\n".join(problems))
    return found


def _said(setting: Setting, written: str) -> str:
    """A value that was refused, for a line that may stand in a journal: nothing that may be a password."""
    if setting.is_secret:
        return "not right"
    if ADDRESS_MARK in written or len(written) > LONGEST_SAID:
        return f"a value of {len(written)} characters"
    return repr(written)


def _files_shared(addresses: Mapping[str, str]) -> list[str]:
    """What is wrong where two stores are one file; on PostgreSQL stores may share a database."""
    taken: dict[str, str] = {}
    problems = []
    for store, address in addresses.items():
        first = taken.setdefault(store_address.place(address), store)
        if first != store and address.startswith("sqlite:"):
            problems.append(
                f"JIANFU_{store.upper()}_URL is not right; the store {first} has this file already "
                f"(JIANFU_{first.upper()}_URL). Give each store a file of its own."
            )
    return problems


def settings_table() -> list[str]:
    """All settings as docs/configuration.md shows them, line by line."""
    rows = [(f"`{n}`", f"`{each.default}`" if each.default else "empty", each.meaning) for n, each in SETTINGS.items()]
    return [f"| {' | '.join(row)} |" for row in [("setting", "default", "meaning"), ("---",) * 3, *rows]]
