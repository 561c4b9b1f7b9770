"""Sealing every request anew, when the key that seals them is rotated."""

from __future__ import annotations

from sqlalchemy import select

from survey import db
from survey.assistance.sealing import seal_with, unsealed
from survey.assistance.store import HelpRequest, Loan


def reseal(key: bytes) -> int:
    """Seal everything in the assistance store under another key; the caller commits. How many parts."""
    store = db.begin_writing("assistance")
    parts: list[tuple[HelpRequest | Loan, str, str]] = []
    for request in store.scalars(select(HelpRequest)):
        parts += [(request, request.id, part) for part in ("person", "facts", "notes") if getattr(request, part)]
    for loan in store.scalars(select(Loan)):
        parts.append((loan, loan.request_id, "label"))
    for row, owner, part in parts:
        setattr(row, part, seal_with(key, owner, part, unsealed(owner, part, getattr(row, part))))
    return len(parts)
