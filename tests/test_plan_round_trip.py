"""Any plan, written down in a workbook or shown in cells and read back, is the same plan."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from estimator import plan_file, plan_workbook
from estimator.cell_words import text_of, value_of
from estimator.plan import AREAS, DAYS, DEVICES, KINDS, SOURCES, TIMED_KINDS, UPLOADS, Plan
from estimator.plan_columns import COLUMNS
from estimator.plan_reading import plan_as_dict, plan_from_dict
from estimator.reach import NEED_CONNECTION

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=100
).filter(lambda name: name == name.strip() != "" and name.isprintable())
CURRENCIES = st.sampled_from(["CNY", "EUR", "USD"])


def decimals(most: int) -> st.SearchStrategy[float]:
    """Numbers from 0 with as many decimals as anybody writes; a spreadsheet keeps 15 digits of them."""
    return st.decimals(0, most, places=4).map(float) | st.just(0.0)


@st.composite
def activities(draw: st.DrawFn, grades: list[int]) -> dict[str, Any]:
    """Any activity that a plan may have, except that lessons with a fixed time are told apart by `plans`."""
    kind = draw(st.sampled_from(KINDS))
    said: dict[str, Any] = {
        "grade": draw(st.sampled_from(grades)),
        "subject": draw(
            NAMES | st.sampled_from(["=1+1", "'=A1", "+1", "@x", "-1", "1-5", "TRUE", "007", "#REF!", "1e5"])
        ),
        "kind": kind,
        "days": draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True)),
        "minutes": draw(st.integers(1, 300)),
    }
    if kind == "offline":
        said["start"] = draw(st.none() | st.sampled_from(["00:00", "7:05", "18:59"]))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "devices": st.lists(st.sampled_from(DEVICES), min_size=kind != "offline", unique=True),
        "required": st.booleans(),
        "kbps": decimals(50_000).filter(lambda rate: rate > 0 or kind not in NEED_CONNECTION),
        "pages": st.integers(0, 100),
        "colour": st.booleans(),
        "homework_minutes": st.integers(0, 300),
        "adult_minutes": st.integers(0, 300),
        "check_in": st.booleans(),
        "upload": st.sampled_from(UPLOADS),
        "upload_mb": decimals(5_000),
        "buy": decimals(1_000_000),
        "source": st.sampled_from(SOURCES),
        "area": st.sampled_from(AREAS),
    }
    return said | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan. Lessons with a fixed time are a minute long, each at a minute of its own, lest they overlap."""
    grades = draw(st.lists(st.integers(1, 12), min_size=1, unique=True))
    listed = draw(st.lists(activities(grades), min_size=1, max_size=6))
    for n, activity in enumerate(listed):
        if activity["kind"] in TIMED_KINDS:
            activity |= {"start": f"09:{n:02}", "minutes": 1}
    teachers = st.integers(0, 20_000)
    return plan_from_dict(
        {
            "school": draw(NAMES),
            "place": draw(st.sampled_from(["CN", "CN-34", "CN-44-YF"])),
            "week_of": draw(st.dates()).isoformat(),
            "currency": draw(CURRENCIES),
            "grade": [{"grade": grade, "pupils": draw(teachers), "teachers": draw(teachers)} for grade in grades],
            "activity": listed,
        }
    )


@given(plans(), st.sampled_from(["en", "zh"]))
def test_any_plan_survives_its_workbook(plan: Plan, language: str) -> None:
    assert plan_file.read(plan_workbook.write(plan, language), "plan.xlsx") == plan


@given(plans())
def test_any_plan_survives_being_shown_in_cells_and_read_back(plan: Plan) -> None:
    for activity in plan_as_dict(plan)["activity"]:
        for column in COLUMNS["activities"]:
            if column.name in activity:
                value = activity[column.name]
                assert value_of(text_of(value, column, "zh"), column) == value
