"""Names in order: Chinese by pinyin, others by their letters, the same on pages and sheets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from flask import Flask

from survey.words.name_order import name_order
from tests.demo_town import at_desk
from tests.pages import read

CASES = tomllib.loads((Path(__file__).parent / "cases" / "name_order.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_names_stand_in_this_order(case: dict[str, list[str]]) -> None:
    names = case["names"]
    assert sorted(sorted(names), key=name_order) == names


def test_the_bureaus_tables_list_schools_by_pinyin(town: Flask) -> None:
    clerk = at_desk(town, "bureau")
    for path in ("schools", "measures"):
        rows = next(iter(read(clerk.get(f"/bureau/{path}?lang=en").text).tables.values()))[1:]
        names = [row[0] for row in rows if name_order(row[0])[0][1]]
        assert len(names) > 5
        assert names == sorted(names, key=name_order)
        assert names != sorted(names)
