"""Plan files: read strictly, every problem at once, nothing a stranger sends does harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import plan_file, plan_workbook
from estimator.cell_words import value_of
from estimator.plan import Plan, PlanProblems, Problem
from estimator.plan_columns import COLUMNS
from estimator.plan_reading import plan_as_dict, plan_from_dict
from tests.test_assess import plan_of

HERE = Path(__file__).resolve().parent.parent
LESSON = {"subject": "=Maths", "kind": "live", "start": "09:00", "minutes": 30, "devices": ["phone"], "check_in": True}


def problems(content: bytes, name: str = "plan.xlsx") -> list[str]:
    """What the reader says of a file."""
    with pytest.raises(PlanProblems) as found:
        plan_file.read(content, name)
    return [str(problem) for problem in found.value.problems]


def test_a_plan_survives_its_workbook_and_its_data() -> None:
    plan = plan_of(4, [LESSON, {"subject": "Read", "kind": "offline", "minutes": 20, "buy": 12.5}])
    for language in ("en", "zh"):
        assert plan_file.read(plan_workbook.write(plan, language), "plan.xlsx") == plan
    assert plan_from_dict(json.loads(json.dumps(plan_as_dict(plan)))) == plan


def test_overlapping_lessons_of_one_grade_are_told() -> None:
    plan = plan_as_dict(plan_of(4, [LESSON]))
    plan["activity"].append({**plan["activity"][0], "start": "09:20", "subject": "Other"})
    with pytest.raises(PlanProblems, match="overlaps"):
        plan_from_dict(plan)


def test_full_width_digits_chinese_days_and_chinese_headers_are_understood() -> None:
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook.write(plan_of(4, [LESSON]))))
    sheet = book["activities"]
    sheet["D1"], sheet["D2"], sheet["F2"] = "星期", "周一、周三", "２０"
    content = io.BytesIO()
    book.save(content)
    (activity,) = plan_file.read(content.getvalue(), "plan.xlsx").activities
    assert (activity.days, activity.minutes) == (("mon", "wed"), 20)


def bomb(members: int, size: int) -> bytes:
    """An archive that unpacks to far more than it holds."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(members):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    return content.getvalue()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\0" * 3_000_000, bomb(300, 10), bomb(1, 30_000_000)])
def test_what_is_no_workbook_too_large_or_a_bomb_is_refused(content: bytes) -> None:
    (said,) = problems(content)
    assert said.startswith("plan.xlsx: ")


def outcome(read: Callable[[], Plan]) -> Plan | tuple[Problem, ...]:
    """A plan, or the problems that keep it from being one; any other error fails the test."""
    try:
        return read()
    except PlanProblems as found:
        return found.problems


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("days", "周一、周三", ["mon", "wed"]),
        ("days", "星期二 星期天", ["tue", "sun"]),
        ("days", "１-３", ["mon", "tue", "wed"]),
        ("days", "1 3 5", ["mon", "wed", "fri"]),
        ("devices", "电脑，平板", ["computer", "tablet"]),
        ("kind", "直播", "live"),
        ("kind", "live", "live"),
        ("required", "是", True),
        ("minutes", "２０", 20),
    ],
)
def test_a_cell_is_understood_as_chinese_schools_write_it(name: str, written: str, meant: object) -> None:
    column = next(c for c in COLUMNS["activities"] if c.name == name)
    assert value_of(written, column) == meant


def test_a_sheet_with_more_cells_than_any_plan_is_refused_unread() -> None:
    book = openpyxl.Workbook()
    assert book.active
    for _ in range(2_001):
        book.active.append(["x"] * 30)
    content = io.BytesIO()
    book.save(content)
    (said,) = problems(content.getvalue())
    assert "too many cells" in said


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["plan.xlsx", "plan.toml"]))
def test_any_bytes_give_a_plan_or_problems(content: bytes, name: str) -> None:
    assert outcome(lambda: plan_file.read(content, name))


ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "9", "25:00", "\0", "月"])


@given(st.dictionaries(st.sampled_from(["grade", "subject", "kind", "days", "start", "minutes", "pages", "odd"]), ODD))
def test_any_values_give_a_plan_or_problems(values: dict[str, Any]) -> None:
    plan = plan_as_dict(plan_of(4, [LESSON]))
    plan["activity"][0] |= values
    assert outcome(lambda: plan_from_dict(plan))
