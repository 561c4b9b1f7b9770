"""Which schools a release is told of: those that are open, and those that it asked and that were closed since."""

from __future__ import annotations

from collections.abc import Iterable

from survey.release.published import Release
from survey.staff.district import ListedSchool


def schools_told(schools: Iterable[ListedSchool], release: Release | None) -> list[ListedSchool]:
    """Of all schools of a district those that count beside its release, in the same order."""
    asked = release.schools if release else frozenset()
    return [school for school in schools if not school.is_closed or school.id in asked]
