"""Marks by which a store knows the key that belongs to it: from a mark the key cannot be had."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy.orm import DeclarativeBase, Session

from survey import db

MARK_BYTES = 32
TEXT = b"mark"


def mark_of(key: bytes) -> bytes:
    """A text that everybody knows, hashed under the key (BLAKE2b): of 32 random bytes it tells nothing."""
    return hashlib.blake2b(TEXT, key=key, digest_size=MARK_BYTES).digest()


def is_of(mark: bytes, *keys: bytes) -> bool:
    """Whether it is the mark of one of these keys."""
    return any(hmac.compare_digest(mark, mark_of(key)) for key in keys)


def put(session: Session, table: type[DeclarativeBase], **row: Any) -> None:
    """A mark where there is none; the caller checks afterwards, since one that another process has just put stays."""
    insert = db.INSERT[session.get_bind().dialect.name]
    session.execute(insert(table).values(row).on_conflict_do_nothing())


def once(subject: str, key: bytes, do: Callable[[], object]) -> None:
    """Do what needs to be done once for each key in each process."""
    done: set[bytes] = current_app.extensions.setdefault(f"key_marks_{subject}", set())
    if key not in done:
        do()
        done.add(key)
