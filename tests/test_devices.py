"""Families short of a device: Hall's condition against trying every allocation, and a published kind of example."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import families
from estimator.devices import CLASS_SETS, chance_short, short_states
from estimator.plan import DEVICES

ANY = frozenset(DEVICES)
MASKS = st.sampled_from(CLASS_SETS)


def demand(lessons: list[frozenset[str]]) -> tuple[int, ...]:
    """The demand of children in lessons at one moment, each with the devices that suffice."""
    return tuple(sum(lesson <= classes for lesson in lessons) for classes in CLASS_SETS)


def is_served(lessons: list[frozenset[str]], owned: tuple[int, ...], adults: int) -> bool:
    """Whether some allocation gives every child a device, the adults having taken their computers."""
    pool = [d for d, n in zip(DEVICES, owned, strict=True) for _ in range(n)]
    for _ in range(min(adults, owned[DEVICES.index("computer")])):
        pool.remove("computer")
    pool += ["nothing"] * len(lessons)
    chosen = set(permutations(pool, len(lessons)))
    return any(all(device in lesson for device, lesson in zip(given, lessons, strict=True)) for given in chosen)


@settings(max_examples=400, deadline=None)
@given(st.lists(MASKS, max_size=3), st.tuples(*[st.integers(0, 2)] * 4), st.integers(0, 2))
def test_halls_condition_agrees_with_trying_every_allocation(
    lessons: list[frozenset[str]], owned: tuple[int, ...], adults: int
) -> None:
    short = short_states((3, 3, 3, 3, 3), demand(lessons)).reshape(3, 3, 3, 3, 3)
    assert bool(short[(*owned, adults)]) == (not is_served(lessons, owned, adults))


def test_one_in_seven_families_lacks_a_device_when_two_grades_meet_at_nine() -> None:
    # Devices of any kind: none, 1, 2, 3 in 1/20, 9/20, 7/20, 3/20 of families; a fifth have a child in both grades.
    # One child: 1/20. Two at once: 1/20 + 9/20. So 4/5 × 1/20 + 1/5 × 10/20 = 7/50.
    one_kind = replace(
        families.load("urban"),
        counts={"tv": (1.0,), "tablet": (1.0,), "phone": (1.0,), "computer": (1 / 20, 9 / 20, 7 / 20, 3 / 20)},
        adults_at_work_on_computer=(1.0,),
    )
    one, two = (chance_short(demand([ANY] * children), one_kind) for children in (1, 2))
    assert 4 / 5 * one + 1 / 5 * two == pytest.approx(7 / 50)


def test_the_adult_has_the_computer_first() -> None:
    # Computers 0, 1, 2 in .4, .5, .1, a tablet in .3 of families, an adult needs a computer in .3. The child needs
    # either. Without a tablet (.7): no computer .4, or one that the adult has, .5 × .3: .7 × .55 = 77/200.
    home = replace(
        families.load("urban"),
        counts={"tv": (1.0,), "phone": (1.0,), "computer": (0.4, 0.5, 0.1), "tablet": (0.7, 0.3)},
        adults_at_work_on_computer=(0.7, 0.3),
    )
    assert chance_short(demand([frozenset({"computer", "tablet"})]), home) == pytest.approx(77 / 200)


def test_a_television_is_left_to_the_child_who_can_use_nothing_else() -> None:
    # One television, one computer; one child may use either, the other only the television: both are served.
    both = demand([frozenset({"tv", "computer"}), frozenset({"tv"})])
    assert not short_states((2, 2, 1, 1, 1), both).reshape(2, 2)[1, 1]


@given(st.lists(MASKS, min_size=1, max_size=3))
def test_more_devices_never_make_a_family_short(lessons: list[frozenset[str]]) -> None:
    short = short_states((4, 4, 4, 4, 1), demand(lessons)).reshape(4, 4, 4, 4)
    for axis in range(len(DEVICES)):
        assert np.all(np.diff(short.astype(int), axis=axis) <= 0)
