"""Shares of a small group leaned towards those of all: much where few answered, little where many did.

The counts of a school's answers are taken as drawn around the district's shares with a Dirichlet distribution of some
size; what is expected after n answers is (size × district + counts) ÷ (size + n). The size is (1 − ρ) ÷ ρ, with ρ the
intra-class correlation of schools, estimated by one-way analysis of variance (A. Donner, International Statistical
Review 54, 1986), here of every answer together. A house rule keeps the size within bounds: with few schools ρ is known
badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST_SIZE, LARGEST_SIZE = 5.0, 200.0  # house rule
FEWEST_GROUPS = 2  # for how far groups differ


@dataclass(frozen=True, slots=True)
class Leaned:
    """Shares of one group, leaned towards those of all."""

    shares: tuple[float, ...]
    own: float  # 0 to 1: how much of them is the group's own
    rests_on: float  # as many answers as they are worth


def leaned(counts: Sequence[float], of_all: Sequence[float], size: float) -> Leaned:
    """The shares of a group of whom `counts` answered this and that; without answers, those of all."""
    people = sum(counts)
    worth = size + people
    shares = tuple((size * share + count) / worth for share, count in zip(of_all, counts, strict=True))
    return Leaned(shares, people / worth, worth)


def together(groups: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The shares of all groups' answers. Raises ValueError where nobody answered."""
    people = sum(sum(group) for group in groups)
    if not people:
        raise ValueError("Nobody answered.")
    return tuple(sum(counts) / people for counts in zip(*groups, strict=True))


def prior_size(groups: Sequence[Sequence[float]]) -> float:
    """As how many answers the shares of all count for a group: many where groups are alike, few where they differ."""
    listed = [group for group in groups if sum(group) > 0]
    if len(listed) < FEWEST_GROUPS:
        return LARGEST_SIZE
    correlation = _correlation(listed)
    if correlation <= 0:
        return LARGEST_SIZE
    return min(max((1 - correlation) / correlation, SMALLEST_SIZE), LARGEST_SIZE)


def _correlation(groups: Sequence[Sequence[float]]) -> float:
    """ρ = (B − W) ÷ (B + (n₀ − 1) W), with B and W the mean squares between and within groups."""
    of_all, people = together(groups), [sum(group) for group in groups]
    everyone, more = sum(people), len(groups) - 1
    if everyone <= len(groups):
        return 0.0
    shares = [[count / n for count in group] for group, n in zip(groups, people, strict=True)]
    apart = sum(
        n * (share - whole) ** 2
        for group, n in zip(shares, people, strict=True)
        for share, whole in zip(group, of_all, strict=True)
    )
    inside = sum(n * share * (1 - share) for group, n in zip(shares, people, strict=True) for share in group)
    between, within = apart / more, inside / (everyone - len(groups))
    usual = (everyone - sum(n * n for n in people) / everyone) / more
    whole = between + (usual - 1) * within
    return (between - within) / whole if whole > 0 else 0.0
