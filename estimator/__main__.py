"""The command line: `python -m estimator assess PLAN`, `python -m estimator norms`.

Exit status: 0 no flag, 1 flags, 2 bad input (said on standard error, nothing on standard output).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from estimator import burden, families, norm_file, plan_file
from estimator.assess import assess
from estimator.assessment import Assessment, Flag, GradeBurden, Source
from estimator.families import FamiliesProblems
from estimator.norms import HOUSE, NormProblems, Norms, Statement
from estimator.plan import GRADES, PlanProblems

NO_FLAG, FLAGS, BAD_INPUT = 0, 1, 2
HOUSE_RULE = "  [house rule]"


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
    weigh = verbs.add_parser("assess", help="hold a plan against the norms of its place and week")
    weigh.add_argument("plan", type=Path, help="a plan as .toml or .xlsx")
    weigh.add_argument("--families", default="urban", help="urban, rural, or a file (default: urban)")
    weigh.add_argument("--json", action="store_true", help="for other programs")
    weigh.set_defaults(act=_assess)
    tell = verbs.add_parser("norms", help="which limits apply, who says so, and who else spoke")
    tell.add_argument("--grade", type=int, choices=GRADES, metavar="1–12")
    tell.set_defaults(act=_norms)
    for verb in (weigh, tell):
        verb.add_argument("--place", help="ISO 3166-2, such as CN-34")
        verb.add_argument("--date", type=date.fromisoformat, help="such as 2020-03-09")
        verb.add_argument("--norms", type=Path, nargs="+", default=[], help="a district's own norm files")
    return parser


def _assess(asked: argparse.Namespace) -> int:
    plan = plan_file.read(asked.plan.read_bytes(), asked.plan.name)
    norms = norm_file.load(*asked.norms)
    found = assess(plan, families.load(asked.families), norms, day=asked.date, place=asked.place)
    print(json.dumps(as_json(found), ensure_ascii=False, indent=2) if asked.json else _told(found, plan.school))
    return FLAGS if any(grade.flags for grade in found.grades.values()) else NO_FLAG


def as_json(found: Assessment) -> dict[str, Any]:
    """An assessment as other programs read it; dates as text."""
    school = asdict(found.school)
    keys = ("score", "dose", "grade", "norms_broken", "norms_checked")
    return {
        "school": {key: school[key] for key in keys},
        "grades": {str(number): _grade_json(grade) for number, grade in found.grades.items()},
    }


def _grade_json(grade: GradeBurden) -> dict[str, Any]:
    measured = ("value", "unit", "limit", "dose", "norm", "house_rule", "day")
    return {
        **{key: getattr(grade, key) for key in ("score", "dose", "low", "high")},
        "measures": {n: {key: getattr(m, key) for key in measured} for n, m in grade.measures.items()},
        "parts": dict(grade.parts),
        "flags": [_flag_json(flag) for flag in grade.flags],
    }


def _flag_json(flag: Flag) -> dict[str, Any]:
    source = {
        key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(flag.source).items()
    }
    keys = ("norm", "measure", "value", "limit", "house_rule")
    return {
        **{key: getattr(flag, key) for key in keys},
        "source": source,
        "activities": list(flag.activities),
    }


def _told(found: Assessment, school: str) -> str:
    lines = [f"{school} · {found.place} · {found.date} · families: {found.families}"]
    for grade in found.grades.values():
        lines.append(
            f"\ngrade {grade.grade}: {grade.score:.1f} ({grade.low:.1f}–{grade.high:.1f}), {burden.word(grade.score)}; "
            f"{grade.norms_broken} of {grade.norms_checked} norms broken"
        )
        for flag in grade.flags:
            mark = HOUSE_RULE if flag.house_rule else ""
            lines.append(f"  {flag.measure}: {flag.value:.4g} {flag.unit}, limit {flag.limit:.4g}{mark}")
            lines.append(f"    {_document(flag.source)}")
    return "\n".join(lines)


def _norms(asked: argparse.Namespace) -> int:
    norms = norm_file.load(*asked.norms)
    for number in [asked.grade] if asked.grade else GRADES:
        print(f"grade {number}")
        for measure in norms.measures:
            print(_ruling(norms, measure, asked.place or "CN", number, asked.date or datetime.now(UTC).date()))
    return NO_FLAG


def _ruling(norms: Norms, measure: str, place: str, grade: int, day: date) -> str:
    ruling = norms.ruling(measure, place, grade, day)
    applies = _statement(ruling.applies) if ruling.applies else "nobody limits it"
    passed = [f"      passed over ({why}): {_statement(s)}" for s, why in ruling.passed_over if why != "other grades"]
    return "\n".join([f"  {measure}: {applies}", *passed])


def _statement(s: Statement) -> str:
    mark = HOUSE_RULE if s.house_rule else ""
    return f"{s.value:g} {s.unit} · {_document(s.source)}{mark}"


def _document(source: Source) -> str:
    if source.confidence == HOUSE:
        return source.title
    return f"{source.named('en')}, {source.date or f'undated, read {source.checked_on}'} ({source.confidence})"


if __name__ == "__main__":
    sys.exit(main())
