"""A province: a million answers of a thousand schools, tabulated, published, and read by staff.

It runs in a process of its own, so that the highest memory is that of this work.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from benchmarks import apart, desks, made_up
from benchmarks.desks import PASSWORD, spent
from benchmarks.figure import Figure, at_most
from benchmarks.stores import stores
from estimator.plan import Grade, Plan
from survey import create_app, db
from survey.answer_store import Answer
from survey.ballot.groups import open_groups
from survey.ballot.store import Group
from survey.bureau import publishing, release_files
from survey.bureau.publishing import publish_campaign
from survey.campaign.store import Campaign
from survey.db import new_id
from survey.demo.plans import plan_of
from survey.planning.plans import save_plan
from survey.questionnaire import built_in, questionnaire_for
from survey.release import freeze, tabulate
from survey.staff import accounts
from survey.staff.store import Bureau, Enrolment, School

SCHOOLS, PEOPLE = 1000, 1_000_000
TABULATED, PUBLISHED, PAGE, MEMORY = 5, 60, 50, 1000  # seconds, seconds, milliseconds, megabytes
GRADES = range(1, 10)
SHARES = {"parent": 0.5, "pupil": 0.45, "teacher": 0.05}
ROWS_AT_ONCE = 20_000
WEEK, PLACE, CURRENCY = date(2020, 3, 9), "CN-34", "CNY"
KILOBYTES_A_MB = 1024
PARTS = {  # of publishing: where each is called from
    "answers tabulated": (tabulate, "tabulate"),
    "protected and audited": (freeze, "make_release"),
    "plans weighed": (publishing, "weigh_district"),
    "files written": (release_files, "made"),
    "kept": (freeze, "publish"),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the province is, and where its stores are."""

    schools: int = SCHOOLS
    people: int = PEOPLE
    stores: str = "sqlite"

    @property
    def words(self) -> str:
        """The size as a line of the table says it."""
        return f"{self.people:,} answers of {self.schools:,} schools, {self.stores}"


def figures(size: Size) -> Iterator[Figure]:
    """The lines of the table."""
    found = apart.measured("province", size.schools, size.people, size.stores)
    wall = f"{found['tabulated_wall']:.1f} s by the clock"
    yield at_most(TABULATED, f"{size.words}: tabulated", found["tabulated"], "CPU-s", wall)
    wall = f"{found['published_wall']:.1f} s by the clock"
    for part, seconds in found["parts"].items():
        yield Figure(f"… of publishing: {part}", seconds, "CPU-s")
    yield at_most(PUBLISHED, "… published in all", found["published"], "CPU-s", wall)
    yield at_most(MEMORY, "… highest memory", found["memory"], "MB")
    for page, (first, usual) in found["pages"].items():
        yield at_most(PAGE, f"… {page}, read again", usual, "CPU-ms", f"{first:.0f} the first time")
    for name, (first, usual) in found["files"].items():
        yield at_most(PAGE, f"… {name}, sent as it is stored", usual, "CPU-ms", f"{first:.0f} the first time")


def main() -> int:
    """Measure one province, and print it as JSON."""
    size = Size(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, stores(size.stores):
        app = create_app(Path(folder) / "instance")
        app.config["SESSION_COOKIE_SECURE"] = False
        _populate(app, size)
        sys.stdout.write(json.dumps(_measured(app)))
    return 0


def _measured(app: Flask) -> Mapping[str, Any]:
    with app.test_request_context():
        tabulated = spent(lambda: tabulate.tabulate("round", built_in()))
        campaign = db.session("desk").get_one(Campaign, "round")
        with _timed(PARTS) as parts:
            published = spent(lambda: publish_campaign(campaign, "zh"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MB
    found: dict[str, Any] = {"tabulated": tabulated[0], "tabulated_wall": tabulated[1], "published": published[0]}
    found |= {"parts": parts, "published_wall": published[1], "memory": memory}
    return found | {"pages": dict(desks.costs(app)), "files": dict(desks.costs_of_files(app))}


@contextmanager
def _timed(parts: Mapping[str, tuple[Any, str]]) -> Iterator[Mapping[str, float]]:
    """While this lasts, what each of these functions takes is added up, by the name of its part."""
    taken = dict.fromkeys(parts, 0.0)
    was = {part: getattr(module, name) for part, (module, name) in parts.items()}

    def timed(part: str, *told: Any) -> Any:
        before = time.process_time()
        try:
            return was[part](*told)
        finally:
            taken[part] += time.process_time() - before

    for part, (module, name) in parts.items():
        setattr(module, name, partial(timed, part))
    try:
        yield taken
    finally:
        for part, (module, name) in parts.items():
            setattr(module, name, was[part])


def _populate(app: Flask, size: Size) -> None:
    """A bureau whose schools have plans, and a round that is closed and mixed."""
    chance = random.Random(20200306)
    with app.test_request_context():
        schools = _schools(size, chance)
        campaign = Campaign(id="round", bureau_id="b", title="Round", entry="slips", state="closed")
        campaign.opened_on = campaign.closes_on = WEEK
        db.session("desk").add(campaign)
        db.session("desk").commit()
        groups = [group for school in schools for group in _groups(school, size)]
        open_groups(groups)
        _answers(groups, chance)


def _schools(size: Size, chance: random.Random) -> list[School]:
    desk = db.session("desk")
    bureau = Bureau(id="b", name="Bureau", place=PLACE, synthetic=True)
    desk.add(bureau)
    template = _template()
    schools = []
    for number in range(size.schools):
        enrolment = [Enrolment(grade=grade, pupils=chance.randint(40, 200), teachers=12) for grade in GRADES]
        of = {"setting": ("urban", "rural")[number % 2], "enrolment": enrolment}
        schools.append(School(id=f"s{number:05}", bureau=bureau, name=f"School {number:05}", **of))
    desk.add_all(schools)
    desk.flush()
    for school in schools:
        grades = tuple(Grade(row.grade, row.pupils, row.teachers) for row in school.enrolment)
        save_plan(school, replace(template, school=school.name, grades=grades), "bench")
    accounts.add("bureau", "Clerk", PASSWORD, bureau)
    accounts.add("school", "Principal", PASSWORD, bureau, schools[0])
    return schools


def _template() -> Plan:
    """The demo's plan of a nine-grade school."""
    told = tomllib.loads((Path(__file__).parents[1] / "survey/demo/district.toml").read_text(encoding="utf-8"))
    plans = [plan_of(row, place=PLACE, week_of=WEEK, currency=CURRENCY) for row in told["school"]]
    return next(plan for plan in plans if len(plan.grades) == len(GRADES))


def _groups(school: School, size: Size) -> Iterator[Group]:
    for role, share in SHARES.items():
        grades = [g for g in (GRADES if role != "teacher" else (None,)) if questionnaire_for(role, g)]
        for grade in grades:
            asked = questionnaire_for(role, grade)
            assert asked
            yield Group(
                campaign_id="round",
                campaign_title="Round",
                bureau_name="Bureau",
                school_id=school.id,
                school_name=school.name,
                questionnaire=asked.name,
                grade=grade,
                entry="slips",
                enrolled=round(1.5 * share * size.people / size.schools / len(grades)),
                closes_on=WEEK,
                is_open=False,
            )


def _answers(groups: list[Group], chance: random.Random) -> None:
    """Two of three people asked have answered."""
    said = made_up.pools(chance)
    rows = (
        {
            "id": new_id(),
            "campaign_id": "round",
            "school_id": group.school_id,
            "questionnaire": group.questionnaire,
            "grade": group.grade,
            "said": chance.choice(said[group.questionnaire]),
        }
        for group in groups
        for _ in range(max(0, round(chance.gauss(group.enrolled / 1.5, group.enrolled / 6))))
    )
    with db.engine("answers").begin() as connection:
        made_up.keep_legends(connection, "round")
        while some := [row for row, _ in zip(rows, range(ROWS_AT_ONCE), strict=False)]:
            connection.execute(insert(Answer), some)


if __name__ == "__main__":
    sys.exit(main())
