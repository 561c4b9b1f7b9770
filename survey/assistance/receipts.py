"""Receipt codes: by its code a family looks up its request or withdraws it.

A code follows from the form that was sent, so that the same form sent twice is one request with one code; only the
code's fingerprint is stored. It is longer than a slip's code: neither can be taken for the other.
"""

from __future__ import annotations

import hmac
import secrets

from survey.assistance.sealing import fingerprint
from survey.typed_code import normalise, of_number

CODE_LENGTH = 16
REFERENCE_LENGTH = 5
FORM_BYTES = 16
MARK_LENGTH = 16  # characters of the fingerprint that says a form is ours


def new_form() -> str:
    """What a fresh form carries: random, and marked as ours."""
    drawn = secrets.token_hex(FORM_BYTES)
    return drawn + _mark(drawn)


def is_ours(form: str) -> bool:
    """Whether a form that was sent is one that this installation showed."""
    drawn, mark = form[: 2 * FORM_BYTES], form[2 * FORM_BYTES :]
    return len(drawn) == 2 * FORM_BYTES and hmac.compare_digest(mark.encode(), _mark(drawn).encode())


def code_of(form: str) -> str:
    """The receipt code of what is sent with this form."""
    return of_number(int.from_bytes(fingerprint("code", form), "big"), CODE_LENGTH)


def read(typed: str) -> str | None:
    """The receipt code a person typed; None when it cannot be one."""
    return normalise(typed, CODE_LENGTH)


def receipt_of(code: str) -> bytes:
    """What is stored of a code."""
    return fingerprint("receipt", code)


def reference(request_id: str) -> str:
    """A short name of a request, for desks, paper and the trail: it says nothing of whose it is."""
    return of_number(int.from_bytes(fingerprint("reference", request_id), "big"), REFERENCE_LENGTH)


def _mark(drawn: str) -> str:
    return fingerprint("form", drawn).hex()[:MARK_LENGTH]
