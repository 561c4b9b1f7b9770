"""Which release a district's pages rest on: a trial at a few schools does not take the place of a whole round."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import func, select

from survey import db
from survey.release.store import SchoolTables

# Of the schools that the largest round asked: a release must have asked so many to stand for the district. House rule.
SMALLEST_PART = 0.5


def for_district(newest_first: Sequence[str]) -> str | None:
    """The newest of these releases, by their ids, that asked enough schools; None where there is none at all."""
    most = max(map(_schools_asked, newest_first), default=0)
    return next((each for each in newest_first if _schools_asked(each) >= SMALLEST_PART * most), None)


def passed_over(newest_first: Sequence[str]) -> Sequence[str]:
    """Those that are newer than the one which stands for the district."""
    stands = for_district(newest_first)
    return newest_first[: newest_first.index(stands)] if stands else ()


@lru_cache(maxsize=1024)  # a release never changes
def _schools_asked(release_id: str) -> int:
    """How many schools a release put anything to."""
    asked = select(func.count()).where(SchoolTables.release_id == release_id)
    return db.session("desk").scalar(asked) or 0
