"""Which schools a release is told of: those that are open, and those that it asked and that were closed since."""

from __future__ import annotations

from collections.abc import Iterable

from survey.release.published import Release
from survey.staff.store import School


def schools_told(schools: Iterable[School], release: Release | None) -> list[School]:
    """Of all schools of a district those that count beside its release, in the same order."""
    asked = {response.audience.school_id for response in release.responses} if release else set()
    return [school for school in schools if not school.is_closed or school.id in asked]
