"""How many families are short: worked examples, and the bounds of every count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.family_counts import count, distribution, of_share

SIX = [0.1, 0.1, 0.1, 0.5, 0.5, 0.9]


def test_six_families_of_unlike_chances() -> None:
    # 0.9³ × 0.5² × 0.1 = 0.018225 that none is short; the rest by adding family after family.
    likely = [0.018225, 0.20655, 0.413775, 0.2869, 0.067775, 0.00655, 0.000225]
    assert distribution(SIX) == pytest.approx(likely)
    found = count(SIX)
    assert (found.families, found.low, found.high) == (6, 1, 4)
    assert found.expected == pytest.approx(2.2)  # 3 × 0.1 + 2 × 0.5 + 0.9


def test_families_are_counted_and_not_pupils() -> None:
    # Ten families with one child, short with 0.1, and five with two, short with 0.5: 1 + 2.5 of 15 families, though
    # ten of the twenty pupils have such a family and a count by pupils would say 30 in 100.
    found = count([0.1] * 10 + [0.5] * 5)
    assert found.expected == pytest.approx(3.5)
    assert found.expected / found.families == pytest.approx(3.5 / 15)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_a_count_lies_between_none_and_all(chances: list[float]) -> None:
    found = count(chances)
    assert distribution(chances).sum() == pytest.approx(1)
    assert 0 <= found.low <= found.high <= found.families
    assert found.low - 1 <= found.expected <= found.high + 1


def test_certain_families_leave_no_range() -> None:
    assert of_share(1.0, 7).low == of_share(1.0, 7).high == 7
    assert of_share(0.0, 7).high == 0
