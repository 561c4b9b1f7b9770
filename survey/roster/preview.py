"""A roster between being read and being taken over: it travels in the page, sealed, and nothing of it is stored.

Any of several web processes can take it over. What the page has shown travels with it: where the district has changed
since, something else would happen, and the page is shown anew instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from survey.roster.changes import Changes
from survey.roster.file import Grade, ListedSchool
from survey.staff.sessions import SESSION_LASTS


class PreviewOver(ValueError):
    """A page that was left open too long, or was changed on the way."""


def seal(listed: Sequence[ListedSchool], changes: Changes) -> str:
    """The roster with what its page shows, as text for a hidden field."""
    rows = [(s.name, s.code, s.setting, s.where, [(g.grade, g.pupils, g.teachers) for g in s.grades]) for s in listed]
    return _box().dumps((rows, shown(changes)))


def open_sealed(sealed: str) -> tuple[tuple[ListedSchool, ...], str]:
    """The roster in a hidden field, and what its page has shown. Raises PreviewOver."""
    try:
        rows, told = _box().loads(sealed, max_age=int(SESSION_LASTS.total_seconds()))
    except BadData:
        raise PreviewOver from None
    listed = tuple(
        ListedSchool(name, code, setting, tuple(Grade(*grade) for grade in grades), where)
        for name, code, setting, where, grades in rows
    )
    return listed, told


def shown(changes: Changes) -> str:
    """A fingerprint of what a page shows of the changes."""
    return hashlib.sha256(changes.told().encode()).hexdigest()


def _box() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="roster")
