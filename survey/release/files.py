"""The files of a release: made once, kept with it, and sent as they were kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from survey import db
from survey.release.store import ReleaseFile


@dataclass(frozen=True, slots=True)
class File:
    """A finished file; its name is the one in its address. Without a language it speaks all of them."""

    name: str
    content: bytes
    language: str = ""


def keep(release_id: str, files: Collection[File]) -> None:
    """Store finished files with their release; the caller commits."""
    for each in files:
        db.session("desk").add(
            ReleaseFile(
                release_id=release_id,
                name=each.name,
                language=each.language,
                content=each.content,
                size=len(each.content),
                sha256=hashlib.sha256(each.content).hexdigest(),
            )
        )


def of_release(release_id: str) -> list[ReleaseFile]:
    """What is stored of a release, without the contents."""
    mine = select(ReleaseFile).where(ReleaseFile.release_id == release_id)
    return list(db.session("desk").scalars(mine.order_by(ReleaseFile.name, ReleaseFile.language)))


def named(release_id: str, name: str, language: str) -> ReleaseFile | None:
    """One of them: in this language where there are several, else the one there is; None where there is none."""
    found = [each for each in of_release(release_id) if each.name == name]
    return next((each for each in found if each.language == language), found[0] if found else None)
