"""What a backup says of itself, in `backup.json`: its day, each table's rows, and the fingerprint of each file."""

from __future__ import annotations

import hashlib
import json
import re
import reprlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from survey import disturbed
from survey.calling import hindered
from survey.config import STORES
from survey.day import today
from survey.stores import schema
from survey.within_reach import exists

MANIFEST = "backup.json"
SHA256 = re.compile(r"[0-9a-f]{64}")


class BadBackup(click.ClickException):
    """A folder that is no whole backup, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """How many rows of each table, and which fingerprint each file has."""

    rows: Mapping[str, Mapping[str, int]]  # store → table → how many
    sha256: Mapping[str, str]

    def __str__(self) -> str:
        """How many rows, for whoever made or restored it."""
        return ", ".join(f"{store} {sum(tables.values())} rows" for store, tables in self.rows.items())


def write(folder: Path, rows: Mapping[str, Mapping[str, int]]) -> None:
    """The manifest of the files that are in a folder; of each store's tables, how many rows they have."""
    said = {
        "day": today().isoformat(),
        "rows": rows,
        "sha256": {path.name: fingerprint(path) for path in sorted(folder.glob("*.db"))},
    }
    (folder / MANIFEST).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """What the backup in a folder says of itself; its files are there. Raises BadBackup."""
    try:
        made = _made(folder / MANIFEST)
        for name in made.sha256:
            _need_file(folder / name)
    except OSError as error:
        raise BadBackup(hindered(error)) from None
    return made


def check(folder: Path) -> Manifest:
    """The same, and its files are as they were written. Raises BadBackup."""
    made = read(folder)
    try:
        changed = next((name for name, sha256 in made.sha256.items() if fingerprint(folder / name) != sha256), None)
    except OSError as error:
        raise BadBackup(hindered(error)) from None
    if changed:
        raise BadBackup(f"{folder / changed} is not as it was written. Take another backup.")
    return made


def rows_in(file: Engine, store: str) -> dict[str, int]:
    """How many rows each table has in the file of a store, whatever is there."""
    with file.connect() as connection:
        tables = [table(name) for name in inspect(connection).get_table_names() if name != schema.version_table(store)]
        return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def check_rows(path: Path, copy: Engine, store: str, written: Mapping[str, int]) -> None:
    """A copy of a store's file has the rows that the manifest says. Raises BadBackup, which names the file."""
    try:
        found = rows_in(copy, store)
    except DBAPIError as error:
        if disturbed.passes(error):
            raise
        raise BadBackup(f"{path} is no file of a store: {disturbed.said(error)}. Take another backup.") from None
    for name in sorted({*written, *found}):
        if (there := found.get(name, 0)) != (said := written.get(name, 0)):
            raise BadBackup(
                f"{path} is not the file that the backup wrote: its table {name} has rows: {there}, and {MANIFEST} "
                f"says {said}. Take another backup."
            )


def file_of(store: str) -> str:
    """How a store's file is called."""
    return f"{store}.db"


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _made(path: Path) -> Manifest:
    said = _said(path)
    rows, sha256 = _named(path, said, "rows"), _named(path, said, "sha256")
    names = map(file_of, STORES)
    return Manifest(
        {store: _rows(path, store, rows.get(store)) for store in STORES},
        {name: _sha256(path, name, sha256.get(name)) for name in names},
    )


def _said(path: Path) -> Any:
    if not exists(path):
        raise BadBackup(
            f"{path.parent} is no backup: it has no {MANIFEST}. Name a folder such as jianfu-2020-03-09, as a backup "
            "makes it."
        )
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):  # no UTF-8, no JSON, or brackets without end
        raise BadBackup(f"{path} cannot be read: it is no JSON. Take another backup.") from None


def _named(path: Path, said: Any, key: str) -> dict[str, Any]:
    found = said.get(key) if isinstance(said, dict) else None
    if not isinstance(found, dict):
        raise _unlike(path, f"a table «{key}» is needed", said if found is None else found)
    return found


def _rows(path: Path, store: str, found: Any) -> Mapping[str, int]:
    rows: dict[str, Any] = found if isinstance(found, dict) else {"": None}
    if any(type(number) is not int or number < 0 for number in rows.values()):
        raise _unlike(path, f"in «rows», «{store}» needs the number of rows of each table", found)
    return rows


def _sha256(path: Path, name: str, found: Any) -> str:
    if not isinstance(found, str) or not SHA256.fullmatch(found):
        raise _unlike(path, f"in «sha256», «{name}» needs a fingerprint of 64 digits and letters", found)
    return found


def _unlike(path: Path, needed: str, found: Any) -> BadBackup:
    instead = "nothing is there" if found is None else f"there is {reprlib.repr(found)}"
    return BadBackup(f"{path} is not as a backup writes it: {needed}, and {instead}. Take another backup.")


def _need_file(path: Path) -> None:
    if not exists(path):
        raise BadBackup(f"{path} is missing. Take another backup.")
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadBackup(f"{path} is no file. Take another backup.")
