"""Ten times as many requests as the pages can serve, for minutes: who is served, who is told that it is busy, and what
that costs beside serving.

The sustainable rate is measured first and last, with as many connections as are in work at once; between, thousands of
people come, each request on a connection of its own, and whoever is answered comes again at once. What a machine gives
differs by the moment: the usual rate is the median of runs before and after, and the speed afterwards is held, in
turns, against that of a second server on the same core, to which no crowd came.

The crowd stands on the same cores, and its own part of a connection costs as much as the server's. Where the machine
has two cores, and the pages one of them, the crowd that the other carries may be less than ten times as many (0028).
So there are two evenings. On the first the pages have what they can get: how many times as many came is told, without
a goal. On the second other processes want all of the pages' core, as on a small rented server, and the crowd is ten
times as many as the pages can serve from what is left to them, for as long as is asked. What turning away costs has its
goal on the first: on a core of its own a page takes a third less, and turning away what it took.

The crowd comes by wrk where it is installed, which counts who was refused (status 400 and above). The server counts
whom it turned away at the door, with «busy, trying again»; whoever else was refused is amiss. Beside them come WATCHED
people a second whose waits are measured from their knock at the door, which wrk does not see. Without wrk all come from
this process, in Python, which takes half of two cores: they cannot be ten times as many, and the table says so.
"""

from __future__ import annotations

import math
import os
import re
import resource
import selectors
import socket
import statistics
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import cores, wrk
from benchmarks.figure import Figure, at_least, at_most
from survey import create_app
from survey.config import REQUESTS_AT_ONCE
from survey.questionnaire import built_in
from tests.people import Crowd, Visitor
from tests.processes import Web, nursery
from tests.rounds import a_group, mixer_key

# Goals: × the sustainable rate; of the rate before; of what it costs to serve one; megabytes.
TIMES, FULL_SPEED, NEARLY_NOTHING, MORE_MEMORY = 10, 0.9, 0.1, 50
SECONDS = int(os.environ.get("JIANFU_OVERLOAD_SECONDS", "20"))
WITHOUT_GOAL_SECONDS = 20  # on the evening that is told without a goal for how many come
OTHERS = 9  # who want all of the pages' core on the other
SUSTAINED_SECONDS, SUSTAINED_RUNS = 5, 7  # before, and again after, in turns with a server to which no crowd came
ENROLLED = 10_000
PEOPLE = 4000  # fewer than the system lets stand before the door, more than it lets stand before the doorman comes
SETTLE_SECONDS = 5  # those who have left still stand in the queue: what they asked is served first
WATCHED = 20  # a second
LOOKS_A_SECOND = 20  # at the memory: each takes time of the cores that the crowd stands on
PATIENCE_SECONDS = 30
READ_BYTES = 65_536
MILLISECONDS, MEGABYTE = 1000, 2**20
TURNING_AWAY = "… to turn one away, of what it costs to serve one"


@dataclass
class Outcome:
    """What came back."""

    seconds: float
    statuses: Counter[str] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=dict)
    most_memory: int = 0  # bytes

    def note(self, status: str, wait: float) -> None:
        """One answer, or what came instead."""
        self.statuses[status] += 1
        self.waits.setdefault(status, []).append(wait)

    def middle_and_late(self, status: str) -> tuple[float, float]:
        """The median wait in seconds, and the one that one in a hundred exceeds."""
        found = sorted(self.waits.get(status, [0.0]))
        return found[len(found) // 2], found[int(len(found) * 0.99)]


def first_page_answered(port: int, link: str) -> bytes:
    """What is sent when the first page of the parents' questionnaire is answered."""
    visitor = Visitor(Crowd(port))
    state = re.search(r'name="state" value="([^"]+)"', visitor.post(f"/open/{link}", {})[1])
    visitor.connection.close()
    assert state
    choices = {q.name: q.choices[0].name for q in built_in()["parent"].pages[0].questions if q.choices}
    body = urllib.parse.urlencode({"state": state[1], "do": "next", **choices}).encode()
    head = (
        "POST /answer?lang=zh HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Pressing:
    """Many connections from one process, each sending one request and reading to the end of its answer."""

    def __init__(self, port: int, what: bytes, seconds: float) -> None:
        self.port, self.what, self.outcome = port, what, Outcome(seconds)
        self.selector = selectors.DefaultSelector()
        self.begun: dict[socket.socket, float] = {}
        self.read: dict[socket.socket, bytes] = {}

    def send(self) -> None:
        """One more."""
        made = socket.socket()
        made.setblocking(False)
        made.connect_ex(("127.0.0.1", self.port))
        self.begun[made] = time.monotonic()
        self.selector.register(made, selectors.EVENT_WRITE)

    def turn(self) -> None:
        """Whatever has happened on the connections since the last turn."""
        for key, events in self.selector.select(timeout=0.005):
            assert isinstance(key.fileobj, socket.socket)
            try:
                self._step(key.fileobj, events)
            except OSError:
                self._end(key.fileobj, "cut off")

    def give_up(self) -> None:
        """Nobody waits for longer than PATIENCE_SECONDS."""
        now = time.monotonic()
        for late in [each for each, begun in self.begun.items() if now - begun > PATIENCE_SECONDS]:
            self._end(late, "late")

    def _step(self, each: socket.socket, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            each.sendall(self.what)
            self.selector.modify(each, selectors.EVENT_READ)
            return
        part = each.recv(READ_BYTES)
        if each not in self.read:
            self.read[each] = part
        if not part:
            self._end(each, self.read[each][9:12].decode() or "cut off")

    def _end(self, each: socket.socket, how: str) -> None:
        self.selector.unregister(each)
        each.close()
        self.read.pop(each, None)
        self.outcome.note(how, time.monotonic() - self.begun.pop(each))


def sent(web: Web, what: bytes, seconds: float, *, most: int, rate: float = math.inf) -> Outcome:
    """So many requests a second, from so many people at once; who is answered comes again."""
    crowd = Pressing(web.port, what, seconds)
    start, count, looked = time.monotonic(), 0, 0
    while (passed := time.monotonic() - start) < seconds:
        for _ in range(int(min(passed * rate - count, most - len(crowd.begun)))):
            crowd.send()
            count += 1
        crowd.turn()
        crowd.give_up()
        if passed * LOOKS_A_SECOND >= looked:
            looked += 1
            crowd.outcome.most_memory = max(crowd.outcome.most_memory, web.memory())
    while crowd.begun:
        crowd.turn()
        crowd.give_up()
    return crowd.outcome


@dataclass(frozen=True, slots=True)
class Refused:
    """How many were, as the server itself counts them."""

    at_the_door: int  # with «busy, trying again»
    inside: int  # with any status from 400 on

    @staticmethod
    def so_far(web: Web) -> Refused:
        """Since the server began."""
        counted = web.metrics()
        inside = [n for name, n in counted.items() if "requests_total" in name and re.search('status="[45]xx"', name)]
        return Refused(int(counted["jianfu_turned_away_total"]), int(sum(inside)))


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a crowd: answers by status, and processor seconds of the pages and of the doorman."""

    statuses: Counter[str]
    seconds: float
    inside_seconds: float
    door_seconds: float
    watched: Outcome

    def rate(self, status: str) -> float:
        """Answers a second."""
        return self.statuses[status] / self.seconds


def run(web: Web, what: bytes, seconds: float, people: int) -> Run:
    """So many people, each of whom comes again at once, by the best client there is."""
    inside, door, before = web.processor_seconds(), web.doormans_processor_seconds(), Refused.so_far(web)
    if wrk.is_installed():
        form = what.partition(b"\r\n\r\n")[2].decode()
        with ThreadPoolExecutor(1) as beside:
            crowd = beside.submit(wrk.pressed, web.port, form, people=people, seconds=seconds)
            watched = sent(web, what, seconds, most=people, rate=WATCHED)
            told = crowd.result()
        statuses, taken = watched.statuses + by_status(told, before, Refused.so_far(web)), told.seconds
    else:
        watched = sent(web, what, seconds, most=people)
        statuses, taken = watched.statuses, watched.seconds
    inside, door = web.processor_seconds() - inside, web.doormans_processor_seconds() - door
    return Run(statuses, taken, inside, door, watched)


def by_status(told: wrk.Told, before: Refused, after: Refused) -> Counter[str]:
    """What the crowd met. Who was refused was so at the door, with 503, but for those whom nobody turned away there."""
    refused = told.statuses["refused"]
    turned_away = after.at_the_door - before.at_the_door  # and some who did not stay to hear it
    amiss = max(after.inside - before.inside, refused - turned_away)
    others = {"refused inside": amiss, "cut off": told.failures}
    return Counter({"200": told.statuses["answered"], "503": refused - amiss}) + Counter(others)


@dataclass(frozen=True, slots=True)
class Evening:
    """A crowd, the runs at the sustainable rate before and after it, and what the pages' process held before."""

    before: list[Run]
    during: Run
    after: list[Run]
    without_crowd: list[Run]  # of the other server, each before the one in `after`
    memory: int  # bytes
    busy: float  # of the machine's cores, while the crowd was there

    @property
    def usual(self) -> float:
        """Pages a second, the median."""
        return _pages_a_second([*self.before, *self.after])


def _pages_a_second(runs: Sequence[Run]) -> float:
    return statistics.median(each.rate("200") for each in runs)


def measured(seconds: float, *, others: int) -> Evening:
    """One evening; the pages share a core with so many other processes, or, with none, have what they can get."""
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as lasting:
        instance = Path(folder) / "instance"
        app = create_app(instance)
        mixer_key(app)
        with app.app_context():
            link = a_group(enrolled=ENROLLED).id
        born, (core, *_), outside = lasting.enter_context(nursery(Path(folder))), *cores.of_workers(1)
        web, another = (Web(born, {"JIANFU_INSTANCE": str(instance)}) for _ in range(2))
        for each in (web, another):
            each.start(*(("--core", str(core)) if others else ()))
        if others:
            lasting.enter_context(cores.shared(core, others))
            lasting.enter_context(cores.on(outside))
        return _evening(web, another, first_page_answered(web.port, link), seconds)


def _evening(web: Web, another: Web, what: bytes, seconds: float) -> Evening:
    before = [_sustained(web, what) for _ in range(SUSTAINED_RUNS)]
    _sustained(another, what)  # who has served somebody has all in memory that serving needs
    memory, machine = web.memory(), os.sched_getaffinity(web.doorman())
    begun, busy = time.monotonic(), cores.busy_seconds(machine)
    during = run(web, what, seconds, PEOPLE)
    busy = (cores.busy_seconds(machine) - busy) / (time.monotonic() - begun) / len(machine)
    time.sleep(SETTLE_SECONDS)
    pairs = [(_sustained(another, what), _sustained(web, what)) for _ in range(SUSTAINED_RUNS)]
    return Evening(before, during, [late for _, late in pairs], [other for other, _ in pairs], memory, busy)


def _sustained(web: Web, what: bytes) -> Run:
    """As many as are in work at once."""
    return run(web, what, SUSTAINED_SECONDS, REQUESTS_AT_ONCE)


def figures() -> Iterator[Figure]:
    """The lines of the table."""
    evening = measured(WITHOUT_GOAL_SECONDS, others=0)
    yield _usual("question pages", evening)
    times, note = _crowd(evening)
    yield Figure(f"a crowd of {PEOPLE:,} for {WITHOUT_GOAL_SECONDS} s", times, "× as many", note=note)
    yield from _borne(evening)
    cost, note = _turning_away(evening)
    yield at_most(NEARLY_NOTHING, TURNING_AWAY, cost, "×", note)
    evening = measured(SECONDS, others=OTHERS)
    yield _usual(f"question pages on a core shared with {OTHERS} others", evening)
    times, note = _crowd(evening)
    yield at_least(TIMES, f"a crowd of {PEOPLE:,} for {SECONDS} s before a shared core", times, "× as many", note)
    yield from _borne(evening)
    cost, note = _turning_away(evening)
    yield Figure(TURNING_AWAY, cost, "×", note=note)


def _usual(name: str, evening: Evening) -> Figure:
    runs = [*evening.before, *evening.after]
    share = statistics.median(each.inside_seconds / each.seconds for each in runs)
    note = f"with {share:.2f} of a core"
    return Figure(f"{name}, {REQUESTS_AT_ONCE} at once", evening.usual, "a second", note=note)


def _crowd(evening: Evening) -> tuple[float, str]:
    """How many times as many came as can be served, and a note."""
    came = sum(evening.during.statuses.values())
    note = f"{came:,} answers; the cores, which the crowd stands on too, were {evening.busy:.0%} busy{wrk.or_else()}"
    return came / evening.during.seconds / evening.usual, note


def _borne(evening: Evening) -> Iterator[Figure]:
    """How the crowd fared, what it cost, and how it was afterwards."""
    during = evening.during
    amiss = {status: number for status, number in during.statuses.items() if status not in ("200", "503") and number}
    note = ", ".join(f"{status}: {number}" for status, number in amiss.items())
    yield at_most(0, "… answers that are neither a page nor «busy, trying again»", sum(amiss.values()), "answers", note)
    for status, name in (("200", "served"), ("503", "told that it is busy")):
        middle, late = during.watched.middle_and_late(status)
        yield Figure(f"… {name}", during.rate(status), "a second", note=f"after {middle:.2f} s (99 %: {late:.2f} s)")
    more = (during.watched.most_memory - evening.memory) / MEGABYTE
    note = f"{evening.memory / MEGABYTE:.0f} MB before"
    yield at_most(MORE_MEMORY, "… highest memory, beyond that before", more, "MB", note)
    pairs = zip(evening.after, evening.without_crowd, strict=True)
    afterwards = statistics.median(late.rate("200") / other.rate("200") for late, other in pairs)
    note = (
        f"{_pages_a_second(evening.after) / _pages_a_second(evening.before):.2f} of its own rate before, by the clock"
    )
    yield at_least(FULL_SPEED, "… afterwards, of a server to which no crowd came", afterwards, "×", note)


def _turning_away(evening: Evening) -> tuple[float, str]:
    """What it costs, of what serving somebody does, and a note."""
    during = evening.during
    served = statistics.median(each.inside_seconds / each.statuses["200"] for each in evening.before) * MILLISECONDS
    told = during.door_seconds / max(1, during.statuses["503"]) * MILLISECONDS
    return told / served, f"{told:.3f} CPU-ms, {served:.2f} to serve one"
