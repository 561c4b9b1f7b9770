"""A principal's walks in a real browser, in Chinese: by mouse, by keyboard alone, and with scripts off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from survey import create_app, db
from survey.planning.assessments import weigh_school
from survey.staff.store import School
from tests.browser import check, press, served
from tests.desk import PASSWORD, SCHOOL, a_lesson, a_plan, make_school, save

pytestmark = pytest.mark.browser
MOST_TABS = 250
MOST_WAIT_MS = 10_000


@dataclass(frozen=True)
class Hand:
    """How somebody uses a page."""

    page: Page
    by_keyboard: bool
    scripts: bool

    def press(self, what: Locator) -> None:
        """A link or a button that leads to another page."""
        with self.page.expect_navigation():
            self.touch(what)

    def touch(self, what: Locator) -> None:
        """A link or a button."""
        if self.by_keyboard:
            self.reach(what)
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def fill(self, what: Locator, words: str) -> None:
        """A field."""
        if self.by_keyboard:
            self.reach(what)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(words)
        else:
            what.fill(words)

    def tick(self, what: Locator) -> None:
        """A box."""
        if self.by_keyboard:
            self.reach(what)
            self.page.keyboard.press("Space")
        else:
            what.click()

    def reach(self, what: Locator) -> None:
        """Go there by the tabulator alone, from the top of the page."""
        self.page.evaluate("document.activeElement.blur()")
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if what.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"The tabulator does not reach {what}.")


@pytest.fixture
def school(tmp_path: Path) -> Flask:
    """A school whose plan copies the classroom onto the screen."""
    app = create_app(instance=tmp_path / "instance")
    make_school(app)
    heavy = [
        a_lesson(grade=grade, subject=subject, kind="live", start=start, minutes=40, homework_minutes=20, check_in=True)
        for grade in (3, 4)
        for subject, start in (("语文", "08:30"), ("数学", "09:20"), ("英语", "10:10"))
    ]
    save(app, a_plan(*heavy))
    return app


@pytest.fixture
def address(school: Flask) -> Iterator[str]:
    """The school, served."""
    with served(school) as found:
        yield found


@pytest.fixture(params=["mouse", "keyboard", "no script"])
def hand(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Hand]:
    """Somebody who has logged in."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=request.param != "no script", locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(MOST_WAIT_MS)
    hand = Hand(page, by_keyboard=request.param == "keyboard", scripts=request.param != "no script")
    page.goto(f"{address}/staff/login?lang=zh")
    hand.fill(page.get_by_label("用户名"), "one")
    hand.fill(page.get_by_label("密码"), PASSWORD)
    hand.press(page.locator("main").get_by_role("button", name="登录"))
    yield hand
    context.close()


def look(hand: Hand) -> None:
    """No page breaks a rule that axe knows; where scripts are off, axe cannot run."""
    if hand.scripts:
        check(hand.page)


def test_from_an_overloaded_plan_to_an_advised_one_with_no_flag(school: Flask, hand: Hand) -> None:
    page = hand.page
    look(hand)
    hand.press(page.get_by_role("link", name="最少改哪些就能达标？"))
    look(hand)
    hand.press(page.get_by_role("button", name=re.compile("新版本|采用|采纳")))
    page.get_by_text("已保存为第 2 版").wait_for()
    assert page.get_by_text("计划没有超过任何适用的规定").count() == 1
    look(hand)
    with school.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, SCHOOL))
    assert weighed
    assert weighed.assessment.school.norms_broken == 0
    hand.press(page.get_by_role("link", name="比较各版"))
    look(hand)
    for grade in weighed.assessment.grades.values():
        assert f"→ {round(grade.score)}" in page.locator(f"#grade-{grade.grade} + p").inner_text()


def test_a_lesson_is_shortened_entered_and_removed(school: Flask, hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="计划", exact=True))
    look(hand)
    hand.press(page.get_by_role("link", name="语文").first)
    look(hand)
    hand.fill(page.get_by_label("分钟", exact=True), "20")
    hand.press(page.get_by_role("button", name="存入草稿"))
    assert page.get_by_text("分钟 40 → 20").count() == 1
    hand.press(page.get_by_role("link", name="在星期六添加").or_(page.get_by_role("link", name="在星期五添加")))
    hand.fill(page.get_by_label("科目或任务"), "家务")
    hand.tick(page.get_by_label("四年级"))
    hand.press(page.get_by_role("button", name="存入草稿"))
    look(hand)
    hand.press(page.get_by_role("link", name="数学").first)
    hand.press(page.get_by_role("button", name="删除"))
    hand.press(page.get_by_role("button", name="启用并查看负担"))
    page.get_by_text("已保存为第 2 版").wait_for()
    with school.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, SCHOOL))
    assert weighed
    told = [(a.grade, a.subject, a.minutes, len(a.days)) for a in weighed.plan.activities]
    assert told == [
        (3, "语文", 20, 5), (3, "英语", 40, 5), (4, "语文", 40, 5), (4, "数学", 40, 5), (4, "英语", 40, 5),
        (3, "家务", 20, 1), (4, "家务", 20, 1),
    ]  # fmt: skip


def test_excel_down_changed_and_up(school: Flask, hand: Hand, tmp_path: Path) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="计划", exact=True))
    with page.expect_download() as download:
        hand.touch(page.get_by_role("link", name="下载计划"))
    path = tmp_path / "plan.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book["安排"]
    minutes = next(cell for cell in sheet[1] if cell.value == "分钟")
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, minutes.column).value = 20
    book.save(path)
    page.locator("#file").set_input_files(path)
    hand.press(page.get_by_role("button", name="上传"))
    assert page.get_by_text("草稿，改了 6 处，尚未启用").count() == 1
    look(hand)
    hand.press(page.get_by_role("button", name="启用并查看负担"))
    page.get_by_text("已保存为第 2 版").wait_for()
    with school.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, SCHOOL))
    assert weighed
    assert {a.minutes for a in weighed.plan.activities} == {20}
    whole = weighed.assessment.school
    assert page.get_by_text(f"{round(whole.score)} 分").or_(page.get_by_text(str(round(whole.score)))).count()


def test_the_mouse_drags_a_lesson_and_the_panel_follows_what_is_typed(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/staff/login?lang=zh")
    page.get_by_label("用户名").fill("two")
    page.get_by_label("密码").fill(PASSWORD)
    press(page.locator("main").get_by_role("button", name="登录"))
    page.goto(f"{address}/school/plan")
    press(page.get_by_role("link", name="语文").first)
    panel = page.locator(".panel")
    panel.get_by_text("120 分钟/天").wait_for()
    page.get_by_label("分钟", exact=True).fill("10")
    panel.get_by_text("90 分钟/天").wait_for()
    page.get_by_label("开始时间").fill("")
    panel.get_by_text("还没有填完").wait_for()
    page.get_by_label("开始时间").fill("14:00")
    page.get_by_label("只改星期一这一天").check()
    press(page.get_by_role("button", name="存入草稿"))
    lesson = page.locator('[data-mark][data-day="mon"]', has_text="语文")
    lesson.drag_to(page.locator('[data-mark][data-day="wed"]', has_text="语文"))
    # There is a lesson at that time already: nothing is changed, and that is said.
    page.get_by_text("没有任何改动。").wait_for()
    lesson.drag_to(page.locator('.free[data-day="tue"]'))
    page.locator('[data-mark][data-day="tue"]', has_text="14:00").wait_for()
    assert lesson.count() == 0
