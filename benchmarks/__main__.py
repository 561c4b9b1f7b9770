"""`make bench`: one table, each figure with its goal and whether it was met; `--quick` is a smaller one.

Processor time is told rather than the clock, in medians of rounds that take turns, for the machine has other work too.
Before each part stands the pace of a core at that moment: what is told in seconds can be compared by it. At the end
stands how many goals were met, and what was missed. A part that ends with an error counts as missed, and the others go
on.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from benchmarks import answering, cores, growth, mixing, nation, overload, province, release, workbooks
from benchmarks.answering import Effort
from benchmarks.figure import Figure, broken_off
from benchmarks.province import Size
from benchmarks.stores import POSTGRESQL, SQLITE

QUICK = Effort(rounds=2, pages=50, journeys=5, sendings=10, turns=1, seconds=1.0)
QUICK_PEOPLE = 3_000
Parts = Mapping[str, Callable[[], Iterable[Figure]]]


def main(parts: Parts) -> int:
    """Print the table as it comes, and what was missed; 1 where something was, 0 otherwise."""
    met, missed, heading = 0, list[str](), ""
    for figure in _figures(parts):
        sys.stdout.write(figure.line + "\n")
        sys.stdout.flush()
        heading = heading if figure.name.startswith("…") else figure.name
        if figure.has_passed is False:
            missed.append(figure.line + (f"  ({heading})" if figure.name != heading else ""))
        met += figure.has_passed is True
    sys.stdout.write(f"\n{met} of {met + len(missed)} goals met, {len(missed)} missed.\n")
    sys.stdout.writelines(line + "\n" for line in missed)
    return int(len(missed) > 0)


def _figures(parts: Parts) -> Iterator[Figure]:
    for name, measure in parts.items():
        try:
            yield from measure()
        except Exception as reason:
            traceback.print_exc()
            yield broken_off(name, reason)


def parts_of_table(*, quick: bool) -> Parts:
    """What is measured, in this order; before each part, the pace of a core."""
    return {name: partial(_with_pace, name, measure) for name, measure in _parts(quick=quick).items()}


def _with_pace(name: str, measure: Callable[[], Iterable[Figure]]) -> Iterator[Figure]:
    yield Figure(f"the pace of a core, before {name}", cores.pace(), "texts/s")
    yield from measure()


def _parts(*, quick: bool) -> Parts:
    effort, people = (QUICK, QUICK_PEOPLE) if quick else (Effort(), mixing.PEOPLE)
    sizes = {kind: Size(20, 20_000, kind) if quick else Size(stores=kind) for kind in (SQLITE, POSTGRESQL)}
    parts: Parts = {
        **{f"{kind}: answering": partial(answering.figures, kind, effort) for kind in sizes},
        **{f"{kind}: mixing": partial(mixing.figures, kind, people) for kind in sizes},
        **{f"{kind}: a province": partial(province.figures, size) for kind, size in sizes.items()},
    }
    if quick:
        return parts
    return {
        **parts,
        "growth": growth.figures,
        "a release": release.figures,
        "workbooks": workbooks.figures,
        "a nation": nation.figures,
        "overload": overload.figures,
    }


if __name__ == "__main__":
    sys.exit(main(parts_of_table(quick="--quick" in sys.argv[1:])))
