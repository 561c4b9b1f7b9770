"""What each page of both desks costs in a district whose round was published, while another is under way.

Every page that staff read is listed: tests/test_long_lists.py holds that none is forgotten. Documents, which are
written for each school as they are sent (posters, slips), are not pages; the files of a release are stored, and sent.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey import db
from survey.bureau import release_files
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.notice.reader import clauses
from survey.planning import own_norms
from survey.planning.own_norms import OwnNorm
from survey.staff.store import Bureau

PASSWORD = "a long password"
AGAIN = 5  # how often each page is read once it has been read
SCHOOL, GRADE = "s00000", 9
PUBLISHED, SLIPS, LINKS, DRAFT = "round", "slips", "links", "draft"
NORM = OwnNorm(
    id="",
    measure="screen_minutes",
    grades=(1, 9),
    value=45,
    place="CN-34",
    issuer="Bureau",
    title="Notice",
    chinese_title="通知",
    dated=date(2020, 3, 1),
    since=date(2020, 3, 1),
    until=None,
    read_at="https://example.org/",
    read_on=date(2020, 3, 1),
    confidence="verified",
)
OF_SCHOOL = ("", "/notice", "/close", "/reopen", f"/score/{GRADE}", f"/measures/{GRADE}/screen_minutes")
OF_ROUNDS = (
    f"{PUBLISHED}",
    f"{PUBLISHED}/release",
    f"{PUBLISHED}/reopen",
    f"{SLIPS}",
    f"{SLIPS}/slips",
    f"{SLIPS}/slips/of/{SCHOOL}",
    f"{SLIPS}/slips/of/{SCHOOL}/backs",
    f"{SLIPS}/slips/{{group}}",
    f"{SLIPS}/reminders",
    f"{SLIPS}/reminders/{{group}}",
    f"{SLIPS}/last-day",
    f"{SLIPS}/close",
    f"{LINKS}/links",
    f"{LINKS}/links?school={SCHOOL}",
    f"{DRAFT}",
    f"{DRAFT}/change",
    f"{DRAFT}/throw-away",
)
STAFF = ("/staff/account", "/staff/trail")
PAGES = {
    "bureau": (
        *(f"/bureau/{page}" for page in ("", "schools", "schools?page=7", "schools/roster", "needs", "norms")),
        "/bureau/invitations",
        *("/bureau/measures", "/bureau/measures?plans=score-down&reports=people-down&plans_page=9"),
        *("/bureau/gaps", "/bureau/standouts", "/bureau/standouts?of=check_ins&page=3"),
        *("/bureau/notice", f"/bureau/notice/{next(iter(clauses()))}", "/bureau/norms/new", "/bureau/families"),
        "/bureau/norms/{norm}/take-back",
        *(f"/bureau/schools/{SCHOOL}{page}" for page in OF_SCHOOL),
        *("/bureau/campaigns", *(f"/bureau/campaigns/{page}" for page in OF_ROUNDS)),
        *("/assistance/district", f"/assistance/district/{SCHOOL}", *STAFF, "/staff/account/second-step"),
    ),
    "school": (
        *(f"/school/{page}" for page in ("", "advice", "verdict", "plan", "plan/week", "plan/lesson", "versions")),
        *(f"/school/{page}" for page in ("life", "results", "needs", "notice", f"score/{GRADE}")),
        f"/school/measures/{GRADE}/screen_minutes",
        *("/assistance/", "/assistance/poster", *STAFF),
    ),
}


def prepare(app: Flask) -> Mapping[str, str]:
    """A norm of the bureau's own, a round by slips and one by open links that are under way, and a draft.

    Each round asks every school. Returns the ids that the pages' addresses leave open.
    """
    with app.test_request_context():
        desk = db.session("desk")
        bureau = desk.scalars(select(Bureau)).one()
        last = today() + timedelta(days=9)
        for name, entry in ((SLIPS, "slips"), (LINKS, "open_link"), (DRAFT, "slips")):
            desk.add(Campaign(id=name, bureau_id=bureau.id, title=name, entry=entry, closes_on=last))
            desk.commit()
            if name != DRAFT:
                found = desk.get_one(Campaign, name)
                rounds.open_campaign(found)
                found.opened_on = today() - timedelta(days=2)  # so that groups can be behind
                desk.commit()
        norm = own_norms.add(bureau, NORM, "bench")
        desk.commit()
        group = next(iter(rounds.groups_of(desk.get_one(Campaign, SLIPS), schools=[SCHOOL])))
        return {"group": group.id, "norm": norm.id}


def costs(app: Flask) -> Iterator[tuple[str, tuple[float, float]]]:
    """Page → what it costs the first time and, the median, again; in milliseconds of processor time."""
    ids = prepare(app)
    for desk, pages in PAGES.items():
        client = _of_desk(app, desk)
        for path in pages:
            yield f"{desk}: {path}", _spent_on(client, path.format(**ids))


def costs_of_files(app: Flask) -> Iterator[tuple[str, tuple[float, float]]]:
    """The same of the files that were written when the round was published, for the clerk."""
    client = _of_desk(app, "bureau")
    for name in release_files.KINDS:
        if name != release_files.SCHOOLS:  # which is written when somebody asks for it
            yield name, _spent_on(client, f"/bureau/campaigns/{PUBLISHED}/{name}")


def _of_desk(app: Flask, desk: str) -> FlaskClient:
    client = app.test_client()
    _log_in(client, desk)
    return client


def _spent_on(client: FlaskClient, path: str) -> tuple[float, float]:
    taken = [spent(partial(_get, client, path))[0] * 1000 for _ in range(1 + AGAIN)]
    return taken[0], statistics.median(taken[1:])


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor time, and by the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def _log_in(client: FlaskClient, login: str) -> None:
    page = client.get("/staff/login").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    client.post("/staff/login", data={"login": login, "password": PASSWORD, "csrf_token": token})


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status)
    # Read to the end, part by part as it is sent: to join the parts is the reader's affair.
    assert sum(map(len, answer.iter_encoded()))
