"""What each school's plan in force was weighed at, kept in the desk's store: a new process reads what another made.

A row says by a fingerprint what it was made of: the version, the families fitted, the bureau's own norms and the
program. Whoever wants it made of anything else finds nothing, weighs, and writes over it: there is a row a school.
"""

from __future__ import annotations

import hashlib
import platform
import zlib
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from flask import current_app
from sqlalchemy import select
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
FASTEST = 1  # level of packing: a sixth of the size in a millisecond
READ = msgspec.json.Decoder(Assessment)

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
    mine = select(KeptAssessment.content).where(KeptAssessment.school_id == school_id)
    packed = db.session("desk").execute(mine.where(KeptAssessment.known_by == known_by)).scalar()
    try:
        return READ.decode(zlib.decompress(packed)) if packed else None
    except (zlib.error, msgspec.DecodeError):
        return None  # what a disk has garbled is made anew


def keep(made: Mapping[str, Made]) -> None:
    """See that what was made of schools' plans is kept for other processes, by the ids of the schools.

    Nobody waits for it and nothing fails for it: where another writes just now, or nobody can, it is not kept, and
    whoever needs it weighs again. It is written beside the request, since a page that is read has no writer's session.
    """
    # In the order of their ids: two processes that write the same never wait for each other in a ring.
    schools = iter(sorted(made))
    try:
        while some := list(islice(schools, ROWS_AT_ONCE)):
            there = _known(some)
            if missing := [school for school in some if there.get(school) != made[school][0]]:
                _write([_row(school, *made[school]) for school in missing])
    except (DBAPIError, NoConnectionFree) as problem:
        # A school that is just being added is not there yet for others, and its row refused.
        if not (disturbed.passes(problem) or isinstance(problem, IntegrityError)):
            raise
        current_app.logger.info("What plans were weighed at is not kept just now: %s", disturbed.said(problem))


def _known(schools: Sequence[str]) -> dict[str, str]:
    columns = select(KeptAssessment.school_id, KeptAssessment.known_by)
    found = db.session("desk").execute(columns.where(KeptAssessment.school_id.in_(schools)))
    return {row.school_id: row.known_by for row in found}


def _row(school_id: str, known_by: str, found: Assessment) -> Row:
    content = zlib.compress(msgspec.json.encode(found), FASTEST)
    return {"school_id": school_id, "known_by": known_by, "content": content}


def _write(rows: Sequence[Row]) -> None:
    with db.writing_if_free("desk") as connection:
        new = db.INSERT[connection.dialect.name](KeptAssessment)
        changed = {"known_by": new.excluded.known_by, "content": new.excluded.content}
        connection.execute(new.on_conflict_do_update(index_elements=["school_id"], set_=changed), rows)
