"""The smallest change: the cases of tests/cases/advice.toml, and every small plan against trying everything."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimator import change_costs, families, norm_file, variants
from estimator.advice import Advice, Change, advise
from estimator.advice_model import Choice, changed
from estimator.advice_preference import COST, Preference
from estimator.assess import assess, measured
from estimator.burden import is_over
from estimator.field_checks import clock
from estimator.grade_week import GradeWeek
from estimator.plan import DAYS, Activity, Grade, Plan
from estimator.variants import Variant
from tests.lasting import IS_LONG
from tests.test_assess import NORMS, SCHOOL_DAYS, plan_of

CASES = tomllib.loads((Path(__file__).parent / "cases/advice.toml").read_text(encoding="utf-8"))["case"]
URBAN, RURAL = families.load("urban"), families.load("rural")
# Fewer steps, so that trying everything ends; what a step costs does not matter for the comparison.
FEW_STEPS = replace(change_costs.load(), shorter_step_minutes=10, move_step_minutes=10, move_most_minutes=10)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_smallest_change(case: dict[str, Any]) -> None:
    advice = advise(plan_of(3, case["activity"]), URBAN, NORMS)
    assert advice.remaining == ()
    assert advice.cost == case["cost"]
    if "change" in case:
        told = [{"activity": c.activity, **_listed(c.after)} for c in advice.changes]
        assert told == case["change"]


def _listed(fields: Any) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def test_what_is_shown_is_what_assess_says_of_the_advised_plan() -> None:
    advice = advise(plan_of(3, CASES[0]["activity"]), URBAN, NORMS)
    assert advice.after == assess(advice.plan, URBAN, NORMS)
    assert [flag.measure for _, flag in advice.cleared] == ["longest_run_minutes"]


def test_a_plan_without_flags_is_left_as_it_is() -> None:
    plan = plan_of(3, [{"subject": "Reading", "kind": "offline", "minutes": 20}])
    advice = advise(plan, URBAN, NORMS)
    assert (advice.plan, advice.changes) == (plan, ())


def test_too_many_teachers_on_camera_come_down_to_half() -> None:
    plan = plan_of(3, [{"subject": "Reading", "kind": "offline", "minutes": 20}])
    plan = replace(plan, grades=(replace(plan.grades[0], teachers_on_camera=8),))
    (change,) = advise(plan, URBAN, NORMS).changes
    assert (change.activity, change.after, change.cost) == (None, {"teachers_on_camera": 5}, 3)


def test_what_no_change_clears_is_left_and_said(tmp_path: Path) -> None:
    # A district that allows nobody to be out of reach and lets nothing be taken off the screen.
    strict = replace(change_costs.load(), delivery=dict.fromkeys(change_costs.load().delivery, 1), shortest_minutes=100)
    path = tmp_path / "strict.toml"
    path.write_text(
        '[document.TOWN]\nissuer = "Town"\ntitle = "Rules"\ndate = 2020-03-01\nplace = "CN-34"\nurl = "t.example"\n'
        'confidence = "verified"\nchecked_on = 2026-11-23\n'
        '[[screen_minutes.statement]]\ndocument = "TOWN"\ngrades = [1, 6]\nvalue = 10\nquote = "10 minutes"\n'
    )
    plan = plan_of(3, [{"subject": "Chinese", "kind": "live", "start": "09:00", "minutes": 20}])
    only_shorter = pytest.MonkeyPatch()
    only_shorter.setattr(variants, "LESS_LIVE", dict.fromkeys(variants.LESS_LIVE, ()))
    with only_shorter.context():
        advice = advise(plan, URBAN, norm_file.load(path), costs=strict)
    only_shorter.undo()
    assert [flag.measure for _, flag in advice.remaining] == ["screen_minutes"]
    assert advice.changes == ()


# A day as in the classroom: nothing tells the lessons apart but their place.
CLASSROOM = [
    {"subject": subject, "kind": "live", "start": start, "minutes": 40, "homework_minutes": 20}
    for subject, start in zip(
        ("Chinese", "Maths", "English", "Science", "Music"), ("08:00", "08:50", "09:40", "10:30", "11:20"), strict=True
    )
]


def classroom(*grades: int) -> Plan:
    """A plan that asks the same of each grade, five hours apart, so that brothers and sisters share no hour."""
    alone = {grade: plan_of(grade, CLASSROOM) for grade in grades}
    lessons = [
        replace(a, start_minute=(a.start_minute or 0) + 5 * 60 * n)
        for n, plan in enumerate(alone.values())
        for a in plan.activities
    ]
    people = tuple(grade for plan in alone.values() for grade in plan.grades)
    return replace(alone[grades[0]], grades=people, activities=tuple(lessons))


def told_of(advice: Advice, grade: int) -> list[tuple[str, dict[str, Any]]]:
    """What becomes of each lesson of a grade; how much later it begins instead of when."""
    return [
        (a.subject, {**_listed(c.after), **_later(c)})
        for c in advice.changes
        if c.grade == grade and c.activity is not None
        for a in (advice.plan.activities[c.activity],)
    ]


def _later(change: Change) -> dict[str, Any]:
    before, after = change.before.get("start_minute"), change.after.get("start_minute")
    return {} if before is None or after is None else {"start_minute": after - before}


def test_equal_grades_are_advised_alike() -> None:
    advice = advise(classroom(3, 4, 5), URBAN, NORMS)
    assert advice.is_proven
    assert told_of(advice, 3)
    assert told_of(advice, 3) == told_of(advice, 4) == told_of(advice, 5)


def test_what_is_added_to_one_grade_leaves_the_advice_of_the_others() -> None:
    plan = classroom(2, 3, 4)
    more = replace(plan.activities[0], subject="Reading", start_minute=7 * 60)
    before = advise(plan, URBAN, NORMS)
    after = advise(replace(plan, activities=(more, *plan.activities)), URBAN, NORMS)
    assert told_of(after, 2) != told_of(before, 2)
    for grade in (3, 4):
        assert told_of(after, grade) == told_of(before, grade)


def test_of_equal_lessons_those_are_changed_that_stand_first() -> None:
    advice = advise(plan_of(3, CASES[-1]["activity"]), URBAN, NORMS)
    assert advice.cost == CASES[-1]["cost"]
    assert [change.activity for change in advice.changes] == [0, 1]


@pytest.mark.parametrize("aspects", [1, 8, 408, 16_000])
def test_neither_count_nor_place_outweighs_a_unit_of_cost(aspects: int) -> None:
    preference = Preference.among(aspects)
    one, dearer = Variant({"minutes": 10}, cost=1), Variant({"minutes": 10}, cost=2)
    # All that can change, in the worst places, at no cost of its own: still less than one unit.
    for_nothing = Variant({"minutes": 10})
    assert aspects * preference.price(for_nothing, aspects - 0.01) < COST
    # One change more, in the best place, is worse than all the worst places of the others.
    places = sum(preference.price(for_nothing, n) - preference.each for n in range(aspects))
    assert places < preference.each
    assert preference.price(one, 0.0) < preference.price(one, 0.5) < preference.price(dearer, 0.0)


def test_a_large_school_is_advised_too() -> None:
    lessons = [
        {"subject": f"Lesson {n}", "kind": "live", "start": clock(480 + 45 * n), "minutes": 40, "homework_minutes": 20}
        for n in range(17)
    ]
    alone = {grade: plan_of(grade, lessons) for grade in range(1, 13)}
    plan = replace(
        alone[1],
        grades=tuple(replace(each.grades[0], pupils=500, teachers=30) for each in alone.values()),
        activities=tuple(replace(a, days=DAYS) for each in alone.values() for a in each.activities),
    )
    advice = advise(plan, URBAN, NORMS, seconds=120.0)
    assert advice.remaining == ()
    assert advice.is_proven
    assert advice.lessons_a_week == 7 * len(advice.lessons)


def test_without_time_for_a_change_the_plan_is_left_and_that_is_said() -> None:
    plan = classroom(3)
    plan = replace(plan, grades=(replace(plan.grades[0], teachers_on_camera=8),))
    advice = advise(plan, URBAN, NORMS, seconds=0.0)
    assert not advice.is_proven
    assert advice.lessons == ()
    assert advice.teachers == 3  # nothing had to be searched for that
    assert "screen_minutes" in [flag.measure for _, flag in advice.remaining]


def test_lessons_are_counted_once_however_much_of_them_changes() -> None:
    lesson = {**CASES[0]["activity"][0], "homework_minutes": 45, "check_in": True}
    advice = advise(plan_of(3, [lesson]), URBAN, NORMS)
    assert len(advice.changes) == 3
    assert (advice.lessons, advice.lessons_a_week, advice.teachers) == ((0,), 5, 0)


def test_no_lesson_is_moved_past_midnight() -> None:
    late = Activity(3, "Chinese", "live", ("mon",), 20, start_minute=23 * 60 + 30)
    begins = [v.fields["start_minute"] for v in variants.moves(late, change_costs.load()) if v.fields]
    assert max(begins) == 23 * 60 + 40


# What may be too much beside the lesson itself; one thing at a time, so that trying everything ends.
EXTRAS: list[dict[str, Any]] = [{}, {}, {"pages": 4}, {"homework_minutes": 40}, {"check_in": True}, {"buy": 3000.0}]


@st.composite
def activities(draw: st.DrawFn, grade: int) -> dict[str, Any]:
    """A lesson or task that may break something."""
    kind = draw(st.sampled_from(["live", "live", "tv", "recorded", "offline"]))
    devices = [("computer",), ("tablet", "computer"), variants.CAN_SHOW.get(kind, ())]
    return {
        "grade": grade,
        "subject": "Lesson",
        "kind": kind,
        "days": tuple(draw(st.sampled_from([SCHOOL_DAYS, ["mon"], ["mon", "wed"]]))),
        "minutes": draw(st.sampled_from([20, 30, 40])),
        "devices": draw(st.sampled_from(devices)) if kind != "offline" else (),
        "required": draw(st.sampled_from([True, True, False])),
        **draw(st.sampled_from(EXTRAS)),
    }


@st.composite
def small_plans(draw: st.DrawFn) -> Plan:
    """One or two grades with at most two activities together; lessons follow one another."""
    grades = draw(st.sampled_from([(3,), (2, 5), (4, 8)]))
    listed = []
    for number in range(draw(st.integers(1, 2))):
        told = draw(activities(grades[number % len(grades)]))
        if told["kind"] in ("live", "tv"):
            told["start_minute"] = 540 + 40 * (number // len(grades)) + draw(st.sampled_from([0, 10]))
        listed.append(Activity(**told))
    people = tuple(Grade(grade, 60, 6) for grade in grades)
    return Plan("Small", "CN-34", date(2020, 3, 9), "CNY", people, tuple(listed))


def everything(plan: Plan) -> Iterator[tuple[int, dict[Choice, Variant]]]:
    """Every plan that the variants allow, the cheapest first."""
    choices: dict[Choice, list[Variant]] = {}
    for index, a in enumerate(plan.activities):
        choices[(index, "delivery")] = variants.deliveries(a, FEW_STEPS)
        choices[(index, "start")] = variants.moves(a, FEW_STEPS)
        choices |= {(index, name): listed for name, listed in variants.simple_aspects(a, FEW_STEPS).items()}
    picked = (dict(zip(choices, each, strict=True)) for each in itertools.product(*choices.values()))
    allowed = (each for each in picked if may_be(plan, each))
    return iter(sorted(((sum(v.cost for v in each.values()), each) for each in allowed), key=lambda pair: pair[0]))


def may_be(plan: Plan, chosen: dict[Choice, Variant]) -> bool:
    """Whether moves are the school's to make, and no lesson begins before the one that it followed is over."""
    made = changed(plan, chosen)
    for index, activity in enumerate(plan.activities):
        delivered = chosen[(index, "delivery")].of(activity)
        moved = bool(chosen[(index, "start")].fields)
        if moved and (delivered.kind not in variants.MOVABLE or delivered.start_minute is None):
            return False
    for one, other in itertools.permutations(range(len(plan.activities)), 2):
        first, second = plan.activities[one], plan.activities[other]
        follows = (
            first.grade == second.grade
            and set(first.days) & set(second.days)
            and first.start_minute is not None
            and second.start_minute is not None
            and first.on_screen
            and second.on_screen
            and first.start_minute + first.minutes <= second.start_minute
        )
        if follows:
            begin = chosen[(one, "start")].fields.get("start_minute", first.start_minute)
            later = chosen[(other, "start")].fields.get("start_minute", second.start_minute)
            if begin + made.activities[one].minutes > later:
                return False
    return True


def keeps_every_norm(plan: Plan) -> bool:
    """Whether nothing is flagged, measured exactly."""
    weeks = [GradeWeek(plan, g, RURAL, NORMS, plan.place, plan.week_of) for g in plan.grades]
    return not any(m.dose is not None and is_over(m.dose) for week in weeks for m in measured(week).values())


@settings(
    max_examples=200 if IS_LONG else 20,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(small_plans())
def test_no_cheaper_change_is_found_by_trying_everything(plan: Plan) -> None:
    advice = advise(plan, RURAL, NORMS, costs=FEW_STEPS)
    cheapest = next((cost for cost, chosen in everything(plan) if keeps_every_norm(changed(plan, chosen))), None)
    if cheapest is None:
        assert advice.remaining
    else:
        assert advice.remaining == ()
        assert advice.cost == cheapest
