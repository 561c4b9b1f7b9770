"""What an answer costs from the last button to its row: cast, mixed, kept. docs/scale.md carries that up to a nation.

Parents answer by slips through the respondents' own code, and the mixer opens and shuffles what waits. Processor time
is that of the program and, on PostgreSQL, of its server too, which clears away in each round what that round left. It
runs in a process of its own, so that the highest memory is that of this work.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from benchmarks import apart
from benchmarks.figure import Figure, at_most
from benchmarks.stores import SQLITE, stores
from survey import create_app, db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import open_groups, take_no_more
from survey.ballot.mixing import mix
from survey.ballot.slips import normalise
from survey.ballot.store import Group
from survey.questionnaire import built_in
from tests.postgres import Server
from tests.rounds import mixer_key

PEOPLE, ROUNDS = 30_000, 3
A_GROUP = 150
LINEAR = 1.3  # the last round's cost of an answer, beside the first's
PARENT = built_in()["parent"]
KILOBYTES_A_MB = 1024


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time in seconds, of the program and of a database server, and the bytes of that one's log."""

    program: float
    server: float
    log: float

    def each(self, people: int) -> Mapping[str, float]:
        """For one person; times in milliseconds."""
        return {
            "program": self.program * 1000 / people,
            "server": self.server * 1000 / people,
            "log": self.log / people,
        }


def figures(kind: str, people: int = PEOPLE) -> Iterator[Figure]:
    """The lines of the table, with the stores on `sqlite` or on `postgresql`."""
    found = apart.measured("mixing", kind, people)
    for step in ("cast", "mixed"):
        first, last = found["rounds"][0][step], found["rounds"][-1][step]
        note = f"{last['program']:.2f} of the program, {last['server']:.2f} of the database server"
        yield Figure(f"{kind}: an answer {step}", _cpu(last), "CPU-ms", note=note)
        if last["log"]:
            yield Figure("… written to the server's log", last["log"], "bytes")
        name = f"… the last of {ROUNDS * people:,}, beside the first"
        yield at_most(LINEAR, name, _cpu(last) / _cpu(first), "×")
    yield Figure("… highest memory", found["memory"], "MB", note=f"{people:,} ballots mixed at once")
    for what, size in found["bytes"].items():
        yield Figure(f"… kept for {what}", size, "bytes")


def _cpu(each: Mapping[str, float]) -> float:
    return each["program"] + each["server"]


def main() -> int:
    """Measure on one engine, and print it as JSON."""
    kind, people = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, stores(kind) as server:
        app = create_app(Path(folder) / "instance")
        with app.app_context():
            mixer_key(app)
            rounds = [_round(app, server, f"round-{number}", people) for number in range(ROUNDS)]
            found = {"rounds": rounds, "bytes": _bytes_each(ROUNDS * people)}
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MB
        sys.stdout.write(json.dumps(found | {"memory": memory}))
    return 0


def _round(app: Flask, server: Server | None, campaign: str, people: int) -> Mapping[str, Mapping[str, float]]:
    """Everybody answers, and all is mixed once the round is over; what either takes for one of them."""
    groups = _groups(campaign, people)
    open_groups(groups)
    codes = [(group.id, code, normalise(code)) for group in groups for code in slips.issue(group.id, A_GROUP)]
    chance = random.Random(campaign)
    chance.shuffle(codes)
    said = [{q.name: chance.choice(q.choices).name for q in PARENT.questions if q.choices} for _ in range(A_GROUP)]

    def send_all() -> None:
        assert all(cast(Entry(group, ack, code), chance.choice(said)) for group, ack, code in codes)

    sent = _spent(send_all, server)
    take_no_more(campaign)
    mixed = _spent(lambda: _mix(app, is_server=server is not None), server)
    return {"cast": sent.each(len(codes)), "mixed": mixed.each(len(codes))}


def _mix(app: Flask, *, is_server: bool) -> None:
    """All that waits; and a server clears away what was burnt, which it would do by itself while a later round runs."""
    mix(mixer_key(app))
    for store in ("ballots", "answers") if is_server else ():
        with db.engine(store).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum (analyze)"))


def _groups(campaign: str, people: int) -> Sequence[Group]:
    return [
        Group(
            campaign_id=campaign,
            campaign_title=campaign,
            bureau_name="Bureau",
            school_id=f"s{number}",
            school_name=f"School {number}",
            questionnaire=PARENT.name,
            grade=3,
            entry="slips",
            enrolled=A_GROUP,
            closes_on=date.max,
        )
        for number in range(people // A_GROUP)
    ]


def _spent(work: Callable[[], object], server: Server | None) -> Spent:
    before = _now(server)
    work()
    after = _now(server)
    return Spent(after.program - before.program, after.server - before.server, after.log - before.log)


def _now(server: Server | None) -> Spent:
    program = time.process_time()
    return Spent(program, server.cpu_seconds(), server.log_bytes()) if server else Spent(program, 0, 0)


def _bytes_each(people: int) -> Mapping[str, float]:
    """What an answer takes in its store, and a slip that was used."""
    return {what: _size(store, what) / people for what, store in (("answer", "answers"), ("slip", "ballots"))}


def _size(store: str, table: str) -> int:
    """The bytes of a table with its indexes; of all of a store's, where the store is one file."""
    engine = db.engine(store)
    if engine.dialect.name == SQLITE:
        return Path(str(engine.url.database)).stat().st_size
    with engine.connect() as connection:
        return int(connection.execute(text(f"select pg_total_relation_size('{table}')")).scalar_one())


if __name__ == "__main__":
    sys.exit(main())
