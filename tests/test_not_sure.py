"""«Not sure» is no answer: of whom shares are taken where it is told within bounds how many were not sure."""

from __future__ import annotations

from datetime import date

import pytest

from survey.release.findings import Placed, Share, gave_one, most_first, shares
from survey.release.funnel import WITHIN, Funnel
from survey.release.published import Audience, Count, QuestionTable, Release, Response
from survey.release.sums import chosen, together
from survey.words.amount_words import number_words, share_words

WHO = Audience("parent", "s", "S")


def asked(answered: int, *told: tuple[str, int, int]) -> QuestionTable:
    """A question, and from how many to how many took each choice."""
    counts = tuple(
        Count(
            choice,
            {},
            least if least == most else None,
            at_least=least,
            at_most=most,
            no_answer=choice == "not_sure",
        )
        for choice, least, most in told
    )
    return QuestionTable(WHO, "uploads", False, {}, answered, False, counts, None, ())


EXACTLY = asked(40, ("daily", 12, 12), ("never", 4, 4), ("not_sure", 24, 24))
IN_STEPS = asked(40, ("daily", 10, 14), ("never", 0, 4), ("not_sure", 20, 24))
NEARLY_ALL_UNSURE = asked(40, ("daily", 0, 2), ("never", 0, 2), ("not_sure", 38, 40))
NEARLY_ALL_DAILY = asked(40, ("daily", 38, 40), ("never", 0, 2), ("not_sure", 0, 2))


@pytest.mark.parametrize(
    ("table", "people", "daily"),
    [
        (EXACTLY, "16", "75%"),
        (IN_STEPS, "16–20", "50%–88%"),
        (NEARLY_ALL_UNSURE, "0–2", "–"),
        (NEARLY_ALL_DAILY, "38–40", "≥ 95%"),
    ],
)
def test_a_share_is_of_those_who_gave_an_answer(table: QuestionTable, people: str, daily: str) -> None:
    share = shares(table)[0]
    assert number_words(*gave_one(table)) == number_words(share.of_least, share.of) == people
    assert share_words(share.low, share.high) == daily


def test_where_nearly_all_are_unsure_nothing_is_told_of_the_others() -> None:
    assert most_first(NEARLY_ALL_UNSURE) == ()
    assert chosen(NEARLY_ALL_UNSURE, ["daily"], {}) is None
    assert not shares(NEARLY_ALL_UNSURE)[0].is_exact


def test_a_school_whose_people_may_be_as_the_districts_does_not_stand_out() -> None:
    share = chosen(IN_STEPS, ["daily"], {})
    assert share
    # Of all forty it were a quarter to a third, clearly less than in the district.
    assert Funnel(0.75).place(share) == WITHIN


def test_chance_is_reckoned_from_the_fewest_people_whose_share_it_may_be() -> None:
    share = shares(IN_STEPS)[0]
    told = Placed(share, 40, 400, "slips").by_chance
    fewest, most = (
        Placed(Share("daily", {}, *ends), ends[-1], 400, "slips").by_chance for ends in ((14, 14, 16), (10, 10, 20))
    )
    assert told
    assert fewest
    assert most
    assert told == (most[0], fewest[1])
    assert Placed(shares(NEARLY_ALL_UNSURE)[0], 40, 400, "slips").by_chance == (0.0, 1.0)


def test_schools_are_added_up_with_those_who_may_have_been_unsure() -> None:
    asked_them = (Response(WHO, 100, 40),)
    release = Release(1, "c", "", "", "slips", date(2020, 5, 1), False, 10, {}, asked_them, (EXACTLY, IN_STEPS), ())
    found = together([EXACTLY, IN_STEPS, NEARLY_ALL_UNSURE], ["daily"], {}, release)
    assert found
    assert (found.share.least, found.share.most, found.share.of_least, found.share.of) == (22, 26, 32, 36)
    assert (found.shown, found.hidden) == (2, 1)
