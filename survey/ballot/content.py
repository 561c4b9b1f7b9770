"""What lies in a ballot: casting puts it there, and the mixer believes nothing of what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta
from nacl.exceptions import CryptoError

from survey.ballot.sealing import open_sealed, seal
from survey.db import new_id
from survey.questionnaire.model import Answers

# What a store keeps: PostgreSQL keeps no NUL in a text, and no long one in a key.
Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
Words = Annotated[str, Meta(pattern=r"\A[^\0]*\Z")]


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that somebody wrote in their own words."""

    id: Id
    words: Words


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that one person said. The ids are drawn when it is sealed: they make a mixing repeatable and join nothing."""

    id: Id
    answers: dict[Words, Words | list[Words]]
    remarks: list[Remark]


def sealed(answers: Answers, remarks: Sequence[str], public_key: bytes) -> bytes:
    """A ballot. Raises ValueError when it would be too long."""
    said = Said(new_id(), dict(answers), [Remark(new_id(), words) for words in remarks])
    return seal(msgspec.json.encode(said), public_key)


def opened(ballot: bytes, private_key: bytes) -> Said | None:
    """What somebody said; None where the ballot was not sealed to this key, or holds what no page of ours seals."""
    try:
        return msgspec.json.decode(open_sealed(ballot, private_key), type=Said)
    except (CryptoError, ValueError):
        return None
