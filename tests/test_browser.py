"""One walk in a real browser, in Chinese: from a parent's first tap to the bureau's Excel cell, axe on every page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from survey import create_app
from survey.ballot.mixing import mix
from survey.demo import district
from tests.browser import check, press
from tests.demo_town import password
from tests.rounds import mixer_key

pytestmark = pytest.mark.browser
QUESTION = "昨天，孩子为了学习一共看了多久屏幕？"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A small demo district."""
    app = create_app(instance=tmp_path_factory.mktemp("browser"))
    result = app.test_cli_runner().invoke(args=["demo", "--answers", "400"])
    assert result.exit_code == 0, result.output
    return app


def log_in(page: Page, address: str, login: str, secret: str) -> None:
    """Log in at a desk."""
    page.goto(f"{address}/staff/login?lang=zh")
    check(page)
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(secret)
    press(page.locator("main").get_by_role("button", name="登录"))


def test_from_a_parents_first_tap_to_the_bureaus_excel_cell(
    town: Flask, browser: Browser, address: str, tmp_path: Path
) -> None:
    desk = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True).new_page()
    log_in(desk, address, "bureau", password(town, "bureau"))
    check(desk)
    press(desk.get_by_role("link", name="学校", exact=True))
    check(desk)
    desk.goto(f"{address}/bureau/campaigns")
    check(desk)
    press(desk.get_by_role("link", name=district.ROUNDS[2].title))
    check(desk)
    round_page = desk.url
    press(desk.get_by_role("link", name="显示链接和二维码"))
    check(desk)
    desk.get_by_text("实验小学").first.click()
    card = desk.locator(".card", has_text="实验小学").filter(has_text="家长").filter(has_text="三年级")
    link = card.get_by_role("link").get_attribute("href")
    assert link

    for number in range(10):
        phone = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=True)
        answer_on_a_phone(phone.new_page(), link, check if number == 0 else lambda _: None)
        assert phone.cookies() == []
        phone.close()

    desk.goto(round_page)
    press(desk.get_by_role("link", name="结束，不再接收答卷"))
    check(desk)
    press(desk.get_by_role("button", name="结束，不再接收答卷"))
    with town.app_context():
        assert mix(mixer_key(town)) >= 10
    desk.goto(round_page)
    check(desk)
    press(desk.get_by_role("link", name="发布结果"))
    press(desk.get_by_role("button", name="发布结果"))
    check(desk)
    press(desk.get_by_role("link", name="全部文件"))
    check(desk)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="答卷明细").click()
    path = tmp_path / "answers.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) if QUESTION in row]
    told = [str(row[4]) for row in rows if row[0] == "实验小学" and "4 小时以上" in str(row[3])]
    # Ten alike are told as a bound, or among others exactly.
    assert [words for words in told if int(re.findall(r"\d+", words)[0]) >= 9]


def answer_on_a_phone(page: Page, link: str, look: Callable[[Page], None]) -> None:
    """A parent who answers one question and sends; each page on the way is looked at."""
    page.goto(f"{link}?lang=zh")
    look(page)
    page.get_by_role("button", name="开始").click()
    page.locator("#questions").wait_for()
    look(page)
    page.get_by_role("group", name=QUESTION).get_by_text("4 小时以上").click()
    while page.get_by_role("button", name="提交我的答卷").count() == 0:
        number = page.locator("#questions").get_attribute("data-n")
        page.get_by_role("button", name="继续").click()
        page.locator(f'#questions:not([data-n="{number}"])').wait_for()
        look(page)
    page.get_by_role("button", name="提交我的答卷").click()
    page.get_by_role("heading", name="谢谢您，答卷已经收到。").wait_for()
    look(page)


def test_a_slips_qr_code_fills_the_field_and_leaves_no_trace_in_the_address(browser: Browser, address: str) -> None:
    phone = browser.new_context(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(f"{address}/a?lang=zh#ABCD-EFGH-JKLM")
    assert page.locator("#code").input_value() == "ABCD-EFGH-JKLM"
    assert page.url == f"{address}/a?lang=zh"
    check(page)
    assert phone.cookies() == []


def test_the_principals_pages_are_accessible(town: Flask, browser: Browser, address: str) -> None:
    for width in (360, 1280):
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        log_in(page, address, "shiyan", password(town, "shiyan"))
        check(page)
        press(page.get_by_role("link", name="最少改哪些就能达标？"))
        check(page)
        press(page.get_by_role("link", name="计划", exact=True))
        check(page)
        press(page.get_by_role("link", name="实际"))
        check(page)
        for path in ("versions", "verdict", "score/1", "measures/1/families_over_budget", "measures/3/screen_minutes"):
            page.goto(f"{address}/school/{path}")
            page.locator("summary").evaluate_all("all => all.forEach(each => each.click())")
            check(page)
        page.goto(f"{address}/school/results")
        check(page)
        open_all(page)
        check(page)
        page.goto(page.locator("section a", has_text="/results/").get_attribute("href") or "")
        check(page)
        open_all(page)
        check(page)


def test_what_has_changed_is_accessible_and_no_page_is_wider_than_a_phone(
    town: Flask, browser: Browser, address: str
) -> None:
    for width in (360, 1280):
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        log_in(page, address, "bureau", password(town, "bureau"))
        page.goto(f"{address}/bureau/campaigns")
        press(page.get_by_role("link", name=district.ROUNDS[1].title))
        press(page.get_by_role("link", name="查看结果"))
        page.get_by_role("heading", name="有哪些变化").wait_for()
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def open_all(page: Page) -> None:
    """Open every part that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def test_the_verdict_is_one_sheet_of_paper(town: Flask, browser: Browser, address: str) -> None:
    page = browser.new_page()
    for login in ("shiyan", "shiqiao", "yizhong", "liulin"):
        log_in(page, address, login, password(town, login))
        for language in ("zh", "en"):
            page.goto(f"{address}/school/verdict?lang={language}")
            check(page)
            printed = page.pdf(format="A4", prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1, (login, language)
        press(page.locator("form button", has_text="Log out"))


def test_the_first_pages_are_accessible(browser: Browser, address: str) -> None:
    page = browser.new_page()
    for path in ("/", "/a", "/nowhere", "/open/nowhere"):
        page.goto(f"{address}{path}?lang=zh")
        check(page)
