"""Plans in, figures out: the cases of tests/cases/assess.toml, and what holds for every plan."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import families, norm_file
from estimator.assess import MEASURES, assess, measured
from estimator.assessment import GradeBurden
from estimator.devices import CLASS_SETS, _busy
from estimator.grade_week import GradeWeek
from estimator.plan import Activity, Grade, Plan
from estimator.plan_reading import plan_from_dict

CASES = tomllib.loads((Path(__file__).parent / "cases/assess.toml").read_text(encoding="utf-8"))["case"]
SCHOOL_DAYS = ["mon", "tue", "wed", "thu", "fri"]
NORMS = norm_file.load()


def plan_of(grade: int, activities: list[dict[str, Any]]) -> Plan:
    """A plan of one grade in Anhui, in the week of 9 March 2020; activities are daily unless they say otherwise."""
    return plan_from_dict(
        {
            "school": "Case",
            "place": "CN-34",
            "week_of": "2020-03-09",
            "currency": "CNY",
            "grade": [{"grade": grade, "pupils": 100, "teachers": 10}],
            "activity": [{"grade": grade, "days": SCHOOL_DAYS, **activity} for activity in activities],
        }
    )


def burden_of(grade: int, activities: list[dict[str, Any]], families_name: str = "urban") -> GradeBurden:
    """The burden of one grade with these activities."""
    return assess(plan_of(grade, activities), families.load(families_name), NORMS).grades[grade]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_figures_of_a_plan(case: dict[str, Any]) -> None:
    found = burden_of(case["grade"], case["activity"])
    for name in MEASURES:
        if name in case:
            assert found.measures[name].value == pytest.approx(case[name], abs=1e-4), name
    assert [flag.measure for flag in found.flags] == case["flags"]
    if "score" in case:
        assert found.score == pytest.approx(case["score"], abs=1e-4)


def test_a_flag_names_the_lessons_of_every_run_that_is_as_long_as_the_longest() -> None:
    lessons = [
        {"subject": subject, "kind": "live", "start": start, "minutes": 40, "days": days}
        for subject, start, days in (
            ("Chinese", "08:00", ["mon"]),
            ("Maths", "10:00", ["mon"]),
            ("English", "08:00", ["wed"]),
        )
    ]
    lessons += [{"subject": "Music", "kind": "live", "start": "12:00", "minutes": 20, "days": ["mon"]}]
    longest = burden_of(3, lessons).measures["longest_run_minutes"]
    assert (longest.value, longest.days, longest.activities) == (40, ("mon", "wed"), (0, 1, 2))


def test_a_daily_measure_names_every_day_that_is_as_heavy_as_the_heaviest() -> None:
    homework = [
        {"subject": subject, "kind": "offline", "minutes": 20, "homework_minutes": 25, "days": days}
        for subject, days in (("Chinese", ["mon"]), ("Maths", ["tue"]))
    ]
    heaviest = burden_of(3, homework).measures["homework_minutes"]
    assert (heaviest.days, heaviest.activities, heaviest.day) == (("mon", "tue"), (0, 1), "mon")
    daily = burden_of(3, [{"subject": "Chinese", "kind": "recorded", "minutes": 20}])
    assert daily.measures["screen_minutes"].days == tuple(SCHOOL_DAYS)
    assert daily.measures["homework_minutes"].days == ()


def test_a_flag_names_its_source_and_its_activities() -> None:
    found = burden_of(3, [{"subject": "Chinese", "kind": "live", "start": "09:00", "minutes": 40}])
    (flag,) = found.flags
    assert flag.source.issuer == "Department of Education of Anhui"
    assert flag.activities == (0,)
    assert flag.clause == "N3"


def test_a_family_with_one_set_and_two_children_on_different_channels_is_short() -> None:
    def short(second_start: str) -> float:
        lessons = {3: "09:00", 5: second_start}
        plan = plan_from_dict(
            {
                "school": "Case",
                "place": "CN-34",
                "week_of": "2020-03-09",
                "currency": "CNY",
                "grade": [{"grade": grade, "pupils": 100, "teachers": 10} for grade in lessons],
                "activity": [
                    {"grade": g, "subject": "TV", "kind": "tv", "days": ["mon"], "start": start, "minutes": 20}
                    for g, start in lessons.items()
                ],
            }
        )
        found = assess(plan, families.load("rural"), NORMS).grades[3]
        return found.measures["families_short_of_device"].value

    assert short("09:20") == pytest.approx(0.04)  # touching lessons do not overlap: only those without a set
    # Of rural families with a child in grade 3, weights: one child .62 × ½ = .31; two .32 × ¾ = .24, two thirds of them
    # in both grades; three .06 × ⅞ = .0525, six sevenths in both. In both grades two sets are needed, which .80 lack:
    # (.31 × .04 + .16 × .80 + .08 × .04 + .045 × .80 + .0075 × .04) ÷ .6025
    assert short("09:10") == pytest.approx(0.298589, abs=1e-6)


def test_the_range_holds_the_score() -> None:
    found = burden_of(5, [{"subject": "Maths", "kind": "live", "start": "09:00", "minutes": 20}], "rural")
    assert found.low <= found.score <= found.high
    assert found.low < found.high


def test_parts_add_up_to_the_score() -> None:
    found = burden_of(1, [{"subject": "All", "kind": "live", "start": "09:00", "minutes": 90, "check_in": True}])
    assert sum(found.parts.values()) == pytest.approx(found.score)


def test_a_plan_without_any_burden_scores_nothing() -> None:
    assert burden_of(5, [{"subject": "Play", "kind": "offline", "minutes": 20, "area": "life"}]).score == 0


@pytest.mark.parametrize(
    ("kbps", "gb_an_hour"),
    [(600, 0.27), (1200, 0.54), (1800, 0.81), (850, 0.3825), (550, 0.2475)],
)
def test_a_bitrate_is_so_much_an_hour(kbps: int, gb_an_hour: float) -> None:
    # kbit/s × 3,600 s ÷ 8·10⁶. Zoom's table prints 0.54, 1.08 and 1.62 GB for 600, 1200 and 1800 both ways.
    lesson = {"subject": "Call", "kind": "live", "start": "09:00", "minutes": 60, "days": ["mon"], "kbps": kbps}
    found = burden_of(9, [lesson])
    assert found.measures["data_gb_month"].value == pytest.approx(gb_an_hour * 52 / 12)


def test_of_schools_that_follow_one_timetable_each_has_the_figures_of_its_own_families_and_teachers() -> None:
    lessons = [
        {"subject": "Talk", "kind": "live", "start": "09:00", "minutes": 40, "pages": 3, "upload": "video", "buy": 40},
        {"subject": "Read", "kind": "offline", "minutes": 30, "homework_minutes": 20, "adult_minutes": 25},
    ]
    one = plan_of(3, lessons)
    other = replace(one, grades=(Grade(3, 10, 4, teachers_on_camera=3),))
    for plan, name in ((one, "urban"), (other, "rural"), (one, "rural")):
        own = families.load(name)
        week = GradeWeek(plan, plan.grades[0], own, NORMS, plan.place, plan.week_of)
        found, alone = assess(plan, own, NORMS).grades[3].measures, measured(week)
        assert list(found) == list(alone)
        for measure in found.values():
            beside = alone[measure.name]
            assert measure.value == pytest.approx(beside.value, rel=1e-12), measure.name
            assert replace(measure, value=0, dose=0) == replace(beside, value=0, dose=0)


def test_touching_lessons_do_not_meet_but_overlapping_ones_do() -> None:
    # [9:00,9:20) [9:10,9:30) [9:20,9:40) [9:20,9:25): at 9:20 three are on.
    starts, ends = [540, 550, 560, 560], [560, 570, 580, 565]
    on_at = [sum(begin <= moment < end for begin, end in zip(starts, ends, strict=True)) for moment in starts]
    plan = plan_of(1, [{"subject": "Reading", "kind": "offline", "minutes": 20}])
    activities = tuple(
        Activity(grade, "Lesson", "live", ("mon",), end - begin, begin, ("computer",))
        for grade, (begin, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
    grades = tuple(Grade(grade, 10, 1) for grade in range(1, 5))
    busy = _busy(replace(plan, grades=grades, activities=activities))
    computer = CLASS_SETS.index(frozenset({"computer"}))
    together = np.sum([busy[grade]["live"][computer] for grade in range(1, 5)], axis=0)
    assert together.max() == max(on_at) == 3
