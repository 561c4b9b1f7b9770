"""What a respondent's pages cost a server, beside a bare Flask hello on the same server in the same run.

Two waitress servers, each a process of its own; processor time is that of the process, as the kernel counts it.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from survey import create_app
from survey.ballot import seal_key
from survey.ballot.groups import open_groups
from survey.ballot.store import Group
from survey.questionnaire import built_in

ROUNDS = 5
PAGES, JOURNEYS = 300, 40
PAGE_GOAL, SENDING_GOAL, JOURNEYS_GOAL = 3, 6, 80  # × hello, × hello, a core-second
ENROLLED = 10_000
PARENT = built_in()["parent"]
SERVE = """
import sys
from pathlib import Path
from flask import Flask
from waitress.server import create_server
if sys.argv[1] == "hello":
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello", methods=["POST"])
else:
    from survey import create_app
    app = create_app(Path(sys.argv[1]))
server = create_server(app, host="127.0.0.1", port=0, threads=1)
print(server.effective_port, flush=True)
server.run()
"""


class Served:
    """A server process, and one connection to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.pid = process.pid
        self.connection = http.client.HTTPConnection("127.0.0.1", int(process.stdout.readline()))

    def post(self, path: str, sent: Mapping[str, str]) -> tuple[int, str]:
        """Status, and page."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, urllib.parse.urlencode(sent), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def cpu_milliseconds(self) -> float:
        """Processor time that the process has taken so far, in user and system mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(what: str) -> Iterator[Served]:
    """Serve a bare hello, or the installation in a folder."""
    with subprocess.Popen([sys.executable, "-c", SERVE, what], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Served(process)
        finally:
            process.terminate()


def figures() -> Iterator[str]:
    """The lines for the table of `make bench`."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Path(folder))
        with app.app_context():
            seal_key.private_key(app.config["SETTINGS"].mixer_keys)
            link = _group()
        with served("hello") as hello, served(folder) as ours:
            first = _first_page(ours, link)
            bare = _each(hello, lambda: hello.post("/", first), PAGES)
            page = _each(ours, lambda: ours.post("/answer", first), PAGES)
            ready = iter([_last_page(ours, link) for _ in range(ROUNDS * JOURNEYS)])
            sending = _each(ours, lambda: ours.post("/answer", next(ready)), JOURNEYS)
            journey = _each(ours, lambda: _journey(ours, link), JOURNEYS)
    yield _line("bare Flask hello, the same form posted", bare, bare, "")
    yield _line("question page: checked, kept, next one shown", page, bare, f"(goal {PAGE_GOAL})")
    yield _line("sending: sealed, durably committed", sending, bare, f"(goal {SENDING_GOAL})")
    name = f"a journey of {len(PARENT.questions)} questions on {len(PARENT.pages)} pages"
    yield f"{name:<46} {journey:6.2f} CPU-ms   {1000 / journey:5.0f} a core-second (goal {JOURNEYS_GOAL})"


def _each(server: Served, work: Callable[[], object], calls: int) -> float:
    """Median over rounds of the processor time that one call costs the server."""
    rounds = []
    for _ in range(ROUNDS):
        before = server.cpu_milliseconds()
        for _ in range(calls):
            work()
        rounds.append((server.cpu_milliseconds() - before) / calls)
    return statistics.median(rounds)


def _group() -> str:
    group = Group(
        campaign_id="bench",
        campaign_title="Bench",
        bureau_name="Bureau",
        school_id="s",
        school_name="School",
        questionnaire=PARENT.name,
        grade=3,
        entry="open_link",
        enrolled=ENROLLED,
        closes_on=date.max,
    )
    open_groups([group])
    return group.id


def _first_page(server: Served, link: str) -> dict[str, str]:
    """What the first page sends, answered."""
    return _answered(server.post(f"/open/{link}", {})[1], 0)


def _last_page(server: Served, link: str) -> dict[str, str]:
    """What the last page sends, after all others."""
    sent = _first_page(server, link)
    for number in range(1, len(PARENT.pages)):
        sent = _answered(server.post("/answer", sent)[1], number)
    return sent


def _journey(server: Served, link: str) -> None:
    status, _ = server.post("/answer", _last_page(server, link))
    assert status == 303


def _answered(html: str, number: int) -> dict[str, str]:
    found = re.search(r'name="state" value="([^"]+)"', html)
    assert found, html[:200]
    questions = (question for question in PARENT.pages[number].questions if question.choices)
    return {"state": found[1], "do": "next"} | {question.name: question.choices[0].name for question in questions}


def _line(name: str, milliseconds: float, bare: float, goal: str) -> str:
    return f"{name:<46} {milliseconds:6.2f} CPU-ms   {milliseconds / bare:5.1f} × hello {goal}"
