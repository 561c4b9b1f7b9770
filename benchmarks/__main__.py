"""`make bench`: one table, each figure with its goal and whether it was met; `--quick` is a smaller one.

Processor time is told rather than the clock, in medians of rounds that take turns, for the machine has other work too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks import answering, growth, mixing, nation, overload, province, release, workbooks
from benchmarks.answering import Effort
from benchmarks.figure import Figure
from benchmarks.province import Size
from benchmarks.stores import POSTGRESQL, SQLITE

QUICK = Effort(rounds=2, pages=50, journeys=5, seconds=1.0)
QUICK_PEOPLE = 3_000


def main(*, quick: bool) -> int:
    """Print the table as it comes; 1 where a goal was missed, 0 otherwise."""
    missed = 0
    for figure in _figures(quick=quick):
        sys.stdout.write(figure.line + "\n")
        sys.stdout.flush()
        missed += figure.has_passed is False
    return int(missed > 0)


def _figures(*, quick: bool) -> Iterator[Figure]:
    for kind in (SQLITE, POSTGRESQL):
        yield from answering.figures(kind, QUICK if quick else Effort())
    for kind in (SQLITE, POSTGRESQL):
        yield from mixing.figures(kind, QUICK_PEOPLE if quick else mixing.PEOPLE)
    for kind in (SQLITE, POSTGRESQL):
        yield from province.figures(Size(20, 20_000, kind) if quick else Size(stores=kind))
    if not quick:
        yield from growth.figures()
        yield from release.figures()
        yield from workbooks.figures()
        yield from nation.figures()
        yield from overload.figures()


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv[1:]))
