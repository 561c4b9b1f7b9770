"""Receipt codes: by its code a family looks up its request or withdraws it.

A code follows from the form that was sent and from what was written in it, so that the same words sent twice are one
request with one code, and other words another; only the code's fingerprint is stored. It is longer than a slip's code:
neither can be taken for the other.
"""

from __future__ import annotations

import json
from typing import Any

from survey.assistance.sealing import fingerprint
from survey.typed_code import normalise, of_number

CODE_LENGTH = 16
REFERENCE_LENGTH = 5


def code_of(form: str, written: Any) -> str:
    """The receipt code of what is sent with this form."""
    return of_number(int.from_bytes(fingerprint("code", form, json.dumps(written)), "big"), CODE_LENGTH)


def read(typed: str) -> str | None:
    """The receipt code a person typed; None when it cannot be one."""
    return normalise(typed, CODE_LENGTH)


def receipt_of(code: str) -> bytes:
    """What is stored of a code."""
    return fingerprint("receipt", code)


def reference(request_id: str) -> str:
    """A short name of a request, for desks, paper and the trail: it says nothing of whose it is."""
    return of_number(int.from_bytes(fingerprint("reference", request_id), "big"), REFERENCE_LENGTH)
