"""The files of a release: made once, kept with it, and sent as they were kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select

from survey import db
from survey.release.store import FilePart, ReleaseFile
from survey.stores import direct

PART_BYTES = 2**20  # of a file that is kept now; parts that are there already are as long as they are
PART = select(FilePart.content).where(FilePart.file_id == bindparam("file"), FilePart.number == bindparam("number"))


@dataclass(frozen=True, slots=True)
class File:
    """A finished file; its name is the one in its address. Without a language it speaks all of them."""

    name: str
    content: bytes
    language: str = ""


def keep(release_id: str, files: Collection[File]) -> None:
    """Store finished files with their release; the caller commits."""
    desk = db.session("desk")
    for each in files:
        size, sha256 = len(each.content), hashlib.sha256(each.content).hexdigest()
        kept = ReleaseFile(release_id=release_id, name=each.name, language=each.language, size=size, sha256=sha256)
        desk.add(kept)
        desk.flush()
        for number, begins in enumerate(range(0, size, PART_BYTES)):
            part = each.content[begins : begins + PART_BYTES]
            desk.connection().execute(insert(FilePart), {"file_id": kept.id, "number": number, "content": part})


def of_release(release_id: str) -> list[ReleaseFile]:
    """What is stored of a release, without the contents."""
    mine = select(ReleaseFile).where(ReleaseFile.release_id == release_id)
    return list(db.session("desk").scalars(mine.order_by(ReleaseFile.name, ReleaseFile.language)))


def named(release_id: str, name: str, language: str) -> ReleaseFile | None:
    """One of them: in this language where there are several, else the one there is; None where there is none."""
    found = [each for each in of_release(release_id) if each.name == name]
    return next((each for each in found if each.language == language), found[0] if found else None)


def parts(stored: ReleaseFile) -> Iterator[bytes]:
    """The content piece by piece, each read when it is asked for: nothing is held while somebody's line is slow."""
    return _parts(stored.id, stored.size)


def _parts(file_id: str, size: int) -> Iterator[bytes]:
    sent = number = 0
    while sent < size:
        part = direct.read_bytes("desk", PART, {"file": file_id, "number": number})
        sent, number = sent + len(part), number + 1
        yield part


def content(stored: ReleaseFile) -> bytes:
    """All of it."""
    return b"".join(parts(stored))
