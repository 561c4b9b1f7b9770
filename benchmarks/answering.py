"""What a respondent's pages cost a server, beside a bare Flask hello on the same server in the same run.

Waitress servers, each process of its own; processor time is that of the processes, as the kernel counts it (a database
server's is not in it). Two workers are two such processes behind one socket.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.figure import Figure, at_least, at_most
from benchmarks.stores import stores
from survey import create_app
from survey.ballot import seal_key
from survey.ballot.groups import open_groups
from survey.ballot.store import Group
from survey.questionnaire import built_in

PAGE_GOAL, SENDING_GOAL, JOURNEYS_GOAL, SCALING_GOAL = 3, 6, 80, 1.7  # × hello, × hello, a core-second, × one worker
LOAD = 0.7  # of what one worker can do at most
ENROLLED = 100_000
CONNECTIONS = 4  # of each worker
NANOSECONDS_A_MILLISECOND = 1_000_000
PARENT = built_in()["parent"]
SERVE = """
import logging, os, socket, sys
from pathlib import Path
from flask import Flask
from waitress.server import create_server
listening = socket.create_server(("127.0.0.1", 0), backlog=256)
print(listening.getsockname()[1], flush=True)
for _ in range(int(sys.argv[2]) - 1):
    if not os.fork():
        break
if sys.argv[1] == "hello":
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello", methods=["POST"])
else:
    from survey import create_app
    app = create_app(Path(sys.argv[1]))
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
server = create_server(app, sockets=[listening], threads=1)
print("ready", flush=True)
server.run()
"""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    rounds: int = 5
    pages: int = 300
    journeys: int = 40
    seconds: float = 8.0  # under load


class Served:
    """A server process, or several, and one connection to it."""

    def __init__(self, process: subprocess.Popen[str], workers: int) -> None:
        assert process.stdout
        self.pid, self.port = process.pid, int(process.stdout.readline())
        assert [process.stdout.readline() for _ in range(workers)] == ["ready\n"] * workers
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        """Another connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def post(
        self, path: str, sent: Mapping[str, str], connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, str]:
        """Status, and page."""
        used = connection or self.connection
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        used.request("POST", path, urllib.parse.urlencode(sent), headers)
        answer = used.getresponse()
        return answer.status, answer.read().decode()

    def cpu_milliseconds(self) -> float:
        """Processor time that the process's threads have taken so far; the kernel counts it in nanoseconds."""
        threads = Path(f"/proc/{self.pid}/task").iterdir()
        taken = (int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads)
        return sum(taken) / NANOSECONDS_A_MILLISECOND


@contextmanager
def served(what: str, addresses: Mapping[str, str], workers: int = 1) -> Iterator[Served]:
    """Serve a bare hello, or the installation in a folder, its stores at these addresses."""
    environment = os.environ | {f"JIANFU_{store.upper()}_URL": address for store, address in addresses.items()}
    call = [sys.executable, "-c", SERVE, what, str(workers)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=environment, process_group=0) as process:
        try:
            yield Served(process, workers)
        finally:
            os.killpg(process.pid, 15)


def figures(kind: str, effort: Effort) -> Iterator[Figure]:
    """The lines for the table of `make bench`, with the stores on `sqlite` or on `postgresql`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, stores(kind):
        app = create_app(Path(folder))
        addresses = app.config["SETTINGS"].addresses
        with app.app_context():
            seal_key.private_key(app.config["SETTINGS"].mixer_keys)
            link = _group()
        with served("hello", {}) as hello, served(folder, addresses) as ours:
            yield from _costs(kind, hello, ours, link, effort)
            one = _most_journeys(ours, link, CONNECTIONS, effort.seconds)
            yield from _latencies(kind, ours, link, one * LOAD, effort.seconds)
        with served(folder, addresses, workers=2) as both:
            two = _most_journeys(both, link, 2 * CONNECTIONS, effort.seconds)
        note = f"{one:.0f} and {two:.0f} journeys a second by the clock, clients on the same cores"
        yield at_least(SCALING_GOAL, f"{kind}: two workers, beside one", two / one, "×", note)


def _costs(kind: str, hello: Served, ours: Served, link: str, effort: Effort) -> Iterator[Figure]:
    first = _first_page(ours, link)
    ready = iter([_last_page(ours, link) for _ in range(effort.rounds * effort.journeys)])
    work: dict[str, tuple[Served, Callable[[], object], int]] = {
        "hello": (hello, lambda: hello.post("/", first), effort.pages),
        "page": (ours, lambda: ours.post("/answer", first), effort.pages),
        "sending": (ours, lambda: ours.post("/answer", next(ready)), effort.journeys),
        "journey": (ours, lambda: _journey(ours, link), effort.journeys),
    }
    # In turns, so that what else the machine does weighs on all of them.
    spent = [{name: _each(*what) for name, what in work.items()} for _ in range(effort.rounds)]
    cost = {name: statistics.median(each[name] for each in spent) for name in work}
    bare, page, sending, journey = cost.values()
    yield Figure(f"{kind}: bare Flask hello, the same form posted", bare, "CPU-ms")
    note = f"{page:.2f} CPU-ms"
    yield at_most(PAGE_GOAL, f"{kind}: question page: checked, kept, next one shown", page / bare, "× hello", note)
    note = f"{sending:.2f} CPU-ms"
    yield at_most(SENDING_GOAL, f"{kind}: sending: sealed, durably committed", sending / bare, "× hello", note)
    name = f"{kind}: journeys of {len(PARENT.questions)} questions on {len(PARENT.pages)} pages"
    yield at_least(JOURNEYS_GOAL, name, 1000 / journey, "a core-s", f"{journey:.2f} CPU-ms each")


def _most_journeys(server: Served, link: str, clients: int, seconds: float) -> float:
    """How many journeys a second several clients get through, by the clock."""
    end = time.perf_counter() + seconds

    def go_on(_client: int) -> int:
        connection, done = server.connect(), 0
        while time.perf_counter() < end:
            _journey(server, link, connection)
            done += 1
        return done

    with ThreadPoolExecutor(clients) as threads:
        return sum(threads.map(go_on, range(clients))) / seconds


def _latencies(kind: str, server: Served, link: str, a_second: float, seconds: float) -> Iterator[Figure]:
    """How long a page takes while journeys come by chance, so many a second."""
    chance, taken = random.Random(1), list[float]()
    pages = len(PARENT.pages) + 1
    due, starts = 0.0, list[float]()
    while (due := due + chance.expovariate(a_second)) < seconds:
        starts.append(due)
    begun = time.perf_counter()

    def go_on(start: float) -> None:
        connection = server.connect()
        time.sleep(max(0.0, begun + start - time.perf_counter()))
        _journey(server, link, connection, taken)
        connection.close()

    with ThreadPoolExecutor(64) as threads:
        list(threads.map(go_on, starts))
    ends = statistics.quantiles(taken, n=100)
    note = f"{len(taken):,} pages, {a_second * pages:.0f} a second"
    yield Figure(f"{kind}: a page at {LOAD:.0%} load, median", ends[49] * 1000, "ms", note=note)
    yield Figure(f"{kind}: a page at {LOAD:.0%} load, 99 of 100", ends[98] * 1000, "ms", note=note)


def _each(server: Served, work: Callable[[], object], calls: int) -> float:
    """The processor time that one call costs the server."""
    before = server.cpu_milliseconds()
    for _ in range(calls):
        work()
    return (server.cpu_milliseconds() - before) / calls


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


def _journey(
    server: Served, link: str, connection: http.client.HTTPConnection | None = None, taken: list[float] | None = None
) -> None:
    """All pages of one respondent; how long each took is added to `taken`."""
    path, sent = f"/open/{link}", dict[str, str]()
    for number in range(len(PARENT.pages) + 1):
        begun = time.perf_counter()
        status, page = server.post(path, sent, connection)
        if taken is not None:
            taken.append(time.perf_counter() - begun)
        if number < len(PARENT.pages):
            path, sent = "/answer", _answered(page, number)
    assert status == 303


def _answered(html: str, number: int) -> dict[str, str]:
    found = re.search(r'name="state" value="([^"]+)"', html)
    assert found, html[:200]
    questions = (question for question in PARENT.pages[number].questions if question.choices)
    return {"state": found[1], "do": "next"} | {question.name: question.choices[0].name for question in questions}
