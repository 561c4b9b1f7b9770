"""Requests and answers as the bytes that go over a connection (RFC 9112): what is read and written at the door.

Little is read, and an answer ends its connection: this is no server. The pages have one of their own (`serving.py`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

Headers = Iterable[tuple[str, str]]

END_OF_HEAD = b"\r\n\r\n"
LENGTH = "content-length"
# What the page for the busy is told of a request; nothing else of its head is read. Names and these values may be
# written in small letters or large ones.
TOLD = re.compile(rf"\r\n({LENGTH}|content-type|accept-language|transfer-encoding|expect)[ \t]*:[ \t]*([^\r]*)")


class Request(NamedTuple):
    """What the page for the busy needs of a request's head."""

    method: str
    path: str  # without %, each character a byte (PEP 3333)
    query: str
    length: int  # bytes of its body, where it says how many
    told: Mapping[str, str]  # of its headers those in TOLD, in small letters


def read(head: bytes) -> Request:
    """A request's head. Raises ValueError for what is none."""
    text = head.decode("latin-1")
    method, target, _version = text.partition("\r\n")[0].split(" ")
    path, _, query = target.partition("?")
    told = TOLD.findall(text.lower())
    lengths = [value.rstrip() for name, value in told if name == LENGTH] or ["0"]
    if len(lengths) > 1 or not lengths[0].isdecimal():
        raise ValueError
    return Request(
        method, unquote_to_bytes(path.encode("latin-1")).decode("latin-1"), query, int(lengths[0]), dict(told)
    )


def beginning(status: str, headers: Headers) -> bytes:
    """How an answer begins: its status, and headers of it; `answer` has the others."""
    return _lines([f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)])


def answer(beginning: bytes, headers: Headers, body: bytes) -> bytes:
    """An answer after which the connection is closed; `headers` are those that do not stand in its beginning."""
    told = [f"{name}: {value}" for name, value in headers]
    told += [f"Date: {_date(int(time.time()))}", "Connection: close", ""]
    return beginning + _lines(told) + body


def _lines(lines: Iterable[str]) -> bytes:
    return "\r\n".join([*lines, ""]).encode("latin-1")


@lru_cache(maxsize=1)  # written once a second
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
