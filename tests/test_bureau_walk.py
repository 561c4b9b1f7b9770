"""A clerk's whole way in a real browser, in Chinese: from the roster to the workbook that is sent upwards."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from openpyxl import Workbook
from playwright.sync_api import Browser, Page

from survey import db
from survey.ballot.casting import Entry, cast
from survey.ballot.mixing import mix
from survey.ballot.slips import normalise
from survey.ballot.store import Group
from survey.day import today
from survey.questionnaire.model import Answers
from survey.staff import accounts
from survey.staff.store import Bureau
from tests.browser import check, press, served
from tests.desks import PASSWORD
from tests.rounds import mixer_key
from tests.test_roster import workbook

pytestmark = pytest.mark.browser
SCHOOLS = ("城关小学", '=HYPERLINK("http://x","石桥小学")', "云岭/东山小学")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
SAID: Sequence[Answers] = ({"screen_yesterday": "120_180"}, {"screen_yesterday": "over_240"})


def roster(folder: Path, *, is_right: bool) -> Path:
    """A clerk's own list, with a title; one cell of it wrong."""
    rows: list[list[object]] = [[name, "城镇", grade, 30, 4] for name in SCHOOLS for grade in (3, 4)]
    if not is_right:
        rows[1][3] = "三十"
    book = openpyxl.load_workbook(io.BytesIO(workbook(*rows)))
    for row in book.worksheets[0].iter_rows(min_row=3, max_col=1):
        row[0].data_type = "s"
    path = folder / ("名册.xlsx" if is_right else "有错的名册.xlsx")
    book.save(path)
    return path


def send_roster(page: Page, path: Path) -> None:
    """Choose the file, and see what it does."""
    page.locator("input[type=file]").set_input_files(path)
    press(page.get_by_role("button", name="查看会有哪些变化"))
    check(page)


def answered_by(app: Flask, codes: Sequence[str]) -> int:
    """How many people with these slips have answered; which group a slip is of, the store knows."""
    taken = 0
    with app.app_context():
        groups = [group.id for group in db.session("ballots").query(Group)]
        for number, code in enumerate(codes):
            said = SAID[number % len(SAID)]
            taken += any(cast(Entry(group, f"ack-{code}", normalise(code)), said) for group in groups)
    return taken


def press_twice(page: Page, name: str) -> None:
    """Press a button that asks once more, and the button of the page that asks."""
    press(page.locator("main").get_by_role("link", name=name, exact=True))
    check(page)
    press(page.locator("main form button.button").first)
    check(page)


def test_a_clerk_goes_from_the_roster_to_the_downloaded_workbook(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        bureau = Bureau(name="青禾县教育局", place="CN-34")
        db.session("desk").add(bureau)
        db.session("desk").flush()
        accounts.add("clerk", "李老师", PASSWORD, bureau)
        db.session("desk").commit()
    with served(app) as address:
        page = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True).new_page()
        page.goto(f"{address}/staff/login?lang=zh")
        page.get_by_label("用户名").fill("clerk")
        page.get_by_label("密码").fill(PASSWORD)
        press(page.locator("main").get_by_role("button", name="登录"))
        check(page)

        page.goto(f"{address}/bureau/schools/roster")
        send_roster(page, roster(tmp_path, is_right=False))
        assert "D4" in page.locator("main").inner_text()
        page.goto(f"{address}/bureau/schools/roster")
        send_roster(page, roster(tmp_path, is_right=True))
        press(page.get_by_role("button", name="确认导入"))
        check(page)
        assert all(name in page.locator("main").inner_text() for name in SCHOOLS)

        press(page.get_by_role("link", name="问卷", exact=True))
        page.get_by_label("名称").fill("春季第一轮")
        page.locator("[name=closes_on]").fill((today() + timedelta(days=7)).isoformat())
        for role in ("pupil", "teacher"):
            page.locator(f"[name=roles][value={role}]").uncheck()
        press(page.get_by_role("button", name="建立草稿"))
        check(page)
        press_twice(page, "开始这一轮")
        round_page = page.url
        press(page.get_by_role("link", name="纸条和海报"))
        check(page)
        with page.context.expect_page() as opened:
            page.locator("main form button.button").first.click()
        paper = opened.value
        paper.get_by_text("纸条已全部生成，现在可以打印。", exact=True).wait_for()
        check(paper)
        codes = CODE.findall(paper.locator("main").inner_text())
        assert answered_by(app, codes) == len(codes) > len(SCHOOLS) * 60

        page.goto(round_page)
        press_twice(page, "结束，不再接收答卷")
        with app.app_context():
            mix(mixer_key(app))
        page.reload()
        press_twice(page, "发布结果")
        with page.expect_download() as download:
            page.get_by_role("link", name="下载 Excel 汇总").click()
        download.value.save_as(tmp_path / "summary.xlsx")
    held_against(openpyxl.load_workbook(tmp_path / "summary.xlsx"), len(codes))


def held_against(book: Workbook, people: int) -> None:
    """The workbook is in Chinese, counts everybody, names every school as it is called, and computes nothing."""
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"黑体", "仿宋"} <= {cell.font.name for cell in cells}
    assert set(SCHOOLS) <= {cell.value for cell in cells}
    cover = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert people in cover
