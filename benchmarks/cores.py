"""What two processes that share nothing gain on this machine beside one, to hold the scaling of two workers against.

Two cores may be halves of one, or be lent to others meanwhile; then each does less while both are busy.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence

SECONDS = 1.0
ROWS = [{"name": str(number), "answers": [number] * 20} for number in range(200)]  # more than the nearest cache holds


def ratio() -> float:
    """Work a second of processor time on two cores, beside one alone."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    return sum(_done(cores)) / statistics.mean(_done([core])[0] for core in cores)


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
