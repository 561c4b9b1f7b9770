"""Releases made by hand, for tests of what pages say of them: so many of a school's people gave each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from survey import db, legend
from survey.campaign.store import Campaign
from survey.questionnaire import built_in
from survey.release import freeze
from survey.release.counting import Cells, Counting
from survey.release.making import Asked, Round, make_release
from survey.release.published import Release
from survey.release.store import FrozenRelease, SchoolTables
from survey.release.tallies import Tallies, summed

Given = Mapping[str, Sequence[Mapping[str, Any]]]  # school → what each of its people answered


def a_release(
    given: Given,
    names: Mapping[str, str],
    entry: str = "slips",
    questionnaire: str = "parent",
    invited: int = 300,
) -> Release:
    """One round in which these people of each school were asked and answered; they have no grade."""
    return a_release_of_all({questionnaire: given}, names, entry, invited)


def a_release_of_all(
    given: Mapping[str, Given], names: Mapping[str, str], entry: str = "slips", invited: int = 300
) -> Release:
    """The same of several questionnaires, by name."""
    asked = tuple(
        Asked(school, names[school], name, None, invited) for name, of_schools in given.items() for school in of_schools
    )
    told = Round("told", "Told round", "Bureau", entry, True, asked)
    counted = {
        name: tallies(name, ((school, None, said) for school, people in of_schools.items() for said in people))
        for name, of_schools in given.items()
    }
    return make_release(told, 1, date(2020, 4, 2), counted, {}, {}, ())


def tallies(questionnaire: str, people: Iterable[tuple[str, int | None, Mapping[str, Any]]]) -> Tallies:
    """Each person's school, grade and answers, counted."""
    listed = list(people)
    by = legend.legend_of(*(legend.chosen(said) for *_, said in listed))
    counting = Counting(built_in()[questionnaire], by, Cells())
    for school, grade, choices in listed:
        counting.add([school], [grade], legend.written([choices], by))
    return summed(*counting.cells())


def publish(release: Release, bureau_id: str) -> None:
    """Put it in the store as the newest of a bureau, in place of the one before; the caller is within the app."""
    desk = db.session("desk")
    for row in desk.query(FrozenRelease).filter_by(campaign_id=release.campaign_id):
        desk.query(SchoolTables).filter_by(release_id=row.id).delete()
        desk.delete(row)
    if desk.get(Campaign, release.campaign_id) is None:
        last = date(2020, 4, 1)
        round_told = Campaign(id=release.campaign_id, bureau_id=bureau_id, title=release.campaign_title)
        round_told.entry, round_told.state, round_told.opened_on, round_told.closes_on = (
            "slips",
            "published",
            last,
            last,
        )
        desk.add(round_told)
        desk.flush()
    freeze.keep(release)
    desk.commit()


def people(number: int, heavy: int, **also: int) -> list[dict[str, Any]]:
    """So many parents, of whom the first `heavy` must check in every day; `also` is a need and how many name it.

    The others answer by turns, so that nobody is of one mind.
    """
    found: list[dict[str, Any]] = []
    for place in range(number):
        needs = [need for need, many in also.items() if place < many] or ["none"]
        daily = "daily" if place < heavy else ("some_days", "never")[place % 2]
        device = ("own", "with_adult", "with_child")[place % 3]
        found.append({"check_ins": daily, "own_device": device, "needs": needs})
    return found
