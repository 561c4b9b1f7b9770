"""Make the demo district: schools, accounts, plans, two published rounds and an open one."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.store import Group
from survey.campaign import rounds, sheets
from survey.campaign.store import Campaign
from survey.demo.answers import Life, answer
from survey.demo.plans import grades_of, plan_of, teachers_for
from survey.planning.assessments import weigh_district
from survey.planning.plans import save_plan
from survey.questionnaire import built_in
from survey.staff import accounts
from survey.staff.store import Bureau, Enrolment, School

DISTRICT = Path(__file__).parent / "district.toml"
BUREAU = "demo"
SEED = 20200306
ANSWERS = 4200
DAYS_OPEN = 14


@dataclass(frozen=True, slots=True)
class DemoRound:
    """A round of the demo: how its answers come in and which part of all they are, and when it was."""

    title: str
    entry: str  # slips | open_link
    share_of_answers: float
    opened_days_ago: int
    published_days_ago: int | None = None  # None: it is open
    heavier: bool = False  # whether it asked in the earlier, heavier time


def _told() -> Mapping[str, Any]:
    return tomllib.loads(DISTRICT.read_text(encoding="utf-8"))


ROUNDS = tuple(DemoRound(**row) for row in _told()["round"])


def make_district(passwords: Callable[[], str] = lambda: secrets.token_urlsafe(9)) -> dict[str, str]:
    """The bureau, its schools, their plans and accounts. Returns login → password."""
    told = _told()
    desk = db.session("desk")
    bureau = Bureau(id=BUREAU, name=told["bureau"]["name"], place=told["bureau"]["place"], synthetic=True)
    desk.add(bureau)
    logins = {"bureau": passwords()}
    accounts.add("bureau", bureau.name, logins["bureau"], bureau)
    for row in told["school"]:
        school = _school(row, bureau)
        desk.add(school)
        desk.flush()
        login = row["id"].removeprefix("demo-")
        logins[login] = passwords()
        accounts.add(login, row["name"], logins[login], bureau, school)
        week = {key: told["bureau"][key] for key in ("place", "week_of", "currency")}
        save_plan(school, plan_of(row, **week), login)
    desk.commit()
    return logins


def open_round(bureau: Bureau, told: DemoRound, today: date) -> Campaign:
    """A round, as a bureau would open it; until `put_back` it is of today, since doors open on no other day."""
    campaign = rounds.create_campaign(bureau, told.title, told.entry, today + timedelta(days=DAYS_OPEN))
    rounds.open_campaign(campaign)
    return campaign


def put_back(campaign: Campaign, told: DemoRound, today: date) -> None:
    """Say when a round that is over took place; the caller commits."""
    campaign.opened_on = today - timedelta(days=told.opened_days_ago)
    campaign.closes_on = campaign.opened_on + timedelta(days=DAYS_OPEN)


def fill_round(
    campaign: Campaign, bureau: Bureau, number: int, seed: int = SEED, *, heavier: bool = False
) -> Iterator[int]:
    """Let `number` synthetic people answer, each by the door a real one takes; yields how many have."""
    chance = Random(f"{seed} {campaign.title}")
    lives = _lives(bureau, heavier)
    groups = sorted(rounds.groups_of(campaign), key=lambda g: (g.school_id, g.questionnaire, g.grade or 0))
    for group in groups:
        # Whoever casts has the session let go of the store; each group would be read anew for each answer.
        db.session("ballots").expunge(group)
    room = {group.id: group.enrolled for group in groups}
    drawn = {group.id: slips.issue(group.id, sheets.slips_for(group)) for group in groups if group.entry == "slips"}
    for done in range(number):
        group = _someone(groups, room, chance)
        room[group.id] -= 1
        questionnaire = built_in()[group.questionnaire]
        answers, remark = answer(questionnaire, lives(group), chance)
        code = slips.normalise(drawn[group.id].pop()) if group.id in drawn else None
        entry = Entry(group_id=group.id, ack=secrets.token_urlsafe(16), code=code)
        if not cast(entry, answers, [remark] if remark else []):
            raise RuntimeError(f"A synthetic answer was refused by {group.school_name}, {group.questionnaire}.")
        yield done + 1


def _school(row: Mapping[str, Any], bureau: Bureau) -> School:
    enrolment = [
        Enrolment(grade=grade, pupils=pupils, teachers=teachers_for(pupils)) for grade, pupils in grades_of(row).items()
    ]
    return School(id=row["id"], bureau=bureau, name=row["name"], setting=row["setting"], enrolment=enrolment)


def _lives(bureau: Bureau, heavier: bool) -> Callable[[Group], Life]:
    settings = {school.id: school.setting for school in bureau.schools}
    burdens = weigh_district(bureau)

    def life(group: Group) -> Life:
        assessment = burdens[group.school_id].assessment
        grade = group.grade if group.grade is not None else assessment.school.grade
        return Life(setting=settings[group.school_id], burden=assessment.grades[grade], heavier=heavier)

    return life


def _someone(groups: list[Group], room: Mapping[str, int], chance: Random) -> Group:
    # By the square root of its size, so that small schools are heard and large ones do not drown them.
    weights = [room[group.id] and group.enrolled**0.5 for group in groups]
    return chance.choices(groups, weights)[0]
