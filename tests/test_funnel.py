"""A funnel around the district's share: its limits against exact fractions, and who is said to stand out."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from survey.release import funnel
from survey.release.findings import Share
from survey.release.funnel import CLEARLY, PERHAPS, Funnel


def at_most(r: int, people: int, share: Fraction) -> Fraction:
    """P(R ≤ r), exactly: the ways are counted whole, and what they are of is put below them at the end."""
    ours, all_of_them = share.as_integer_ratio()
    ways = sum(math.comb(people, k) * ours**k * (all_of_them - ours) ** (people - k) for k in range(r + 1))
    return Fraction(ways, all_of_them**people)


def told(least: int, of: int, most: int | None = None) -> Share:
    """So many of so many, or from so many to so many."""
    return Share("daily", {}, least, least if most is None else most, of)


# SciPy 1.17: [binom.ppf(p, n, share) for p in (0.025, 0.975, 0.001, 0.999)]
QUANTILES = {
    (100, 0.2): (12, 28, 9, 33),
    (20, 0.5): (6, 14, 3, 17),
    (50, 0.1): (1, 9, 0, 13),
    (10, 0.3): (0, 6, 0, 8),
}


@pytest.mark.parametrize(("people", "share"), QUANTILES)
def test_limits_are_the_quantiles_of_the_binomial_distribution(people: int, share: float) -> None:
    ends = [end for within in (PERHAPS, CLEARLY) for end in Funnel(share).limits(people, within)]
    assert [round(end * people) for end in ends] == list(QUANTILES[people, share])


@pytest.mark.parametrize("people", [10, 37, 120, 2400])
@pytest.mark.parametrize("share", [Fraction(1, 20), Fraction(1, 3), Fraction(9, 10)])
@pytest.mark.parametrize("within", [PERHAPS, CLEARLY])
def test_chance_passes_a_limit_no_more_often_than_it_says_and_would_pass_a_narrower_one(
    people: int, share: Fraction, within: float
) -> None:
    low, high = (round(end * people) for end in Funnel(float(share)).limits(people, within))
    tail = Fraction(1 - within) / 2
    assert at_most(low - 1, people, share) <= tail < at_most(low, people, share)
    assert 1 - at_most(high, people, share) <= tail < 1 - at_most(high - 1, people, share)


def test_drawn_limits_take_a_step_of_the_distribution_for_a_line() -> None:
    # Of two with one half: P(R ≤ 0, 1, 2) is 0.25, 0.75, 1. Of the last step a tenth lies beyond 0.975.
    low, high = Funnel(0.5).drawn(2, PERHAPS)
    assert high == pytest.approx((2 - 0.1) / 2)
    assert low == 0.0


def test_a_large_school_is_held_to_narrower_limits() -> None:
    widths = [high - low for low, high in (Funnel(0.3).limits(n, CLEARLY) for n in (20, 80, 320, 1280))]
    assert widths == sorted(widths, reverse=True)
    # The widths of a normal distribution: 2 · 3.09 · √(0.3 · 0.7 / 1280).
    assert widths[-1] == pytest.approx(2 * 3.0902 * math.sqrt(0.21 / 1280), rel=0.02)


@pytest.mark.parametrize(
    ("share", "place"),
    [
        (told(20, 100), funnel.WITHIN),
        (told(28, 100), funnel.WITHIN),
        (told(29, 100), funnel.PERHAPS_MORE),
        (told(33, 100), funnel.PERHAPS_MORE),
        (told(34, 100), funnel.CLEARLY_MORE),
        (told(11, 100), funnel.PERHAPS_LESS),
        (told(8, 100), funnel.CLEARLY_LESS),
        # A bound is judged by its nearer end.
        (told(34, 100, most=90), funnel.CLEARLY_MORE),
        (told(29, 100, most=90), funnel.PERHAPS_MORE),
        (told(10, 100, most=90), funnel.WITHIN),
        (told(0, 100, most=8), funnel.CLEARLY_LESS),
        (told(0, 100, most=11), funnel.PERHAPS_LESS),
    ],
)
def test_a_school_stands_out_where_chance_would_hardly_put_it(share: Share, place: str) -> None:
    assert Funnel(0.2).place(share) == place


@pytest.mark.parametrize("expected", [0.0, 1.0])
def test_where_nobody_or_everybody_says_so_whoever_does_otherwise_stands_out(expected: float) -> None:
    as_all = told(int(expected * 40), 40)
    assert Funnel(expected).place(as_all) == funnel.WITHIN
    assert Funnel(expected).place(told(20, 40)) in (funnel.CLEARLY_MORE, funnel.CLEARLY_LESS)
    assert Funnel(expected).spread([as_all, told(20, 40)]) is None


def test_schools_that_differ_as_chance_would_are_not_overdispersed_and_two_camps_are() -> None:
    # Deviations of one standard error, up and down: a spread of 1.
    error = math.sqrt(0.25 / 100) * 100
    alike = [told(round(50 + way * error), 100) for way in (-1, 1) for _ in range(10)]
    assert Funnel(0.5).spread(alike) == pytest.approx(1.0)
    assert not Funnel(0.5).is_overdispersed(alike)
    camps = [told(50 + way * 25, 100) for way in (-1, 1) for _ in range(10)]
    assert Funnel(0.5).spread(camps) == pytest.approx(25.0)
    assert Funnel(0.5).is_overdispersed(camps)
    # Five standard errors are usual there, so that they set nobody apart; alone they would.
    assert not Funnel(0.5).is_beyond_spread(camps[0], 25.0)
    assert Funnel(0.5).is_beyond_spread(camps[0], 1.0)


def test_one_far_school_does_not_make_all_others_usual() -> None:
    alike = [told(50 + way * 5, 100) for way in (-1, 1) for _ in range(10)]
    far = told(100, 100)
    spread = Funnel(0.5).spread([*alike, far])
    assert spread is not None
    assert spread < 1.5
    assert Funnel(0.5).is_beyond_spread(far, spread)
