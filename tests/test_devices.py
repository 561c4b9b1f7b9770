"""Families short of a device: Hall's condition against trying every allocation, and a published kind of example."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import families, norm_file
from estimator.devices import CLASS_SETS, chance_short, families_short_of_device, short_states, worst_moment
from estimator.families import Families
from estimator.grade_week import GradeWeek
from estimator.plan import DAYS, DEVICES, Plan
from estimator.plan_reading import plan_from_dict

ANY = frozenset(DEVICES)
MASKS = st.sampled_from(CLASS_SETS)
NORMS = norm_file.load()
# Devices of any kind: none, 1, 2, 3 in 1/20, 9/20, 7/20, 3/20 of families; nobody works at home.
ONE_KIND = replace(
    families.load("urban"),
    counts={"tv": (1.0,), "tablet": (1.0,), "phone": (1.0,), "computer": (1 / 20, 9 / 20, 7 / 20, 3 / 20)},
    adults_at_work_on_computer=(1.0,),
)
Lesson = tuple[int, str, str, str]  # grade, kind, weekday, start; twenty minutes


def week_of(lessons: list[Lesson], own: Families, devices: list[str] | None = None) -> GradeWeek:
    """Grade 1's week in a school of two equal grades with these lessons."""
    named = {"live": devices or ["computer", "tablet", "phone"], "tv": ["tv"]}
    plan: Plan = plan_from_dict(
        {
            "school": "Case",
            "place": "CN-34",
            "week_of": "2020-03-09",
            "currency": "CNY",
            "grade": [{"grade": grade, "pupils": 100, "teachers": 10} for grade in (1, 2)],
            "activity": [
                {
                    "grade": grade,
                    "subject": "Chinese",
                    "kind": kind,
                    "days": [day],
                    "start": start,
                    "minutes": 20,
                    "devices": named[kind],
                }
                for grade, kind, day, start in lessons
            ],
        }
    )
    return GradeWeek(plan, plan.grades[0], own, NORMS, plan.place, plan.week_of)


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


@given(st.lists(MASKS, max_size=3), st.tuples(*[st.integers(0, 2)] * 4), st.integers(0, 2))
def test_halls_condition_agrees_with_trying_every_allocation(
    lessons: list[frozenset[str]], owned: tuple[int, ...], adults: int
) -> None:
    short = short_states((3, 3, 3, 3, 3), demand(lessons)).reshape(3, 3, 3, 3, 3)
    assert bool(short[(*owned, adults)]) == (not is_served(lessons, owned, adults))


def test_one_in_seven_families_lacks_a_device_when_two_grades_meet_at_nine() -> None:
    # One child: 1/20. Two at once: 1/20 + 9/20. A fifth of families have two: 4/5 × 1/20 + 1/5 × 10/20 = 7/50.
    one, two = (chance_short(demand([ANY] * children), ONE_KIND) for children in (1, 2))
    assert 4 / 5 * one + 1 / 5 * two == pytest.approx(7 / 50)


# With 6/7 and 1/7 of all families having one and two children in two equal grades, of those with a child in grade 1
# 3/7 ÷ 15/28 = 4/5 have one child, and a fifth have two: a quarter of all pairs in grade 1, half of them in both.
OF_TWO_GRADES = replace(ONE_KIND, households=(6 / 7, 1 / 7))


def test_the_worst_moment_is_when_both_grades_meet_at_nine() -> None:
    lessons = [(1, "live", "mon", "09:00"), (2, "live", "mon", "09:00"), (1, "live", "tue", "10:00")]
    worst = worst_moment(week_of(lessons, OF_TWO_GRADES))
    assert worst is not None
    assert (worst.day, worst.start_minute, worst.grades) == ("mon", 9 * 60, (1, 2))
    assert worst.share == pytest.approx(7 / 50)


def test_lessons_one_after_the_other_leave_short_only_pairs_in_one_grade() -> None:
    # At 09:00 of grade 1 alone: one child needs a device in 12 + 2 of 15 families, both of them in 1 of 15.
    worst = worst_moment(week_of([(1, "live", "mon", "09:00"), (2, "live", "mon", "09:20")], OF_TWO_GRADES))
    assert worst is not None
    assert (worst.day, worst.start_minute, worst.grades) == ("mon", 9 * 60, (1,))
    assert worst.share == pytest.approx((14 * 1 / 20 + 1 * 10 / 20) / 15)


def test_no_moment_is_worst_where_no_lesson_has_a_fixed_time() -> None:
    week = week_of([(1, "live", "mon", "09:00")], OF_TWO_GRADES)
    at_any_time = replace(week.plan.activities[0], kind="recorded", start_minute=None)
    assert worst_moment(replace(week, plan=replace(week.plan, activities=(at_any_time,)))) is None


def share_short_at(week: GradeWeek, day: str, minute: int) -> float:
    """By trying every family: each order of children, each thing owned, each allocation of it."""
    own, weights = week.families, {True: 0.0, False: 0.0}
    shares = [*(own.counts[device] for device in DEVICES), own.adults_at_work_on_computer]
    now = [
        a
        for a in week.plan.activities
        if day in a.days and a.start_minute is not None and a.start_minute <= minute < a.start_minute + a.minutes
    ]
    for children, household in enumerate(own.households, start=1):
        for siblings in product((1, 2), repeat=children):
            if week.grade.grade not in siblings:
                continue
            live = [frozenset(a.devices) for g in siblings for a in now if (a.grade, a.kind) == (g, "live")]
            seen = [frozenset(a.devices) for g in set(siblings) for a in now if (a.grade, a.kind) == (g, "tv")]
            for state in product(*(range(len(each)) for each in shares)):
                likely = household / 2**children * np.prod([each[n] for each, n in zip(shares, state, strict=True)])
                weights[is_served(live + seen, state[:-1], state[-1])] += likely
    return weights[False] / sum(weights.values())


A_LESSON = st.tuples(st.sampled_from(["live", "tv"]), st.sampled_from(["09:00", "09:10", "09:20"]))


@settings(max_examples=25)
@given(st.dictionaries(st.tuples(st.sampled_from([1, 2]), st.sampled_from(["mon", "tue"])), A_LESSON, min_size=1))
def test_the_worst_moment_agrees_with_trying_every_family_at_every_minute(
    timetable: dict[tuple[int, str], tuple[str, str]],
) -> None:
    home = replace(
        ONE_KIND,
        households=(0.7, 0.3),
        counts={"tv": (0.2, 0.8), "computer": (0.4, 0.5, 0.1), "tablet": (0.6, 0.4), "phone": (1.0,)},
        adults_at_work_on_computer=(0.7, 0.3),
    )
    lessons = [(grade, kind, day, start) for (grade, day), (kind, start) in timetable.items()]
    week = week_of(lessons, home, ["computer", "tablet"])
    tried = {(day, minute): share_short_at(week, day, minute) for day in DAYS[:2] for minute in range(540, 580, 5)}
    worst, most = worst_moment(week), max(tried.values())
    assert (worst is None) == (most == 0)
    if worst is not None:
        first = next(moment for moment, share in tried.items() if share == pytest.approx(most))
        assert (worst.day, worst.start_minute) == first
        assert worst.share == pytest.approx(most)
        assert worst.share <= families_short_of_device(week).value + 1e-12


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
