"""Requests and answers as the bytes that go over a connection (RFC 9112): what is read and written at the door.

Little is read, and an answer ends its connection: this is no server. The pages have one of their own (`serving.py`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

END_OF_HEAD = b"\r\n\r\n"
# What the page for the busy is told of a request; nothing else of its head is read.
TOLD = re.compile(
    r"\r\n(content-length|content-type|accept-language|transfer-encoding|expect)[ \t]*:[ \t]*([^\r]*)", re.IGNORECASE
)
LENGTH = "content-length"


def environ_of(head: bytes) -> WSGIEnvironment:
    """What the page for the busy needs of a request's head. Raises ValueError for what is none."""
    text = head.decode("latin-1")
    method, target, _version = text.partition("\r\n")[0].split(" ")
    path, _, query = target.partition("?")
    told = [(name.lower(), value.strip()) for name, value in TOLD.findall(text)]
    lengths = [value for name, value in told if name == LENGTH] or ["0"]
    if len(lengths) > 1 or not lengths[0].isdecimal():
        raise ValueError
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in told}
    return environ | {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": lengths[0],
        "CONTENT_TYPE": environ.get("HTTP_CONTENT_TYPE", ""),
    }


def answer(application: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    """A whole answer of an application, as bytes."""
    begun: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, _exc_info: object = None) -> None:
        begun.append((status, headers))

    body: Iterable[bytes] = application(environ, start)  # type: ignore[arg-type]
    status, headers = begun[0]
    return written(status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else b"".join(body))


def written(status: str, headers: Headers, body: bytes) -> bytes:
    """An answer after which the connection is closed."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    lines += [f"Date: {_date(int(time.time()))}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


@lru_cache(maxsize=1)  # written once a second
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
