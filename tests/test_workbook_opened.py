"""The workbooks opened by another program, and their charts as they stand in the file."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.utils import range_boundaries

from survey.workbook import LISTINGS, build, tables
from survey.workbook.overview import WITHIN
from tests.office import converted
from tests.test_school_sheets import sheets_of
from tests.test_workbook import summary

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


TRUTHS = ("=TRUE()", "=FALSE()")  # how LibreOffice writes a cell that is true or false


def for_reading(language: str) -> bytes:
    """The summary."""
    return build(summary(), language)


def for_analysing(_language: str) -> bytes:
    """The tables."""
    told = summary()
    return tables.build(tables.tables_of(told), "Round", told.made_on, "Round & one")


def listed(language: str) -> bytes:
    """The listings of every answer."""
    return build(summary(), language, LISTINGS)


def of_schools(language: str) -> bytes:
    """The sheets of the schools."""
    return sheets_of(summary(), language)


BOOKS = (for_reading, listed, for_analysing, of_schools)


def texts(content: bytes) -> dict[str, list[str]]:
    """Sheet → every text that stands in it, in order."""
    return {
        sheet.title: [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets
    }


@pytest.mark.parametrize("make", BOOKS)
def test_another_program_opens_it_and_every_text_is_still_there(
    app: Flask, tmp_path: Path, make: Callable[[str], bytes]
) -> None:
    with app.test_request_context():
        content = make("zh")
    again = converted(content, "xlsx", tmp_path).read_bytes()
    before, after = texts(content), texts(again)
    assert before.keys() == after.keys()
    for name, said in before.items():
        assert [words for words in said if words] == [words for words in after[name] if words not in TRUTHS], name


def test_another_program_prints_it(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context():
        pages = converted(for_reading("zh"), "pdf", tmp_path).read_bytes()
    assert pages.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pages)) >= 10


def test_nothing_is_drawn_where_nothing_is_known(app: Flask) -> None:
    one = summary()
    release = replace(
        one.release, responses=tuple(replace(each, answered=None) for each in one.release.responses), tables=()
    )
    schools = tuple(replace(school, plan=None, assessment=None) for school in one.schools)
    with app.test_request_context():
        content = build(replace(one, release=release, schools=schools), "en")
    assert charts(content) == []
    overview = texts(content)["Overview"]
    assert sum("not shown: fewer than 10" in words for words in overview) == 2
    assert "No school has handed in a plan yet." in overview


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_chart_is_drawn_from_the_table_beside_it(app: Flask, language: str) -> None:
    with app.test_request_context():
        content = for_reading(language)
    overview = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    found = charts(content)
    assert len(found) == 5
    for chart in found:
        title = words_in(beneath(chart, f"{CHART}chart/{CHART}title"))
        assert title
        for series in chart.iter(f"{CHART}ser"):
            names, values, (head,) = (cells(overview, series, part) for part in ("cat", "val", "tx"))
            assert len(names) == len(values) > 0
            assert head.value
            assert all(isinstance(cell.value, str) for cell in names)
            assert {cell.column for cell in names} == {1}
            assert {cell.row for cell in names} == {cell.row for cell in values}
            assert head.row == names[0].row - 1
            assert any(isinstance(cell.value, int | float) for cell in values)


def beneath(node: ET.Element, path: str) -> ET.Element:
    """A part of a part, which has to be there."""
    found = node.find(path)
    assert found is not None, path
    return found


def words_in(node: ET.Element) -> str:
    """What is written in a part of a chart."""
    return "".join(each.text or "" for each in node.iter(f"{DRAWING}t"))


def cells(sheet: Any, series: ET.Element, part: str) -> list[Any]:
    """The cells of a sheet that a part of a series is drawn from."""
    place = next(beneath(series, f"{CHART}{part}").iter(f"{CHART}f"))
    name, _, area = (place.text or "").rpartition("!")
    assert name == f"'{sheet.title}'"
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    return [cell for row in sheet.iter_rows(top, bottom, left, right) for cell in row]


def charts(content: bytes) -> list[ET.Element]:
    """The charts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/charts/"))
        return [ET.fromstring(archive.read(name)) for name in names]


def test_every_axis_is_shown_and_says_what_it_counts(app: Flask) -> None:
    with app.test_request_context():
        found = charts(for_reading("zh"))
    for chart in found:
        axes = [axis for kind in ("catAx", "valAx") for axis in chart.iter(f"{CHART}{kind}")]
        assert len(axes) == 2
        for axis in axes:
            assert beneath(axis, f"{CHART}delete").get("val") == "0"
            assert words_in(beneath(axis, f"{CHART}title"))


def test_bars_beyond_the_limit_have_another_colour(app: Flask) -> None:
    with app.test_request_context():
        content = for_reading("zh")
    words = next(chart for chart in charts(content) if beneath(chart, f".//{CHART}barDir").get("val") == "col")
    beyond = [int(beneath(point, f"{CHART}idx").get("val") or "") for point in words.iter(f"{CHART}dPt")]
    assert beyond == [WITHIN, WITHIN + 1, WITHIN + 2]


@pytest.mark.parametrize("make", BOOKS)
def test_its_rows_and_cells_are_in_order_and_its_names_point_into_it(app: Flask, make: Callable[[str], bytes]) -> None:
    with app.test_request_context():
        content = make("en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ET.fromstring(archive.read(name))
        book = ET.fromstring(archive.read("xl/workbook.xml"))
        sheets = [sheet.get("name") or "" for sheet in book.iter(f"{MAIN}sheet")]
        assert len(sheets) == len([name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")])
        for defined in book.iter(f"{MAIN}definedName"):
            quoted = (defined.text or "").rpartition("!")[0].removeprefix("'").removesuffix("'")
            assert quoted.replace("''", "'") in sheets
        looks = len(ET.fromstring(archive.read("xl/styles.xml")).findall(f"{MAIN}cellXfs/*"))
        for number in range(1, len(sheets) + 1):
            sheet = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            rows = [int(row.get("r") or "") for row in sheet.iter(f"{MAIN}row")]
            assert rows == list(range(1, len(rows) + 1))
            assert all(int(cell.get("s") or "0") < looks for cell in sheet.iter(f"{MAIN}c"))


MADE_ELSEWHERE = """
import hashlib, sys
from pathlib import Path
from survey import create_app
from tests import test_workbook_opened as here
with create_app(instance=Path(sys.argv[1])).test_request_context():
    print([hashlib.sha256(make("zh")).hexdigest() for make in here.BOOKS])
"""


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", MADE_ELSEWHERE, str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
