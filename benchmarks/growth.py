"""How tabulating grows with a province: answers on PostgreSQL, a thousand schools for each million of them.

Each size runs in a process of its own with a server of its own, so that the highest memory is that of this work. There
a round of the smallest size is tabulated in turns with it: what a machine lends differs by half within minutes, most of
all where memory is waited for. Ten million answers take some four minutes and are asked for: GROWTH=10000000.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks import apart, made_up
from benchmarks.figure import Figure, at_most
from benchmarks.province import GRADES, KILOBYTES_A_MB, SHARES
from benchmarks.stores import POSTGRESQL, stores
from survey import create_app, db
from survey.ballot.compacting import compact
from survey.db import new_id
from survey.questionnaire import built_in, questionnaire_for
from survey.release import tabulate

SIZES = (1_000_000, 3_000_000)
LARGEST = "GROWTH"  # the variable of one size more
PEOPLE_A_SCHOOL = 1000
LINEAR = 1.2  # the time of an answer in the largest size, in that of the smallest
ROWS_AT_ONCE = 10_000
ROUND, SMALLEST = "round", "smallest"
TURNS = 3
SEED = 20200306
COPY = "copy answer (id, campaign_id, school_id, questionnaire, grade, said) from stdin"


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: processor time of an answer, that in the same of the smallest, and bytes on disk; highest memory,
    seconds to fill."""

    people: int
    microseconds: float
    of_smallest: float
    bytes_stored: float
    megabytes: float
    filled: float


def figures() -> Iterator[Figure]:
    """The lines of the table."""
    sizes = [*SIZES, *([int(os.environ[LARGEST])] if LARGEST in os.environ else [])]
    for people in sizes:
        found = Measured(**apart.measured("growth", people))
        name = f"{people:,} answers, {POSTGRESQL}: tabulated, an answer"
        note = f"filled by COPY in {found.filled:.0f} s; {found.bytes_stored:.0f} bytes an answer on disk"
        yield Figure(name, found.microseconds, "CPU-µs", note=note)
        yield Figure("… highest memory", found.megabytes, "MB")
        name = f"… in an answer of {SIZES[0]:,} others, tabulated in turns"
        yield at_most(LINEAR, name, found.of_smallest, "×", f"the median of {TURNS}")


def main(people: int) -> None:
    """Measure one size, and print it as JSON."""
    with tempfile.TemporaryDirectory() as folder, stores(POSTGRESQL):
        app = create_app(Path(folder) / "instance")
        with app.app_context():
            start = time.perf_counter()
            _fill(ROUND, people)
            filled = time.perf_counter() - start
            _fill(SMALLEST, SIZES[0])
            compact("answers")  # as the mixer leaves them
            turns = [(_tabulated(ROUND, people), _smallest(people // SIZES[0])) for _ in range(TURNS)]
            with db.reading("answers") as connection:
                stored = connection.execute(text("select pg_total_relation_size('answer')")).scalar_one()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MB
    found = Measured(
        people=people,
        microseconds=statistics.median(of_all for of_all, _ in turns),
        of_smallest=statistics.median(of_all / of_smallest for of_all, of_smallest in turns),
        bytes_stored=stored / (people + SIZES[0]),
        megabytes=memory,
        filled=filled,
    )
    sys.stdout.write(json.dumps(asdict(found)))


def _smallest(times: int) -> float:
    """The same of the smallest round, as often as takes as long as the other: a moment's quiet is no measure."""
    return statistics.mean(_tabulated(SMALLEST, SIZES[0]) for _ in range(times))


def _tabulated(campaign: str, people: int) -> float:
    """Microseconds of the processor that an answer took."""
    before = time.process_time()
    tallies = tabulate.tabulate(campaign, built_in())
    spent = time.process_time() - before
    counted = sum(int(of_groups.people[0]) for of_groups in tallies.values())
    assert counted == people, counted
    return spent / people * 1e6


def _fill(campaign: str, people: int) -> None:
    """So many answers, by COPY."""
    chance = random.Random(SEED)
    said = {name: [f"\\\\x{bits.hex()}" for bits in pool] for name, pool in made_up.pools(chance).items()}
    with db.engine("answers").begin() as connection:
        made_up.keep_legends(connection, campaign)
    asked = [
        (found.name, r"\N" if grade is None else str(grade), share)
        for role, share in SHARES.items()
        for grade in (GRADES if role != "teacher" else (None,))
        if (found := questionnaire_for(role, grade))
    ]
    kinds, weights = [(name, grade) for name, grade, _ in asked], [share for *_, share in asked]
    schools = max(1, people // PEOPLE_A_SCHOOL)
    raw: Any = db.engine("answers").raw_connection()  # psycopg's, which has more than any driver's
    with raw.cursor() as cursor, cursor.copy(COPY) as copy:
        for first in range(0, people, ROWS_AT_ONCE):
            some = chance.choices(kinds, weights, k=min(ROWS_AT_ONCE, people - first))
            at = [f"{campaign}\ts{chance.randrange(schools):05}" for _ in some]
            copy.write("".join(_row(place, *kind, said, chance) for place, kind in zip(at, some, strict=True)))
    raw.commit()
    raw.close()


def _row(place: str, questionnaire: str, grade: str, said: dict[str, list[str]], chance: random.Random) -> str:
    return f"{new_id()}\t{place}\t{questionnaire}\t{grade}\t{chance.choice(said[questionnaire])}\n"


if __name__ == "__main__":
    main(int(sys.argv[1]))
