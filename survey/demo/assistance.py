"""Synthetic requests for help by name, each by the door a real one takes, then put back to its day."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from survey import db
from survey.assistance import asking, casework, doors, lending, once, people
from survey.assistance.limits import LIMITS
from survey.assistance.store import DONE, NEW, HelpRequest
from survey.day import today
from survey.staff import accounts
from survey.staff.store import Bureau

TOLD = Path(__file__).parent / "assistance.toml"


def make_requests(bureau: Bureau) -> None:
    """What the schools have, who is named, and who has asked. Commits."""
    told = tomllib.loads(TOLD.read_text(encoding="utf-8"))
    for school in bureau.schools:
        if school.id not in told["nobody_named"]:
            for account in accounts.open_of(bureau.id, school.id):
                people.name(account)
    db.session("desk").commit()
    pupils = {school.id: school.pupils for school in bureau.schools}
    for school_id, pieces in told["stock"].items():
        for kind, number in pieces.items():
            lending.receive(doors.of_school(school_id).id, kind, number, once.new_form())
    for row in told["request"]:
        _make(row, pupils[row["school"]])


def _make(row: Mapping[str, Any], pupils: int) -> None:
    asked = asking.Asked(row["who"], row["reach"], row["grade"], tuple(row["needs"]), row["words"])
    code = asking.ask(doors.of_school(row["school"]).id, once.new_form(), asked, pupils)
    request = asking.of_code(code)
    assert request is not None
    if row["state"] != NEW:
        _work(request, row)
    request.asked_on = today() - timedelta(days=row["asked_days_ago"])
    db.session("assistance").commit()


def _work(request: HelpRequest, row: Mapping[str, Any]) -> None:
    notes = casework.Notes(*(row.get(name, "") for name in ("obstacle", "measures", "promised", "given")))
    casework.promise(request, notes)
    request.promised_on = today() - timedelta(days=row["asked_days_ago"] - 1)
    if row["state"] == DONE:
        casework.finish(request, notes)
        request.done_on = today() - timedelta(days=row["done_days_ago"])
    db.session("assistance").commit()
    if "lent" in row:
        lent_on = today() - timedelta(days=row["lent_days_ago"])
        due_on = lent_on + timedelta(days=LIMITS.usually_lent)
        lending.lend(request, row["lent"], row["label"], due_on, once.new_form())
        for each in lending.of_request(request):
            each.loan.lent_on = lent_on
