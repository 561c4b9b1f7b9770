"""The families a plan is weighed with: as parents report them, the more the school's own the more of them answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from estimator import families
from survey.planning import fit
from survey.planning.families_chosen import AS_REPORTED, FamiliesChosen
from survey.planning.fit import Fit, FittedFigure, families_of
from survey.release.having import ASKED, HOUSEHOLDS, counts
from survey.release.published import Audience, Count, QuestionTable, Release
from survey.school.having_words import TOLD
from survey.staff.district import District
from survey.staff.store import Bureau

COMPUTERS = next(asked for asked in ASKED if asked.figure == "computer")
NAMES = ("none", "one", "two", "three_or_more")


def table(question: str, school: str | None, *told: tuple[str, int | tuple[int, int]]) -> QuestionTable:
    """A table of parents' answers: choices, and how many or from how many to how many took them."""
    listed = [
        Count(name, {}, people) if isinstance(people, int) else Count(name, {}, None, None, None, False, *people)
        for name, people in told
    ]
    answered = sum(people if isinstance(people, int) else people[1] for _, people in told) or None
    return QuestionTable(
        Audience("parent", school), question, False, {}, answered, answered is None, tuple(listed), None, ()
    )


def release(*tables: QuestionTable, entry: str = "slips") -> Release:
    """A release with these tables and nothing else."""
    return Release(2, "c", "Spring", "Bureau", entry, date(2026, 11, 25), False, 10, {}, (), tables, ())


def fits(settings: Mapping[str, str], told: Release, chosen: FamiliesChosen = AS_REPORTED) -> Mapping[str, Fit]:
    """The families of a district's schools, whose settings are these, by what this release tells."""
    district = cast(District, SimpleNamespace(settings=tuple(settings.items())))
    return fit.fits(district, chosen, fit.by_release(told, cast(Bureau, SimpleNamespace(id="b")), district))


def figure(found: Fit, name: str) -> FittedFigure:
    """One figure of a school's families."""
    return next(each for each in found.figures if each.figure == name)


def counted(*people: int) -> list[tuple[str, int | tuple[int, int]]]:
    """How many have no, one, two, three computers."""
    return list(zip(NAMES, people, strict=True))


def test_a_school_with_many_answers_is_more_its_own_than_one_with_few() -> None:
    told = release(
        table("computers", None, *counted(70, 62, 0, 0)),
        table("computers", "large", *counted(20, 60, 0, 0)),
        table("computers", "small", *counted(10, 2, 0, 0)),
        table("computers", "other", *counted(40, 0, 0, 0)),
        table("computers", "hidden"),
    )
    found = fits({"large": "urban", "small": "urban", "other": "rural", "hidden": "urban"}, told)
    large, small, hidden = (figure(found[school], "computer") for school in ("large", "small", "hidden"))
    # Of the same kind of place: 30 of 92 have none; the rural school has no part in it.
    assert large.of_like == small.of_like == hidden.of_like == pytest.approx((30 / 92, 62 / 92, 0, 0))
    assert 20 / 80 < large.used.shares[0] < 30 / 92 < small.used.shares[0] < 10 / 12
    assert large.used.own > small.used.own > hidden.used.own == 0
    assert hidden.used.shares == pytest.approx(hidden.of_like)


def test_without_a_figure_of_like_schools_the_districts_stands() -> None:
    told = release(table("computers", None, *counted(30, 10, 0, 0)), table("computers", "small"))
    assert figure(fits({"small": "rural"}, told)["small"], "computer").used.shares == (0.75, 0.25, 0, 0)


def test_answers_told_together_are_parted_as_in_the_district_and_bounds_by_their_middle() -> None:
    told = release(
        table("computers", None, *counted(50, 30, 15, 5)),
        table("computers", "s", ("none", (8, 10)), ("one", 3), ("two+three_or_more", 4)),
    )
    assert counts(told, COMPUTERS, "s") == pytest.approx((9, 3, 3, 1))


def test_a_family_with_two_children_is_asked_twice_and_counts_half() -> None:
    of = [("one", 60), ("two", 30), ("three_or_more", 9), ("rather_not", 4)]
    told = release(table("children_at_school", None, *cast(Any, of)))
    assert counts(told, HOUSEHOLDS, None) == (60, 15, 3)


def test_choices_that_say_nothing_of_a_printer_are_left_out() -> None:
    of = [("own", 5), ("shop", 10), ("work", 3), ("by_hand", 2), ("not_needed", 40), ("rather_not", 1)]
    printer = next(asked for asked in ASKED if asked.figure == "printer")
    assert counts(release(table("print_way", None, *cast(Any, of))), printer, None) == (5, 15)


def test_whoever_has_no_connection_cannot_answer_so_that_share_is_never_lowered() -> None:
    names = ("broadband", "mobile_good", "mobile_poor", "outdoors", "none")
    well = release(table("connection", None, *zip(names, (90, 5, 5, 0, 0), strict=True)))
    badly = release(table("connection", None, *zip(names, (40, 5, 5, 20, 30), strict=True)))
    usual = families.load("rural")
    for told, share in ((well, usual.no_connection), (badly, 0.5)):
        found = fits({"s": "rural"}, told)["s"]
        assert families_of(found).no_connection == pytest.approx(share)
    assert families_of(fits({"s": "rural"}, well)["s"]).broadband == pytest.approx(0.9)


def test_an_open_link_changes_no_families(app: Any) -> None:
    told = release(table("computers", None, *counted(30, 10, 0, 0)), entry="open_link")
    with app.app_context():
        assert fits({"s": "rural"}, told)["s"] == Fit("rural")
    assert asdict(families_of(Fit("rural"))) == asdict(families.load("rural"))


def test_every_figure_that_is_fitted_has_its_source_and_its_words() -> None:
    told = release(table("computers", None, *counted(30, 10, 0, 0)))
    found, usual = families_of(fits({"s": "rural"}, told)["s"]), families.load("rural")
    assert found.counts["computer"] == (0.75, 0.25, 0, 0)
    assert found.sources["computer"].issuer == "Bureau"
    assert found.sources["tablet"] == usual.sources["tablet"]
    assert (found.counts["phone"], found.prices) == (usual.counts["phone"], usual.prices)
    assert found.rests_on.keys() == {"computer"}
    assert TOLD.keys() == {asked.figure for asked in ASKED}
