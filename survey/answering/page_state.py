"""The answers so far, sealed, as they travel in the page: nothing is stored before the last button."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from survey.keys import BEFORE, read_key

KEY = "page_state"
BEFORE_NAME = KEY + BEFORE  # when the key is rotated, pages that are open stay valid
HOURS_VALID = 48
SECONDS_AN_HOUR = 3600
ACK_BYTES = 16
LONGEST_STATE = 20_000  # characters; a full questionnaire needs some 3,000


class StateProblem(ValueError):
    """A page state that was changed on the way, or is older than HOURS_VALID."""


@dataclass
class PageState:
    """Where somebody is in their questionnaire, and what they have answered."""

    group_id: str
    code: str | None
    questionnaire: str
    fingerprint: str  # of the questionnaire
    language: str
    look: str = ""
    synthetic: bool = False
    ack: str = field(default_factory=lambda: secrets.token_urlsafe(ACK_BYTES))
    page: int = 0
    begun_hour: int = field(default_factory=lambda: int(time.time()) // SECONDS_AN_HOUR)
    answers: dict[str, Any] = field(default_factory=dict)


READ = msgspec.json.Decoder(PageState)


def seal_state(state: PageState) -> str:
    """The state as text for a hidden field; only this installation can read or change it."""
    return base64.urlsafe_b64encode(_box().encrypt(msgspec.json.encode(state))).decode()


def open_state(sealed: str) -> PageState:
    """The state in a hidden field. Raises StateProblem."""
    if not sealed or len(sealed) > LONGEST_STATE:
        raise StateProblem
    try:
        state = READ.decode(_opened(base64.urlsafe_b64decode(sealed.encode())))
    except (CryptoError, ValueError, TypeError) as error:
        raise StateProblem from error
    if int(time.time()) // SECONDS_AN_HOUR - state.begun_hour > HOURS_VALID:
        raise StateProblem
    return state


def _opened(sealed: bytes) -> bytes:
    try:
        return bytes(_box().decrypt(sealed))
    except CryptoError:
        if not (_keys() / BEFORE_NAME).exists():
            raise
        return bytes(SecretBox(read_key(_keys(), BEFORE_NAME)).decrypt(sealed))


def _box() -> SecretBox:
    return SecretBox(read_key(_keys(), KEY))


def _keys() -> Path:
    folder: Path = current_app.config["SETTINGS"].keys
    return folder
