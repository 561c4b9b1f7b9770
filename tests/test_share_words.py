"""A share in whole per cent: one that is told as a bound is rounded so that the bound stays true."""

from __future__ import annotations

import pytest

from survey.words.amount_words import range_words, share_words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1 / 3, 1 / 3, "33%"),
        (29 / 30, 1, "≥ 96%"),  # 96.7 %: not 97
        (0, 1 / 30, "≤ 4%"),
        (0, 4 / 1000, "≤ 1%"),  # not nobody
        (996 / 1000, 1, "≥ 99%"),  # not everybody
        (1 / 3, 2 / 3, "33%–67%"),
        (0.07, 0.29, "7%–29%"),  # as numbers are kept, a little more and a little less
        (0.1201, 0.1239, "12%"),
        (0, 0, "0%"),
        (1, 1, "100%"),
        (0, 1, "–"),
    ],
)
def test_a_bound_stays_true_in_whole_per_cent(low: float, high: float, words: str) -> None:
    assert share_words(low, high) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.976, 0.984, "98%"), (1.0, 1.0, "100%"), (0.97, 0.98, "97%–98%"), (0.0, 1.0, "0%–100%")],
)
def test_a_range_whose_ends_are_told_alike_is_one_number(low: float, high: float, words: str) -> None:
    assert range_words(low, high) == words
