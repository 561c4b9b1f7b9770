"""The machine's cores: how busy they are, and what two processes that share nothing gain on two beside one.

The scaling of two workers is held against that. Two cores may be halves of one, or be lent to others meanwhile; then
each does less while both are busy. And who stands on which, the pages' workers and their clients, is chosen here.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path

SECONDS, PACES = 1.0, 3
# Of a core's times in /proc/stat: those that do not count anything twice, and those in which it had nothing to do.
KINDS, IDLE = 8, slice(3, 5)
ROWS = [{"name": str(number), "answers": [number] * 20} for number in range(200)]  # more than the nearest cache holds


def ratio() -> float:
    """Work a second of processor time on two cores, beside one alone."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    return sum(_done(cores)) / statistics.mean(_done([core])[0] for core in cores)


def pace() -> float:
    """Work a second of processor time on one core now, the median: what a machine lends differs by the moment."""
    core = sorted(os.sched_getaffinity(0))[:1]
    return statistics.median(_done(core)[0] for _ in range(PACES))


def busy_seconds(cores: Set[int]) -> float:
    """What these cores have worked for anybody so far, the kernel and other machines on the same processor included."""
    lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    spent = {name: [int(each) for each in times[:KINDS]] for name, *times in map(str.split, lines) if "cpu" in name}
    busy = sum(sum(spent[f"cpu{core}"]) - sum(spent[f"cpu{core}"][IDLE]) for core in cores)
    return busy / os.sysconf("SC_CLK_TCK")


def of_workers(workers: int) -> tuple[Set[int], Set[int]]:
    """The cores of so many workers, and those of everybody else: the same where there are no others."""
    all_cores = sorted(os.sched_getaffinity(0))
    return set(all_cores[:workers]), set(all_cores[workers:] or all_cores)


@contextmanager
def on(cores: Set[int]) -> Iterator[None]:
    """While this lasts, what is started runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def shared(core: int, others: int) -> Iterator[None]:
    """While this lasts, so many other processes would each like to have all of this core."""
    fork = multiprocessing.get_context("fork")
    neighbours = [fork.Process(target=_want_all_of, args=(core,), daemon=True) for _ in range(others)]
    for each in neighbours:
        each.start()
    try:
        yield
    finally:
        for each in neighbours:
            each.kill()
            each.join()


def _want_all_of(core: int) -> None:
    os.sched_setaffinity(0, {core})
    while True:
        pass


def _done(cores: Sequence[int]) -> list[float]:
    with multiprocessing.get_context("fork").Pool(len(cores)) as workers:
        return workers.map(_work, cores, chunksize=1)


def _work(core: int) -> float:
    """Texts written a second of processor time."""
    os.sched_setaffinity(0, {core})
    written, until, begun = 0, time.perf_counter() + SECONDS, time.process_time()
    while time.perf_counter() < until:
        json.loads(json.dumps(ROWS))
        written += 1
    return written / (time.process_time() - begun)
