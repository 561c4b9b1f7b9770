"""What a nation's week needs, by arithmetic from what one answer was measured to cost: `python -m benchmarks.scale`.

Measured and assumed figures stand in docs/scale.toml; the tables of docs/scale.md are written from here.
"""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey.questionnaire import built_in

DOCS = Path(__file__).parents[1] / "docs"
PAGES = len(built_in()["parent"].pages)
REQUESTS = PAGES + 3  # the link, the press of «start», each page, the thank-you
SECONDS_AN_HOUR, MILLISECONDS = 3600, 1000
GIGABYTE, MEGABYTE, MILLION = 1e9, 1e6, 1e6
SHOWN_FIGURES = 2


@dataclass(frozen=True, slots=True)
class Week:
    """A week of answers, in one installation or in several, and what one of them costs."""

    answers: float
    told: Mapping[str, float]

    def cpu(self, what: str) -> float:
        """Seconds of one core for one answer."""
        return self.told[what] / MILLISECONDS

    @property
    def a_day(self) -> float:
        """Answers on the busiest day."""
        return self.answers * self.told["busiest day"]

    @property
    def a_second(self) -> float:
        """Answers a second in the busiest hour."""
        return self.a_day * self.told["busiest hour"] / SECONDS_AN_HOUR


def requests_in_the_week(week: Week) -> float:
    """answers × requests of a journey"""
    return week.answers * REQUESTS / MILLION


def answers_a_second(week: Week) -> float:
    """answers × busiest day × busiest hour ÷ 3,600"""
    return week.a_second


def requests_a_second(week: Week) -> float:
    """answers a second × requests of a journey"""
    return week.a_second * REQUESTS


def sent_to_phones(week: Week) -> float:
    """requests a second × page"""
    return requests_a_second(week) * week.told["page"] / MEGABYTE


def cores_for_pages(week: Week) -> float:
    """answers a second × journey ÷ used"""
    return week.a_second * week.cpu("journey") / week.told["used"]


def cores_for_ballots(week: Week) -> float:
    """answers a second × sent at the store ÷ used"""
    return week.a_second * week.cpu("sent at the store") / week.told["used"]


def log_a_second(week: Week) -> float:
    """answers a second × log when sent"""
    return week.a_second * week.told["log when sent"] / MEGABYTE


def memory_of_pages(week: Week) -> float:
    """cores for the pages × process, one a core"""
    return cores_for_pages(week) * week.told["process"] / GIGABYTE


def connections(week: Week) -> float:
    """cores for the pages × connections, one process a core"""
    return cores_for_pages(week) * week.told["connections"]


def ballots_that_wait(week: Week) -> float:
    """(answers × busiest day + answers ÷ answers of a group × stay behind) × ballot"""
    behind = week.answers / week.told["answers of a group"] * week.told["stay behind"]
    return (week.a_day + behind) * week.told["ballot"] / GIGABYTE


def memory_of_mixer(week: Week) -> float:
    """answers × busiest day × ballot's id"""
    return week.a_day * week.told["ballot's id"] / GIGABYTE


def hours_of_mixing(week: Week) -> float:
    """answers × (mixed + mixed at the store) + rows written anew × row written anew"""
    mixed = week.answers * (week.cpu("mixed") + week.cpu("mixed at the store"))
    return (mixed + _rows_written_anew(week) * week.cpu("row written anew")) / SECONDS_AN_HOUR


def longest_wait(week: Week) -> float:
    """answers × slips × row written anew: those who send at night wait while all slips are written anew"""
    return week.answers * week.told["slips"] * week.cpu("row written anew")


def written_anew(week: Week) -> float:
    """mixings × answers × (slips × slip + answer ÷ 2), and as much of the log"""
    slips, answers = _written_anew(week)
    return (slips * week.told["slip"] + answers * week.told["answer"]) / GIGABYTE


def _rows_written_anew(week: Week) -> float:
    return sum(_written_anew(week))


def _written_anew(week: Week) -> tuple[float, float]:
    """Slips and answers: at each mixing all slips there are, and all answers so far."""
    each = week.told["mixings"] * week.answers
    return each * week.told["slips"], each / 2


def answers_kept(week: Week) -> float:
    """answers × answer"""
    return week.answers * week.told["answer"] / GIGABYTE


def slips_kept(week: Week) -> float:
    """answers × slips × slip"""
    return week.answers * week.told["slips"] * week.told["slip"] / GIGABYTE


def hours_of_publishing(week: Week) -> float:
    """answers × (tabulated + published)"""
    return week.answers * (week.cpu("tabulated") + week.cpu("published")) / SECONDS_AN_HOUR


# What is needed → how it is worked out, which is told by the function's own words, and its unit.
NEEDS: Mapping[str, tuple[Callable[[Week], float], str]] = {
    "requests in the week": (requests_in_the_week, "million"),
    "answers in the busiest hour, each a durable commit": (answers_a_second, "a second"),
    "requests in the busiest hour": (requests_a_second, "a second"),
    "sent to phones then, at most": (sent_to_phones, "MB/s"),
    "cores for the pages then": (cores_for_pages, "cores"),
    "cores for the ballots store then": (cores_for_ballots, "cores"),
    "written to its write-ahead log then": (log_a_second, "MB/s"),
    "memory of the pages": (memory_of_pages, "GB"),
    "connections to the stores, at most": (connections, ""),
    "ballots that wait after the busiest day": (ballots_that_wait, "GB"),
    "memory of that night's mixer": (memory_of_mixer, "GB"),
    "mixing in the week": (hours_of_mixing, "core-hours"),
    "slips and answers written anew by it": (written_anew, "GB"),
    "the longest that somebody waits for that": (longest_wait, "s"),
    "answers kept": (answers_kept, "GB"),
    "slips kept until their round is over": (slips_kept, "GB"),
    "tabulated and published": (hours_of_publishing, "core-hours"),
}


def tables(told: Mapping[str, Any]) -> Mapping[str, str]:
    """Name of the table → the table, as docs/scale.md has it."""
    measured = (["an answer's", "", "", ""], *_listed(told["cost"]))
    assumed = (["assumed", "", "", ""], *_listed(told["assumption"]))
    return {"costs": _table(measured), "assumptions": _table(assumed), "needs": _table(_needs(weeks(told)))}


def weeks(told: Mapping[str, Any]) -> Mapping[str, Week]:
    """Column → its week: the nation's, and those of the largest and of the average of its provinces."""
    of = {each["name"]: float(each["value"]) for each in (*told["cost"], *told["assumption"])}
    answers = {
        "a nation": of["answers"],
        "its largest province": of["answers"] * of["largest province"],
        "an average province": of["answers"] / of["provinces"],
    }
    return {name: Week(number, of) for name, number in answers.items()}


def _listed(told: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    return ([each["name"], f"{each['value']:,}", each["unit"], each["what"]] for each in told)


def _needs(columns: Mapping[str, Week]) -> Iterator[Sequence[str]]:
    yield "needed", "how", *columns, ""
    yield "answers in the week", "", *(_shown(week.answers / MILLION) for week in columns.values()), "million"
    for name, (work, unit) in NEEDS.items():
        yield name, work.__doc__ or "", *(_shown(work(week)) for week in columns.values()), unit


def _table(rows: Iterable[Sequence[str]]) -> str:
    head, *others = rows
    lines = (head, ["---"] * len(head), *others)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(value: float) -> str:
    """To two figures that count: what it rests on is not known better."""
    places = SHOWN_FIGURES - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}"


def read() -> Mapping[str, Any]:
    """What was measured, and what is assumed."""
    return tomllib.loads((DOCS / "scale.toml").read_text(encoding="utf-8"))


def written(page: str) -> str:
    """The page with its tables worked out anew."""
    for name, table in tables(read()).items():
        before, begins, rest = page.partition(f"<!-- {name} -->\n")
        _, ends, after = rest.partition(f"<!-- end of {name} -->")
        page = before + begins + table + ends + after
    return page


def main() -> int:
    """Write the page."""
    page = DOCS / "scale.md"
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
