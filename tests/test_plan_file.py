"""Plan files: read strictly, every problem at once, nothing a stranger sends does harm."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator import plan_file, plan_workbook
from estimator.cell_words import value_of
from estimator.plan import Plan, PlanProblems, Problem
from estimator.plan_columns import COLUMNS
from estimator.plan_owner import foreign_problems
from estimator.plan_reading import plan_as_dict, plan_from_dict, plan_from_json
from tests.broken_workbooks import done_to
from tests.test_assess import plan_of

HERE = Path(__file__).resolve().parent.parent
LESSON = {"subject": "=Maths", "kind": "live", "start": "09:00", "minutes": 30, "devices": ["phone"], "check_in": True}


CASES = tomllib.loads((HERE / "tests/cases/plan_files.toml").read_text(encoding="utf-8"))["case"]


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


def as_read(read: Callable[[Any], Plan], data: Any) -> Plan | tuple[Problem, ...]:
    """The plan, or what is wrong."""
    try:
        return read(data)
    except PlanProblems as found:
        return found.problems


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"minutes": 0},
        {"minutes": 1},  # as the next, to Python
        {"minutes": True},
        {"check_in": 1},
        {"days": []},
        {"subject": None},
        {"unknown": 1},
        {"grade": 5},
        {"start": None},
        {"start": "23:50"},
        {"start": "09:10"},
    ],
)
def test_a_plan_is_read_from_json_as_from_its_data(odd: dict[str, Any]) -> None:
    data = plan_as_dict(plan_of(4, [LESSON, {**LESSON, "subject": "Other", "start": "10:00"}]))
    data["activity"][1] |= odd
    for changed in (data, {**data, "more": 1}, {**data, "activity": []}, {**data, "week_of": "soon"}, {"grade": 4}):
        assert as_read(plan_from_json, json.dumps(changed)) == as_read(plan_from_dict, changed)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('"buy": 12.5', '"buy": 1e400'),
        ('"buy": 12.5', '"buy": 1e400, "buy": 3'),
        ('"Read"', '"\\ud800"'),
        ('"Read"', '"\ud800"'),
        ('"minutes": 20', '"minutes": NaN'),
        ('"minutes": 20', '"minutes": 20, "minutes": 25'),
    ],
)
def test_odd_json_of_a_plan_is_read_as_python_reads_it(there: str, instead: str) -> None:
    plan = plan_of(4, [LESSON, {"subject": "Read", "kind": "offline", "minutes": 20, "buy": 12.5}])
    text = json.dumps(plan_as_dict(plan))
    assert there in text
    odd = text.replace(there, instead)
    assert as_read(plan_from_json, odd) == as_read(plan_from_dict, json.loads(odd))


def test_overlapping_lessons_of_one_grade_are_told() -> None:
    plan = plan_as_dict(plan_of(4, [LESSON]))
    plan["activity"].append({**plan["activity"][0], "start": "09:20", "subject": "Other"})
    with pytest.raises(PlanProblems, match="overlaps"):
        plan_from_dict(plan)


@pytest.mark.parametrize("kind", ["live", "recorded"])
def test_a_lesson_that_would_end_after_midnight_is_told_where_its_minutes_stand(kind: str) -> None:
    plan = plan_as_dict(plan_of(4, [{**LESSON, "kind": kind, "start": "23:30", "minutes": 30}]))
    assert plan_from_dict(plan).activities[0].minutes == 30
    plan["activity"][0]["minutes"] = 31
    with pytest.raises(PlanProblems) as found:
        plan_from_dict(plan)
    (problem,) = found.value.problems
    assert (problem.where, problem.found) == ("activity 1: minutes", "31")
    assert "Minutes left of that day: 30." in str(problem)


def test_a_data_rate_of_nothing_is_told_by_key_where_there_are_no_cells() -> None:
    lotus = (HERE / "docs/examples/lotus.toml").read_text(encoding="utf-8")
    (told,) = problems(lotus.replace('kind = "live"', 'kind = "live"\nkbps = 0', 1).encode(), "plan.toml")
    assert told.startswith("activity 1: kbps")
    assert "leave it empty: what is usual is taken" in told


def test_full_width_digits_chinese_days_and_chinese_headers_are_understood() -> None:
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook.write(plan_of(4, [LESSON]))))
    sheet = book["activities"]
    sheet["D1"], sheet["D2"], sheet["F2"] = "星期", "周一、周三", "２０"
    content = io.BytesIO()
    book.save(content)
    (activity,) = plan_file.read(content.getvalue(), "plan.xlsx").activities
    assert (activity.days, activity.minutes) == (("mon", "wed"), 20)


def week_of_two_grades() -> Plan:
    """Grades 3 and 4, each with a live lesson and a task on paper."""
    live = {"subject": "Chinese", "kind": "live", "start": "09:00", "minutes": 20}
    paper = {"subject": "Maths", "kind": "offline", "minutes": 15}
    plan = plan_as_dict(plan_of(3, [live, paper]))
    plan["grade"].append({"grade": 4, "pupils": 90, "teachers": 9})
    plan["activity"] += [{**activity, "grade": 4} for activity in plan["activity"]]
    return plan_from_dict(plan)


@pytest.mark.parametrize("case", CASES, ids=[case["does"] for case in CASES])
def test_what_an_office_does_to_a_workbook_is_told_by_cell(case: dict[str, Any]) -> None:
    content = done_to(plan_workbook.write(week_of_two_grades(), case.get("language", "en")), case)
    found = outcome(lambda: plan_file.read(content, "plan.xlsx"))
    if isinstance(found, Plan):
        assert case["told"] == []
    else:
        assert [[p.where, p.found, p.message % dict(p.values)] for p in found] == case["told"]
        assert all(p.remedy % dict(p.values) for p in found)
        assert found


def test_words_that_would_do_are_told_in_the_language_of_the_sheet() -> None:
    case = {"cells": {"安排!C2": "广播", "安排!D3": "每天", "安排!H4": "也许"}}
    content = done_to(plan_workbook.write(week_of_two_grades(), "zh"), case)
    with pytest.raises(PlanProblems) as found:
        plan_file.read(content, "plan.xlsx")
    assert [(p.where, p.values["words"]) for p in found.value.problems] == [
        ("安排!C2", "电视、录播、直播、线下"),
        ("安排!D3", "周一、周二、周三、周四、周五、周六、周日"),
        ("安排!H4", "是、否"),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_keeps_days_and_times_as_text_so_that_no_date_is_made_of_them(language: str) -> None:
    template = openpyxl.load_workbook(io.BytesIO(plan_workbook.write_begun({}, language)))
    filled = openpyxl.load_workbook(io.BytesIO(plan_workbook.write(week_of_two_grades(), language)))
    for book in (template, filled):
        sheet = book.worksheets[2]
        assert {sheet.column_dimensions[letter].number_format for letter in "BDE"} == {"@"}
        assert sheet.column_dimensions["F"].number_format == "General"
    assert {filled.worksheets[2][cell].number_format for cell in ("B2", "D2", "E2")} == {"@"}


@pytest.mark.parametrize(
    ("school", "place", "told"),
    [
        ("Case", "CN-34", {}),
        (" Case ", "CN", {}),
        ("Case", "", {}),
        ("Other", "CN-34", {"school!A2": "Case"}),
        ("Case", "CN-34-01", {"school!B2": "CN-34"}),
        ("Case", "CN-3", {"school!B2": "CN-34"}),
        ("Other", "FR", {"school!A2": "Case", "school!B2": "CN-34"}),
    ],
)
def test_a_plan_of_another_school_or_place_is_told_by_cell(school: str, place: str, told: dict[str, str]) -> None:
    found = plan_file.read_located(plan_workbook.write(plan_of(3, [LESSON])), "plan.xlsx")
    plan, locate = found.plan, found.locate
    assert {p.where: p.found for p in foreign_problems(plan, school, place, locate)} == told


def test_a_plan_of_another_school_is_told_by_key_where_it_has_no_cells() -> None:
    content = (HERE / "docs/examples/lotus.toml").read_bytes()
    found = plan_file.read_located(content, "lotus.toml")
    plan, locate = found.plan, found.locate
    for told in (foreign_problems(plan, "Other", "FR", locate), foreign_problems(plan, "Other", "FR")):
        assert [problem.where for problem in told] == ["school", "place"]
    assert str(foreign_problems(plan, "Other", "CN")[0]) == (
        "school: This is the plan of another school. This desk is of «Other»: upload its own plan, or write its name "
        "here. (found: Lotus Primary)"
    )


@pytest.mark.parametrize(
    "part",
    [
        '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>',
    ],
)
def test_ranges_over_more_cells_than_any_sheet_has_are_refused_unread(part: str) -> None:
    book, changed = io.BytesIO(plan_workbook.write(week_of_two_grades())), io.BytesIO()
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name.endswith("sheet3.xml"):
                content = content.replace(b"</sheetData>", b"</sheetData>" + part.encode())
            after.writestr(name, content)
    (said,) = problems(changed.getvalue())
    assert "reach over too many cells" in said


def test_what_is_wrong_with_a_file_without_cells_is_told_by_key() -> None:
    plan = plan_as_dict(plan_of(4, [LESSON]))
    with pytest.raises(PlanProblems) as found:
        plan_from_dict({**plan, "grade": [], "activity": "none", "place": "Anhui"})
    assert [problem.where for problem in found.value.problems] == ["place", "grade", "activity"]


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


@given(st.binary(max_size=400), st.sampled_from(["plan.xlsx", "plan.toml"]))
def test_any_bytes_give_a_plan_or_problems(content: bytes, name: str) -> None:
    assert outcome(lambda: plan_file.read(content, name))


ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "9", "25:00", "\0", "月"])


@given(st.dictionaries(st.sampled_from(["grade", "subject", "kind", "days", "start", "minutes", "pages", "odd"]), ODD))
def test_any_values_give_a_plan_or_problems(values: dict[str, Any]) -> None:
    plan = plan_as_dict(plan_of(4, [LESSON]))
    plan["activity"][0] |= values
    assert outcome(lambda: plan_from_dict(plan))


IN_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1901, 1, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=90)),
    st.sampled_from(["", " ", "9", "=A1", "#REF!", "1-5", "五-一", "周一至", "25:00", "月", "年级", "minutes"]),
)
ANYWHERE = st.builds(
    "{}!{}{}".format,
    st.sampled_from(["school", "grades", "activities"]),
    st.sampled_from([*"ABCDEFGHIJKLMNOPQRSTU", "BZ"]),
    st.integers(1, 12),
)


@given(
    st.dictionaries(ANYWHERE, IN_CELLS, max_size=12),
    st.lists(st.sampled_from(["grades!2", "activities!C", "school", "activities!1", "grades!A"]), unique=True),
)
def test_any_values_in_any_cells_give_a_plan_or_problems_each_with_its_place(
    cells: dict[str, Any], hidden: list[str]
) -> None:
    content = done_to(plan_workbook.write(week_of_two_grades()), {"cells": cells, "hide": hidden})
    found = outcome(lambda: plan_file.read(content, "plan.xlsx"))
    if not isinstance(found, Plan):
        assert len({problem.where for problem in found}) == len(found)
        assert all(problem.where.split("!")[0] in COLUMNS and str(problem) for problem in found)
