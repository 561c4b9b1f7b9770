"""The command line: `python -m estimator assess | advise | nation | norms`.

Exit status: 0 no flag, 1 flags, 2 bad input (said on standard error, nothing on standard output).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from estimator import as_json, families, field_checks, nation, nation_file, nation_table, norm_file, plan_file, telling
from estimator.advice import advise
from estimator.assess import MEASURES, assess
from estimator.assessment import Assessment
from estimator.explain import explain
from estimator.families import Families, FamiliesProblems
from estimator.grade_week import GradeWeek
from estimator.norms import NormProblems, Norms
from estimator.plan import GRADES, Plan, PlanProblems

NO_FLAG, FLAGS, BAD_INPUT = 0, 1, 2
COMPARED = 2


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments ask for; the exit status."""
    asked = _arguments().parse_args(arguments)
    try:
        status: int = asked.act(asked)
    except (PlanProblems, NormProblems, FamiliesProblems) as found:
        print(found, file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return BAD_INPUT
    return status


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m estimator", description="What a plan asks of families.")
    verbs = parser.add_subparsers(required=True)
    weigh = verbs.add_parser("assess", help="hold a plan against the norms of its place and week, or compare two")
    weigh.add_argument("plan", type=Path, nargs="+", help="a plan as .toml or .xlsx; two are told side by side")
    weigh.add_argument("--explain", choices=MEASURES, metavar="MEASURE", help="follow one measure to its inputs")
    ease = verbs.add_parser("advise", help="the smallest change that clears the flags")
    ease.add_argument("plan", type=Path, help="a plan as .toml or .xlsx")
    tell = verbs.add_parser("norms", help="which limits apply, who says so, and who else spoke")
    tell.add_argument("--grade", type=int, choices=GRADES, metavar="1–12")
    every = verbs.add_parser("nation", help="score a flat table of the activities of any number of schools")
    every.add_argument("activities", type=Path, help="a .csv or .parquet with a plan's columns, school_id and pupils")
    every.add_argument("--out", type=Path, required=True, help="the .csv to write, one row a school and grade")
    every.add_argument("--currency", default="CNY", help="of prices (default: CNY)")
    for verb in (weigh, ease):
        verb.add_argument("--json", action="store_true", help="for other programs")
    for verb in (weigh, ease, every):
        verb.add_argument("--families", default="urban", help="urban, rural, or a file (default: urban)")
    for verb, act in ((weigh, _assess), (ease, _advise), (every, _nation), (tell, _norms)):
        verb.set_defaults(act=act)
        verb.add_argument("--place", type=_place, help="such as CN, CN-34, CN-AH")
        verb.add_argument("--date", type=date.fromisoformat, help="such as 2020-03-09")
        verb.add_argument("--norms", type=Path, nargs="+", default=[], help="a district's own norm files")
    return parser


def _place(code: str) -> str:
    try:
        return field_checks.place(code)
    except field_checks.Refused as refused:
        said = f"{refused.message} {refused.remedy}" % refused.values
        raise argparse.ArgumentTypeError(f"{code!r}: {said}") from None


def _assess(asked: argparse.Namespace) -> int:
    plans = [_plan(path) for path in asked.plan]
    own, norms = families.load(asked.families), norm_file.load(*asked.norms)
    found = [assess(plan, own, norms, day=asked.date, place=asked.place) for plan in plans]
    if asked.explain:
        for plan, one in zip(plans, found, strict=True):
            _explain(plan, one, own, norms, asked.explain)
    elif asked.json:
        said = [as_json.of_assessment(one) for one in found]
        _print_json(said[0] if len(said) == 1 else {"plans": said})
    elif len(found) == COMPARED:
        print(telling.comparison(found[0], found[1], (asked.plan[0].name, asked.plan[1].name)))
    else:
        for plan, one in zip(plans, found, strict=True):
            print(telling.assessment(one, plan.school))
    return FLAGS if any(grade.flags for one in found for grade in one.grades.values()) else NO_FLAG


def _explain(plan: Plan, found: Assessment, own: Families, norms: Norms, measure: str) -> None:
    for grade in plan.grades:
        week = GradeWeek(plan, grade, own, norms, found.place, found.date)
        print(telling.explanation(explain(week, measure), found.grades[grade.grade].measures[measure].unit))


def _advise(asked: argparse.Namespace) -> int:
    norms = norm_file.load(*asked.norms)
    told = advise(_plan(asked.plan), families.load(asked.families), norms, day=asked.date, place=asked.place)
    if asked.json:
        _print_json(as_json.of_advice(told))
    else:
        print(telling.advice(told))
    return FLAGS if told.remaining else NO_FLAG


def _nation(asked: argparse.Namespace) -> int:
    own, norms = families.load(asked.families), norm_file.load(*asked.norms)
    table = nation_table.read(asked.activities, _counter("rows read"))
    place, day = asked.place or "CN", asked.date or _today()
    scored = _counter("schools scored")
    scores = nation.Scorer(own, norms, place=place, day=day, currency=asked.currency).scores(table, scored)
    nation_file.write(asked.out, table.schools, scores)
    return FLAGS if scores.norms_broken.any() else NO_FLAG


def _today() -> date:
    return datetime.now().astimezone().date()


def _counter(what: str) -> Callable[[int], None]:
    """How far it is, on one line of a terminal; nothing anywhere else."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        if sys.stderr.isatty():
            print(f"\r  {done:,} {what}", end="", file=sys.stderr, flush=True)

    return count


def _norms(asked: argparse.Namespace) -> int:
    norms = norm_file.load(*asked.norms)
    for number in [asked.grade] if asked.grade else GRADES:
        print(f"grade {number}")
        for measure in norms.measures:
            day = asked.date or _today()
            print(telling.ruling(norms, measure, asked.place or "CN", number, day))
    return NO_FLAG


def _plan(path: Path) -> Plan:
    return plan_file.read(path.read_bytes(), path.name)


def _print_json(said: object) -> None:
    print(json.dumps(said, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    sys.exit(main())
