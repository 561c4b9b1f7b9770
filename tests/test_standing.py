"""Which release a district's pages rest on, and which a school's: a trial at a few schools takes no other's place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pytest
from flask import Flask

from survey import db
from survey.campaign.store import Campaign
from survey.planning.fit import newest_by_slips
from survey.release import freeze, standing
from survey.release.store import FrozenRelease, SchoolTables
from tests.desk import SCHOOL, log_in, make_school
from tests.published import a_release, people, publish

SCHOOLS = [f"s{number}" for number in range(12)]


def put(title: str, day: int, schools: Collection[str], entry: str = "slips") -> str:
    """A release of these schools, published on a day of April; its id."""
    desk, when = db.session("desk"), date(2020, 4, day)
    desk.add(Campaign(id=title, bureau_id="bureau", title=title, entry=entry, opened_on=when, closes_on=when))
    desk.flush()
    frozen = FrozenRelease(campaign_id=title, number=1, published_on=when, tables={}, sha256="")
    desk.add(frozen)
    desk.flush()
    desk.add_all(SchoolTables(release_id=frozen.id, school_id=school, whole={}, grades={}) for school in schools)
    desk.flush()
    return frozen.id


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ([], None),
        ([12], 0),
        ([12, 2], 0),  # a trial
        ([2, 12], 1),
        ([12, 6], 1),  # half of them
        ([12, 5], 0),
        ([2, 3], 1),  # where no round was large
        ([12, 7, 2, 5], 1),
    ],
)
def test_the_newest_round_stands_for_the_district_if_it_asked_half_as_many_schools_as_any(
    app: Flask, asked: Sequence[int], stands: int | None
) -> None:
    make_school(app)
    with app.app_context():
        made = [put(f"round{day}", day, SCHOOLS[:number]) for day, number in enumerate(asked, start=1)]
        listed = freeze.ids([f"round{day}" for day in range(1, len(asked) + 1)])
        assert listed == made[::-1]
        found = standing.for_district(listed)
        assert found == (None if stands is None else made[stands])
        assert standing.passed_over(listed) == (listed[: listed.index(found)] if found else ())


def test_families_are_those_of_the_round_by_slips_that_stands(app: Flask) -> None:
    make_school(app)
    with app.app_context():
        whole = put("whole", 1, SCHOOLS)
        put("trial", 2, SCHOOLS[:1])
        put("links", 3, SCHOOLS, "open_link")
        assert newest_by_slips("bureau") == whole


def test_who_was_not_asked_in_a_trial_still_reads_the_round_before(app: Flask) -> None:
    make_school(app)
    with app.test_request_context():
        publish(a_release({SCHOOL: people(30, 12)}, {SCHOOL: "Lotus Primary"}), "bureau")
        (before,) = freeze.ids(["told"])
        put("trial", 9, SCHOOLS[:1])
        db.session("desk").commit()
    desk = log_in(app, "one")
    page = desk.get("/school/results?lang=en")
    assert page.status_code == 200
    assert f"/results/{before}/{SCHOOL}" in page.text
    assert app.test_client().get(f"/results/{before}/{SCHOOL}").status_code == 200
