"""How many instructions a request takes the application: they hardly differ from run to run, where seconds do.

`python -m benchmarks.instructions` counts them under valgrind, which has to be there. Stores are SQLite's; neither the
server around the application nor the kernel is counted. What is spared in a page shows here though it be a hundredth.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from benchmarks.journeys import first_page, last_page, open_link
from benchmarks.stores import SQLITE, stores
from survey import create_app
from survey.ballot import seal_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NAMES = ("hello", "first page", "page", "sending")
COUNTED, BEFORE = 100, 20  # requests; those before are not counted: they fill what is kept
THOUSAND = 1000
ANSWERED = ("200", "303")
Sent = tuple[str, Mapping[str, str]]


def main() -> int:
    """Print the table; or, told a name and a number, count so many requests of that name. 1 where valgrind is not."""
    if len(sys.argv) > 1:
        _ask(sys.argv[1], int(sys.argv[2]))
        return 0
    if not (shutil.which("valgrind") and shutil.which("callgrind_control")):
        sys.stderr.write("valgrind is not here; on Debian: apt-get install valgrind\n")
        return 1
    for name in NAMES:
        # What switching the counting on and off takes stands in both.
        taken = (_counted(name, COUNTED) - _counted(name, 0)) / COUNTED
        sys.stdout.write(f"{name:<12} {taken / THOUSAND:>8,.0f} thousand instructions\n")
        sys.stdout.flush()
    return 0


def _counted(name: str, number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out"]
        call = [*tool, sys.executable, "-m", "benchmarks.instructions", name, str(number)]
        # Each string at the same place in each dictionary.
        done = subprocess.run(
            call, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": "0"}
        )
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found, done.stderr
    return int(found[1])


def _ask(name: str, number: int) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, stores(SQLITE):
        app, requests = _work(name, Path(folder), BEFORE + number)
        environs = [EnvironBuilder(path, method="POST", data=dict(sent)).get_environ() for path, sent in requests]
        for environ in environs[:BEFORE]:
            _answer(app, environ)
        _switch("on")
        for environ in environs[BEFORE:]:
            _answer(app, environ)
        _switch("off")


def _answer(app: Flask, environ: WSGIEnvironment) -> None:
    _body, status, _headers = run_wsgi_app(app.wsgi_app, environ)
    assert status[:3] in ANSWERED, status


def _switch(to: str) -> None:
    subprocess.run(["callgrind_control", "-i", to, str(os.getpid())], check=True, capture_output=True)


def _work(name: str, folder: Path, number: int) -> tuple[Flask, Sequence[Sent]]:
    """An application, and so many requests of that name to it."""
    ours = create_app(folder)
    with ours.app_context():
        seal_key.private_key(ours.config["SETTINGS"].mixer_keys)
        link = open_link()
    here = _Here(ours)
    page: Sent = "/answer", first_page(here, link)
    if name == "hello":
        hello = Flask("hello")
        hello.add_url_rule("/", view_func=lambda: "hello", methods=["POST"])
        return hello, [("/", page[1])] * number
    if name == "sending":
        return ours, [("/answer", last_page(here, link)) for _ in range(number)]
    return ours, [page if name == "page" else (f"/open/{link}", {})] * number


class _Here:
    """The application without a server."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def post(self, path: str, sent: Mapping[str, str], _connection: HTTPConnection | None = None) -> tuple[int, str]:
        """Status, and page."""
        answer = self._client.post(path, data=dict(sent))
        return answer.status_code, answer.text


if __name__ == "__main__":
    sys.exit(main())
