"""Shares of few answers lean towards those of all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.calibration import LARGEST_SIZE, SMALLEST_SIZE, leaned, prior_size, together

COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12)


def test_nine_of_twelve_among_schools_where_two_in_five_have_it() -> None:
    # A Beta prior of 8 and 12: 20 answers' worth, a share of 0.4. (8 + 9) ÷ 32.
    found = leaned((9, 3), (0.4, 0.6), 20)
    assert found.shares == pytest.approx((17 / 32, 15 / 32))
    assert found.own == pytest.approx(12 / 32)
    assert found.rests_on == 32


def test_without_answers_it_is_the_share_of_all() -> None:
    found = leaned((0, 0), (0.4, 0.6), 20)
    assert (found.shares, found.own) == ((0.4, 0.6), 0)


def test_schools_that_differ_lean_little_and_schools_alike_much() -> None:
    assert prior_size([(20, 0), (0, 20), (20, 0), (0, 20)]) == SMALLEST_SIZE
    assert prior_size([(10, 10)] * 6) == LARGEST_SIZE
    assert prior_size([(10, 10)]) == LARGEST_SIZE


def test_the_size_is_what_the_analysis_of_variance_says() -> None:
    # Two schools of 10: shares 0.5 and 0.8 of 20 answers, 0.65 in all. Each of the two answers has
    # B = 10 × (0.15² + 0.15²) = 0.45, W = (10 × 0.25 + 10 × 0.16) ÷ 18; n₀ = 10. ρ = (B − W) ÷ (B + 9 W).
    between, within = 0.45, 4.1 / 18
    correlation = (between - within) / (between + 9 * within)
    assert prior_size([(5, 5), (8, 2)]) == pytest.approx((1 - correlation) / correlation)


@given(COUNTS)
def test_shares_add_up_and_lie_between_a_schools_own_and_those_of_all(groups: list[tuple[int, ...]]) -> None:
    if not any(sum(group) for group in groups):
        with pytest.raises(ValueError, match="Nobody"):
            together(groups)
        return
    of_all, size = together(groups), prior_size(groups)
    assert SMALLEST_SIZE <= size <= LARGEST_SIZE
    for group in groups:
        found = leaned(group, of_all, size)
        assert sum(found.shares) == pytest.approx(1)
        for share, count, whole in zip(found.shares, group, of_all, strict=True):
            own = count / sum(group) if sum(group) else whole
            assert min(own, whole) - 1e-9 <= share <= max(own, whole) + 1e-9
