"""Requests by wrk, a client in C: where it is installed, clients take a small part of the processor time that those in
Python take from the servers beside them. An optional tool of whoever measures (Debian's package wrk)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PEOPLE = Path(__file__).with_name("people.lua")
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """What came back, and seconds that an answer took, the median's and 99 of 100's at most."""

    seconds: float
    statuses: Counter[str]  # how often each; or «answered» (below 400) and «refused»
    median: float
    late: float
    failures: int  # connections that could not be made, were cut off, or were answered too late


def is_installed() -> bool:
    """Whether there is a wrk."""
    return shutil.which("wrk") is not None


def or_else() -> str:
    """For the note beside a figure: what else the clients were."""
    return "" if is_installed() else "; clients in Python, for wrk is not installed"


def walked(port: int, links: Sequence[str], answers: str, *, people: int, seconds: float, think: float = 0) -> Told:
    """Pages of whole journeys, so many people at once.

    Args:
        answers: all that a form sends but its state, encoded.
        think: seconds before each page, the mean; they differ by chance.
    """
    return _ran(port, people, seconds, "walk", ",".join(links), answers, str(think * 1000))


def pressed(port: int, form: str, *, people: int, seconds: float) -> Told:
    """The same question page sent again and again, each time on a new connection: how many were answered or refused."""
    return _ran(port, people, seconds, "again", form)


def _ran(port: int, connections: int, seconds: float, *told: str) -> Told:
    bounds = ["-t1", f"-c{connections}", f"-d{seconds:.0f}s", f"--timeout={PATIENCE_SECONDS}s", f"-s{PEOPLE}"]
    call = ["wrk", *bounds, f"http://127.0.0.1:{port}", "--", *told]
    said = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    found = json.loads(said.splitlines()[-1])
    return Told(**found | {"statuses": Counter(found["statuses"])})
