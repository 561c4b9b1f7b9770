"""Asking at the door of a server, as a browser does or as no browser would."""

from __future__ import annotations

import http.client
import socket
import urllib.parse

from tests.processes import Web

FORM = "application/x-www-form-urlencoded"


def form(body: bytes) -> bytes:
    """A request that sends a form."""
    return f"POST /a?lang=en HTTP/1.1\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def ask(
    web: Web, method: str, path: str, fields: dict[str, str] | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, page and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    body = urllib.parse.urlencode(fields) if fields is not None else None
    told = {"Content-Type": FORM} if fields is not None else {}
    connection.request(
        method, path, body, {**told, **{name.replace("_", "-"): value for name, value in headers.items()}}
    )
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page, dict(answer.headers)


def asking(web: Web, request: str | bytes) -> socket.socket:
    """A connection on which this was asked."""
    connection = socket.create_connection(("127.0.0.1", web.port), timeout=10)
    connection.sendall(request if isinstance(request, bytes) else request.encode())
    return connection


def lagging(port: int, request: bytes) -> socket.socket:
    """The same, on a connection to which the system gives little at once: a network's, not this machine's own."""
    connection = socket.socket()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    return connection


def whole(connection: socket.socket) -> str:
    """All that is said on it, to the end."""
    heard = b""
    while part := connection.recv(65_536):
        heard += part
    return heard.decode()
