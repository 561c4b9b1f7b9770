"""How two workers scale, each with as many threads as `flask serve` has, and how long a page takes under load.

Workers and clients stand on cores of their own where there are enough. On two cores one worker has one core for itself,
but two workers share both with the clients and with a database server. So we compare pages a second of a core that
stays for the workers: the time that anybody else took of their cores, the kernel's writing to disk included, is taken
out, and told beside the ratio by the clock. What two workers lose to each other, be it that they wait for a lock or
that both need more time for a page, stays in. Both are measured in turns, and the median of the turns is told;
beside it, what two processes that share nothing gain in the same turns (`cores`).
"""

from __future__ import annotations

import random
import statistics
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import chain

from benchmarks import cores, wrk
from benchmarks.cores import busy_seconds
from benchmarks.figure import Figure, at_least
from benchmarks.journeys import PAGES, PARENT, first_choices, journey
from benchmarks.served import Served, served
from benchmarks.wrk import Told
from survey.config import REQUESTS_AT_ONCE
from tests.postgres import Server

SCALING_GOAL = 1.7  # × one worker
CONNECTIONS = 8  # of each worker
LOAD = 0.7  # of what one worker can do at most
PEOPLE = 64  # who think between pages, so many that pages come by chance
MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Load:
    """An installation, links that many come by, and the database server where there is one.

    As many links as groups answer at the same time: whoever sends counts those who came by the same one before.
    """

    folder: str
    addresses: Mapping[str, str]
    links: Sequence[str]
    database: Server | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What some workers got through in seconds by the clock; processor seconds of each, and of others beside them."""

    pages: int
    seconds: float
    of_workers: list[float]
    of_others: float  # on the same cores

    @property
    def a_core_second(self) -> float:
        """Pages a second of a core that stayed for the workers."""
        return self.pages / (len(self.of_workers) * self.seconds - self.of_others)


def figures(kind: str, what: Load, turns: int, seconds: float) -> Iterator[Figure]:
    """The lines of the table."""
    with _workers(what, 1) as one, _workers(what, 2) as two:
        found = [(_turn(what, one, seconds), _turn(what, two, seconds), cores.ratio()) for _ in range(turns)]
        pairs = [(alone, both) for alone, both, _ in found]
        most = statistics.median(alone.pages / alone.seconds for alone, _ in pairs)
        yield from _scaling(kind, pairs)
        bound = statistics.median(ratio for *_, ratio in found)
        yield Figure("… two processes that share nothing, beside one", bound, "×")
        yield from _latencies(kind, what, one, most, seconds)


def _scaling(kind: str, pairs: list[tuple[Turn, Turn]]) -> Iterator[Figure]:
    ratio = statistics.median(2 * both.a_core_second / alone.a_core_second for alone, both in pairs)
    by_clock = statistics.median(both.pages / both.seconds / (alone.pages / alone.seconds) for alone, both in pairs)
    taken = statistics.median(both.of_others / (2 * both.seconds) for _, both in pairs)
    note = f"{by_clock:.2f} × by the clock; others took {taken:.0%} of both cores{wrk.or_else()}"
    yield at_least(SCALING_GOAL, f"{kind}: two workers, beside one, of the cores left to them", ratio, "×", note)
    cost = statistics.median(_cost(both) / _cost(alone) for alone, both in pairs)
    busier = statistics.median(max(both.of_workers) / sum(both.of_workers) for _, both in pairs)
    note = f"the busier of the two had {busier:.0%} of the work"
    yield Figure("… processor time of a page, beside one worker's", cost, "×", note=note)


def _latencies(kind: str, what: Load, server: Served, most: float, seconds: float) -> Iterator[Figure]:
    """How long a page takes while people come by chance, who think between pages."""
    with cores.on(cores.of_workers(1)[1]):
        told = _walked(what, server, PEOPLE, seconds, PEOPLE / (LOAD * most))
    pages = sum(told.statuses.values())
    note = f"{pages:,} pages, {pages / told.seconds / most:.0%} of the most{wrk.or_else()}"
    yield Figure(f"{kind}: a page at {LOAD:.0%} load, median", told.median * MILLISECONDS, "ms", note=note)
    yield Figure(f"{kind}: a page at {LOAD:.0%} load, 99 of 100", told.late * MILLISECONDS, "ms", note=note)


def _cost(turn: Turn) -> float:
    return sum(turn.of_workers) / turn.pages


@contextmanager
def _workers(what: Load, number: int) -> Iterator[Served]:
    with ExitStack() as lasting:
        with cores.on(cores.of_workers(number)[0]):
            found = lasting.enter_context(served(what.folder, what.addresses, number, REQUESTS_AT_ONCE))
        yield found


def _turn(what: Load, server: Served, seconds: float) -> Turn:
    before = server.of_each_worker()
    of_workers, of_others = cores.of_workers(len(before))
    if what.database:
        what.database.stay_on(of_others)
    busy = busy_seconds(of_workers)
    with cores.on(of_others):
        told = _walked(what, server, CONNECTIONS * len(before), seconds)
    taken = [(now - was) / MILLISECONDS for now, was in zip(server.of_each_worker(), before, strict=True)]
    return Turn(sum(told.statuses.values()), told.seconds, taken, busy_seconds(of_workers) - busy - sum(taken))


def _walked(what: Load, server: Served, people: int, seconds: float, think: float = 0) -> Told:
    """Whole journeys, page by page, by wrk or else by threads of this process."""
    if not wrk.is_installed():
        return _in_python(what, server, people, seconds, think)
    answers = urllib.parse.urlencode({"do": "next", **first_choices(PARENT.questions)})
    told = wrk.walked(server.port, what.links, answers, people=people, seconds=seconds, think=think)
    assert set(told.statuses) == {"200", "303"}, told
    assert not told.failures, told
    assert told.statuses["200"] < PAGES * (told.statuses["303"] + people), told  # they do come to an end
    return told


def _in_python(what: Load, server: Served, people: int, seconds: float, think: float) -> Told:
    begun = time.perf_counter()

    def go_on(number: int) -> Iterator[float]:
        chance = random.Random(number)
        while True:
            with closing(server.connect()) as connection:
                for taken in journey(server, chance.choice(what.links), connection):
                    yield taken
                    time.sleep(chance.expovariate(1 / think) if think else 0)
                    if time.perf_counter() > begun + seconds:
                        return

    with ThreadPoolExecutor(people) as threads:
        taken = sorted(chain.from_iterable(threads.map(lambda number: list(go_on(number)), range(people))))
    late, found = taken[int(len(taken) * 0.99)], Counter({"200": len(taken)})
    return Told(time.perf_counter() - begun, found, statistics.median(taken), late, 0)
