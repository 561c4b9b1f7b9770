"""What each school's plan in force was weighed at, kept in the desk's store: a new process reads what another made.

A row says by a fingerprint what it was made of: the version, the families fitted, the bureau's own norms and the
program. Whoever wants it made of anything else finds nothing, weighs, and writes over it: there is a row a school.
"""

from __future__ import annotations

import hashlib
import platform
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from flask import Flask, current_app, g
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

import estimator
from estimator.assessment import Assessment
from survey import db, disturbed
from survey.planning.fit import Fit
from survey.planning.own_norms import OwnNorm
from survey.planning.store import KeptAssessment

WEIGHED_BY = {Path(estimator.__file__).parent: ("*.py", "*.toml"), Path(__file__).parent: ("*.py",)}
ROWS_AT_ONCE = 50  # half a megabyte: who waits to write meanwhile waits no longer than for another clerk
SCHOOLS_ASKED_AT_ONCE = 500
FASTEST = 1  # level of packing: a sixth of the size in a millisecond
READ = msgspec.msgpack.Decoder(Assessment)
# Rows of a thousand schools are asked for one by one: the table answers sooner than the class would.
KEPT = KeptAssessment.__table__
MADE_OF_THIS = select(KEPT.c.content).where(
    KEPT.c.school_id == bindparam("school_id"), KEPT.c.known_by == bindparam("known_by")
)

Made = tuple[str, Assessment]  # what it was made of, and what was made
Row = dict[str, str | bytes]


def program() -> str:
    """SHA-256 of everything that a score is computed by, besides what is stored."""
    found = hashlib.sha256(f"{platform.python_version()} {np.__version__}".encode())
    for folder, kinds in WEIGHED_BY.items():
        for path in sorted(path for kind in kinds for path in folder.rglob(kind)):
            found.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


# As the program is when it starts: its files may be exchanged while it runs.
PROGRAM = program()


def made_of(version_id: str, fit: Fit, own: Sequence[OwnNorm]) -> str:
    """By what an assessment is known: two that are made of anything that differs have different ones."""
    return hashlib.sha256(msgspec.json.encode((PROGRAM, version_id, fit, own))).hexdigest()


def read(school_id: str, known_by: str) -> Assessment | None:
    """What was made of this before; None where nothing was, or of anything else."""
    packed = db.session("desk").execute(MADE_OF_THIS, {"school_id": school_id, "known_by": known_by}).scalar()
    try:
        return READ.decode(zlib.decompress(packed)) if packed else None
    except (zlib.error, msgspec.DecodeError):
        return None  # what a disk has garbled is made anew


def keep(made: Mapping[str, Made]) -> None:
    """See that what was made of schools' plans is kept for other processes, by the ids of the schools.

    It is written when the request ends, in short transactions of its own: a page that is read has no writer's session,
    and one that has read may not write once somebody else has.
    """
    g.setdefault("assessments_to_keep", {}).update(made)


def start(app: Flask) -> None:
    """Have it written at the end of each request and command; before `db.connect`, to come after its sessions."""
    app.teardown_appcontext(_write_all)


def _write_all(_error: BaseException | None) -> None:
    """Nobody waits for it and nothing fails for it: where another writes just now, or nobody can, it is not kept."""
    made: Mapping[str, Made] = g.pop("assessments_to_keep", {})
    if not made:
        return  # as most requests
    try:
        for some in _some(_not_kept(made), ROWS_AT_ONCE):
            _write([_row(school, *made[school]) for school in some])
    except (DBAPIError, NoConnectionFree) as problem:
        # A school that was added and not committed is not there, and its row refused.
        if not (disturbed.passes(problem) or isinstance(problem, IntegrityError)):
            raise
        current_app.logger.info("What plans were weighed at is not kept just now: %s", disturbed.said(problem))


def _not_kept(made: Mapping[str, Made]) -> set[str]:
    """The schools of which nothing is kept, or what was made of anything else."""
    missing = set(made)
    for some in _some(made, SCHOOLS_ASKED_AT_ONCE):
        with db.reading("desk") as connection:
            rows = connection.execute(select(KEPT.c.school_id, KEPT.c.known_by).where(KEPT.c.school_id.in_(some)))
            missing.difference_update(school for school, known_by in rows if known_by == made[school][0])
    return missing


def _some(schools: Iterable[str], number: int) -> Iterator[list[str]]:
    """In the order of their ids: two processes that write the same never wait for each other in a ring."""
    ordered = iter(sorted(schools))
    while some := list(islice(ordered, number)):
        yield some


def _row(school_id: str, known_by: str, found: Assessment) -> Row:
    content = zlib.compress(msgspec.msgpack.encode(found), FASTEST)
    return {"school_id": school_id, "known_by": known_by, "content": content}


def _write(rows: Sequence[Row]) -> None:
    with db.writing_if_free("desk") as connection:
        new = db.INSERT[connection.dialect.name](KeptAssessment)
        changed = {"known_by": new.excluded.known_by, "content": new.excluded.content}
        connection.execute(new.on_conflict_do_update(index_elements=["school_id"], set_=changed), rows)
