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
from nacl.bindings import crypto_secretbox_easy, crypto_secretbox_NONCEBYTES, crypto_secretbox_open_easy
from nacl.exceptions import CryptoError

from survey.keyring.keys import BEFORE, read_key
from survey.within_reach import exists

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
    school: str = ""  # its name; with the grade, whose questionnaire it is
    grade: int | None = None
    ack: str = field(default_factory=lambda: secrets.token_urlsafe(ACK_BYTES))
    page: int = 0
    begun_hour: int = field(default_factory=lambda: int(time.time()) // SECONDS_AN_HOUR)
    answers: dict[str, Any] = field(default_factory=dict)


READ = msgspec.json.Decoder(PageState)


def seal_state(state: PageState) -> str:
    """The state as text for a hidden field; only this installation can read or change it."""
    nonce = secrets.token_bytes(crypto_secretbox_NONCEBYTES)
    sealed = crypto_secretbox_easy(msgspec.json.encode(state), nonce, read_key(_keys(), KEY))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


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
    """The nonce stands before what is sealed. Raises CryptoError, and TypeError where it is too short."""
    nonce, text, keys = sealed[:crypto_secretbox_NONCEBYTES], sealed[crypto_secretbox_NONCEBYTES:], _keys()
    try:
        return crypto_secretbox_open_easy(text, nonce, read_key(keys, KEY))
    except CryptoError:
        if not exists(keys / BEFORE_NAME):
            raise
        return crypto_secretbox_open_easy(text, nonce, read_key(keys, BEFORE_NAME))


def _keys() -> Path:
    folder: Path = current_app.config["SETTINGS"].keys
    return folder
