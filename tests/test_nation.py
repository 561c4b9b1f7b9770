"""Every school at once gives what `assess()` gives one by one, to the last digit shown."""

from __future__ import annotations

import csv
import math
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimator import families, nation, nation_table
from estimator.assess import MEASURES, assess
from estimator.nation_table import TYPES, Table, encoded, sorted_table
from estimator.plan import DAYS, Activity, Grade, Plan, PlanProblems
from estimator.variants import CAN_SHOW
from survey.demo.plans import plan_of as demo_plan
from tests.test_assess import NORMS

WEEK = date(2020, 3, 9)
DIGITS = 6  # shown of every figure
DISTRICT = tomllib.loads((Path(__file__).parents[1] / "survey/demo/district.toml").read_text(encoding="utf-8"))


def table_of(plans: list[Plan]) -> Table:
    """Plans as the flat table, in no order."""
    rows: list[dict[str, Any]] = []
    for number, plan in enumerate(plans):
        grades = {grade.grade: grade for grade in plan.grades}
        for activity in reversed(plan.activities):
            grade = grades[activity.grade]
            of_grade = {name: getattr(grade, name) for name in nation_table.OF_GRADE}
            rows.append({"school": number, **encoded(activity), **of_grade})
    columns = {name: np.array([row[name] for row in rows], dtype=kind) for name, kind in TYPES.items()}
    return sorted_table([f"school {n}" for n in range(len(plans))], columns)


def scored(plans: list[Plan], own: str) -> nation.Scores:
    """The plans' scores, all at once."""
    return nation.Scorer(families.load(own), NORMS, place="CN-34", day=WEEK, currency="CNY").scores(table_of(plans))


def assert_equal_to_assess(plans: list[Plan], own: str) -> None:
    """Score, dose, norms and every measure of every grade, and the parts of the score."""
    told = scored(plans, own)
    cells = {(int(s), int(g)): n for n, (s, g) in enumerate(zip(told.school, told.grade, strict=True))}
    for number, plan in enumerate(plans):
        for grade, burden in assess(plan, families.load(own), NORMS).grades.items():
            n = cells.pop((number, grade))
            assert told.score[n] == pytest.approx(burden.score, rel=10**-DIGITS)
            assert told.dose[n] == pytest.approx(burden.dose, rel=10**-DIGITS)
            assert (told.norms_broken[n], told.norms_checked[n]) == (burden.norms_broken, burden.norms_checked)
            for name in MEASURES:
                value = burden.measures[name].value if name in burden.measures else 0.0
                assert told.measures[name][n] == pytest.approx(value, rel=10**-DIGITS, abs=1e-12), (number, grade, name)
            parts = {name: points[n] for name, points in told.parts.items() if points[n]}
            assert parts == pytest.approx({k: v for k, v in burden.parts.items() if v}, rel=10**-DIGITS)
    assert not cells


@pytest.mark.parametrize("own", ["urban", "rural"])
def test_the_demo_district_scores_as_assess_says(own: str) -> None:
    week = {key: DISTRICT["bureau"][key] for key in ("place", "week_of", "currency")}
    assert_equal_to_assess([demo_plan(row, **week) for row in DISTRICT["school"]], own)


@st.composite
def lessons(draw: st.DrawFn, grade: int) -> list[Activity]:
    """A grade's activities; timed ones follow one another, some with a rest."""
    made, now = [], 480
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["live", "tv", "recorded", "offline"]))
        minutes = draw(st.sampled_from([7, 20, 35]))
        timed = kind in ("live", "tv") or (kind == "recorded" and draw(st.booleans()))
        able = CAN_SHOW.get(kind, ())
        made.append(
            Activity(
                grade=grade,
                subject="Lesson",
                kind=kind,
                days=tuple(draw(st.sampled_from([DAYS[:5], ("mon",), ("tue", "sat")]))),
                minutes=minutes,
                start_minute=now if timed else None,
                devices=draw(st.sampled_from([able, able[:1], able[1:] or able])),
                required=draw(st.booleans()),
                kbps=draw(st.sampled_from([None, 123.0])),
                pages=draw(st.sampled_from([0, 3])),
                colour=draw(st.booleans()),
                homework_minutes=draw(st.sampled_from([0, 25])),
                adult_minutes=draw(st.sampled_from([0, 15])),
                check_in=draw(st.booleans()),
                upload=draw(st.sampled_from(["none", "photo", "video"])),
                upload_mb=draw(st.sampled_from([0.0, 30.0])),
                buy=draw(st.sampled_from([0.0, 900.0])),
            )
        )
        now += minutes + draw(st.sampled_from([0, 5, 10, 40]))
    return made


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A school of one to four grades."""
    grades = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
    people = [Grade(g, draw(st.integers(0, 60)), draw(st.integers(0, 6)), 0) for g in sorted(grades)]
    people = [Grade(g.grade, g.pupils, g.teachers, g.teachers // 2) for g in people]
    activities = [a for grade in people for a in draw(lessons(grade.grade))]
    return Plan("School", "CN-34", WEEK, "CNY", tuple(people), tuple(activities))


@settings(max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(plans(), min_size=1, max_size=5), st.sampled_from(["urban", "rural"]))
def test_any_schools_score_as_assess_says(listed: list[Plan], own: str) -> None:
    assert_equal_to_assess(listed, own)


def test_chunks_of_schools_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    week = {key: DISTRICT["bureau"][key] for key in ("place", "week_of", "currency")}
    listed = [demo_plan(row, **week) for row in DISTRICT["school"]]
    whole = scored(listed, "rural")
    monkeypatch.setattr(nation, "SCHOOLS_A_CHUNK", 5)
    assert np.array_equal(scored(listed, "rural").score, whole.score)


HEADER = ["school_id", "grade", "kind", "days", "start", "minutes", "pupils", "pages"]


def written(path: Path, *rows: list[object], header: list[str] = HEADER) -> Path:
    """A CSV file of activities."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_a_csv_file_is_read_as_a_plan_is(tmp_path: Path) -> None:
    lesson = ["A", 3, "live", "mon tue", "09:00", 40, 100, 2]
    table = nation_table.read(written(tmp_path / "n.csv", lesson, ["B", 4, "直播", "1-5", "９:00", "20", 50, ""]))
    assert table.schools == ("A", "B")
    assert list(table.columns["days"]) == [0b11, 0b11111]
    assert list(table.columns["start"]) == [540, 540]
    assert list(table.columns["pages"]) == [2, 0]


def test_a_parquet_file_is_read_as_the_csv_is(tmp_path: Path) -> None:
    columns = {
        "school_id": ["A", "B"],
        "grade": [3, 4],
        "kind": ["live", "recorded"],
        "days": [["mon", "tue"], ["fri"]],
        "start": [time(9, 0), None],
        "minutes": [40.0, 20.5],
        "pupils": [100, 50],
        "pages": [2.0, math.nan],
        "check_in": [True, False],
    }
    pyarrow.parquet.write_table(pyarrow.table({**columns, "minutes": [40.0, 20.0]}), tmp_path / "n.parquet")
    rows: list[list[object]] = [
        ["A", 3, "live", "mon tue", "09:00", 40, 100, 2, "yes"],
        ["B", 4, "recorded", "fri", "", 20, 50, "", "no"],
    ]
    of_parquet = nation_table.read(tmp_path / "n.parquet")
    of_csv = nation_table.read(written(tmp_path / "n.csv", *rows, header=[*HEADER, "check_in"]))
    assert of_parquet.schools == of_csv.schools
    assert all(np.array_equal(of_parquet.columns[name], of_csv.columns[name]) for name in of_csv.columns)

    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "n.parquet")
    with pytest.raises(PlanProblems, match="n.parquet row 3: minutes"):
        nation_table.read(tmp_path / "n.parquet")


@pytest.mark.parametrize(("name", "content"), [("n.parquet", b"PAR1"), ("n.csv", b"\xff\xfe"), ("n.json", b"{}")])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PlanProblems, match="cannot be read"):
        nation_table.read(tmp_path / name)


def test_every_wrong_cell_of_the_csv_is_told_by_row_and_column(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["A", 13, "live", "mon", "09:00", 40, 100, 2],
        ["A", 3, "film", "mon", "09:00", -1, 100, 2],
        ["", 3, "live", "mon", "", 20, 100, "NaN"],
    ]
    with pytest.raises(PlanProblems) as found:
        nation_table.read(written(tmp_path / "n.csv", *rows))
    assert [problem.where for problem in found.value.problems] == [
        "n.csv row 2: grade",
        "n.csv row 3: kind",
        "n.csv row 3: minutes",
        "n.csv row 4: school_id",
        "n.csv row 4: pages",
    ]


def test_a_data_rate_of_nothing_is_told_where_a_line_is_needed(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["A", 3, kind, "mon", start, 20, 100, 0]
        for kind, start in (("live", "09:00"), ("recorded", ""), ("tv", "10:00"), ("offline", ""))
    ]
    with pytest.raises(PlanProblems) as found:
        nation_table.read(written(tmp_path / "n.csv", *rows, header=[*HEADER[:-1], "kbps"]))
    assert [problem.where for problem in found.value.problems] == ["n.csv row 2: kbps", "n.csv row 3: kbps"]


def test_contradictions_between_rows_are_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["A", 3, "live", "mon", "09:00", 40, 100, 0],
        ["A", 3, "live", "mon", "09:20", 40, 90, 0],
    ]
    with pytest.raises(PlanProblems) as found:
        nation_table.read(written(tmp_path / "n.csv", *rows))
    assert [problem.where for problem in found.value.problems] == [
        "n.csv: A, grade 3: pupils",
        "n.csv: A, grade 3: mon",
    ]


def test_a_file_without_the_columns_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(PlanProblems, match="school_id"):
        nation_table.read(written(tmp_path / "n.csv", header=["school", "grade"]))
