"""The limits that a bureau adds to those of the program: as they are stored, as values, and as a norm file has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from estimator import norm_file
from estimator.assessment import Source
from estimator.norms import NormProblems, Norms
from survey import db
from survey.day import now
from survey.planning.store import NormOfBureau
from survey.staff.store import Bureau

# What problems call the bureau's own norms by, as if they stood in a file.
FILE = "own"


@dataclass(frozen=True, slots=True)
class OwnNorm:
    """One limit of a bureau's own, complete in itself: two that differ in anything are never taken for each other."""

    id: str
    measure: str
    grades: tuple[int, int]  # inclusive
    value: float  # in the measure's unit; 0 forbids
    place: str  # the bureau's
    issuer: str
    title: str
    chinese_title: str  # may be empty
    dated: date
    since: date
    until: date | None  # the first day it no longer holds
    read_at: str
    read_on: date
    confidence: str

    @property
    def statement_id(self) -> str:
        """What the norms know it by."""
        first, last = self.grades
        return f"{self.id}/{self.measure}/{first}-{last}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None for one without end."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def source(self) -> Source:
        """Who says so."""
        return Source(
            issuer=self.issuer,
            title=self.title,
            date=self.dated,
            url=self.read_at,
            confidence=self.confidence,
            checked_on=self.read_on,
            chinese_title=self.chinese_title,
        )


def not_taken_back(bureau: Bureau) -> tuple[OwnNorm, ...]:
    """The bureau's own norms but those that were taken back, in the order of their ids."""
    return tuple(own_norm(row, bureau.place) for row in rows(bureau) if row.taken_back_at is None)


def rows(bureau: Bureau) -> list[NormOfBureau]:
    """Every norm the bureau ever added, taken back or not."""
    mine = select(NormOfBureau).where(NormOfBureau.bureau_id == bureau.id).order_by(NormOfBureau.id)
    return list(db.session("desk").scalars(mine))


def add(bureau: Bureau, norm: OwnNorm, login: str) -> NormOfBureau:
    """Put a norm of the bureau's own in force, under an id of its own; the caller commits.

    Raises NormProblems for what cannot be used beside the others.
    """
    read_beside(bureau, norm)
    row = NormOfBureau(
        bureau_id=bureau.id,
        added_at=now(),
        added_by=login,
        measure=norm.measure,
        first_grade=norm.grades[0],
        last_grade=norm.grades[1],
        value=norm.value,
        issuer=norm.issuer,
        title=norm.title,
        chinese_title=norm.chinese_title,
        dated=norm.dated,
        since=norm.since,
        until=norm.until,
        read_at=norm.read_at,
        read_on=norm.read_on,
        confidence=norm.confidence,
    )
    db.session("desk").add(row)
    return row


def take_back(row: NormOfBureau, login: str) -> None:
    """Say that a norm no longer holds, whatever the week; the caller commits."""
    row.taken_back_at, row.taken_back_by = now(), login


def read_beside(bureau: Bureau, norm: OwnNorm) -> Norms:
    """The norms in use with one more of the bureau's own. Raises NormProblems for what is wrong with that one."""
    own = not_taken_back(bureau)
    resting = asleep(own)
    return read_with([*(each for each in own if each not in resting), norm])


def own_norm(row: NormOfBureau, place: str) -> OwnNorm:
    """A stored norm as a value; it holds in the bureau's place."""
    return OwnNorm(
        id=row.id,
        measure=row.measure,
        grades=(row.first_grade, row.last_grade),
        value=row.value,
        place=place,
        issuer=row.issuer,
        title=row.title,
        chinese_title=row.chinese_title,
        dated=row.dated,
        since=row.since,
        until=row.until,
        read_at=row.read_at,
        read_on=row.read_on,
        confidence=row.confidence,
    )


def as_content(own: Sequence[OwnNorm]) -> dict[str, Any]:
    """These norms as a norm file's content (estimator.norm_file)."""
    content: dict[str, Any] = {"document": {norm.id: _document(norm) for norm in own}}
    for norm in own:
        said = {"document": norm.id, "grades": [*norm.grades], "value": norm.value, "quote": ""}
        content.setdefault(norm.measure, {"statement": []})["statement"].append(said)
    return content


def read_with(own: Sequence[OwnNorm]) -> Norms:
    """The norms of the program with these beside them. Raises NormProblems for what cannot be used."""
    return norm_file.load_with(FILE, as_content(own))


@lru_cache(maxsize=64)
def norms_with(own: tuple[OwnNorm, ...]) -> Norms:
    """The norms in use where a bureau has these of its own; those of `asleep` are left out."""
    resting = asleep(own)
    return read_with([norm for norm in own if norm not in resting])


@lru_cache(maxsize=64)
def asleep(own: tuple[OwnNorm, ...]) -> tuple[OwnNorm, ...]:
    """Those that a later release of the program no longer takes: its own norms may say the same by now."""
    try:
        read_with(own)
    except NormProblems:
        return _one_by_one(own)
    return ()


def _one_by_one(own: tuple[OwnNorm, ...]) -> tuple[OwnNorm, ...]:
    awake: list[OwnNorm] = []
    resting: list[OwnNorm] = []
    for norm in own:
        try:
            read_with([*awake, norm])
        except NormProblems:
            resting.append(norm)
        else:
            awake.append(norm)
    return tuple(resting)


def _document(norm: OwnNorm) -> Mapping[str, Any]:
    said = {
        "issuer": norm.issuer,
        "title": norm.title,
        "date": norm.dated,
        "since": norm.since,
        "place": norm.place,
        "url": norm.read_at,
        "confidence": norm.confidence,
        "checked_on": norm.read_on,
    }
    if norm.until:
        said["until"] = norm.until
    if norm.chinese_title:
        said["chinese_title"] = norm.chinese_title
    return said
