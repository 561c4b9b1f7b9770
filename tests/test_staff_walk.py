"""Staff in a real browser, in Chinese: an invitation on a phone, a second step at the desk, axe on every page."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, ViewportSize

from tests.browser import check, press, served
from tests.desks import PASSWORD, two_districts

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
OVER = "此链接已经用过或已失效。请向教育局索取新的链接。"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Two districts, served."""
    two_districts(app)
    with served(app) as found:
        yield found


def at_desk(browser: Browser, address: str, width: ViewportSize) -> Page:
    """A bureau's clerk, logged in by the password."""
    page = browser.new_context(viewport=width, locale="zh-CN").new_page()
    page.goto(f"{address}/staff/login?lang=zh")
    type_password(page)
    return page


def type_password(page: Page) -> None:
    """Log in as the clerk."""
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    press(page.locator("main").get_by_role("button", name="登录"))


def test_a_bureau_invites_and_a_principal_comes_in_by_phone(browser: Browser, address: str) -> None:
    desk = at_desk(browser, address, DESK)
    press(desk.get_by_role("link", name="学校", exact=True))
    press(desk.get_by_role("link", name="School", exact=True))
    check(desk)
    press(desk.get_by_role("button", name="邀请校长"))
    check(desk)
    link = desk.locator("p.figure").inner_text()

    phone = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    told: list[Request] = []
    phone.on("request", lambda request: told.append(request))
    phone.goto(link)
    check(phone)
    phone.get_by_label("用户名").fill("新校长")
    phone.get_by_label("姓名").fill("王校长")
    phone.get_by_label("新密码", exact=True).fill(PASSWORD)
    press(phone.get_by_role("button", name="开通账号"))
    assert "两次输入的密码不一致" in phone.get_by_role("alert").inner_text()
    check(phone)
    phone.get_by_label("新密码", exact=True).fill(PASSWORD)
    phone.get_by_label("再输入一次新密码").fill(PASSWORD)
    press(phone.get_by_role("button", name="开通账号"))
    phone.wait_for_url("**/school/")
    check(phone)
    press(phone.get_by_role("link", name="账号"))
    check(phone)
    press(phone.get_by_role("link", name="操作记录"))
    check(phone)
    assert "通过邀请链接开通了此账号。" in phone.locator("table").inner_text()
    phone.goto(link)
    assert phone.get_by_role("heading").inner_text() == OVER
    check(phone)
    token = link.rsplit("/", 1)[1]
    assert not [request for request in told if token in request.headers.get("referer", "")]

    desk.goto(f"{address}/staff/trail")
    check(desk)
    assert "邀请链接被拒绝：链接已经用过。" in desk.locator("table").inner_text()
    desk.goto(f"{address}/bureau/schools")
    press(desk.get_by_role("link", name="School", exact=True))
    press(desk.get_by_role("link", name="停用账号 新校长"))
    check(desk)
    press(desk.get_by_role("button", name="停用账号"))
    phone.goto(f"{address}/school/")
    assert phone.get_by_role("heading").inner_text() == "登录"


def test_a_bureau_turns_the_second_step_on_and_logs_in_with_the_code(browser: Browser, address: str) -> None:
    desk = at_desk(browser, address, PHONE)
    press(desk.get_by_role("link", name="账号", exact=True))
    check(desk)
    press(desk.get_by_role("link", name="开启两步验证"))
    check(desk)
    codes = pyotp.TOTP(desk.locator("code").inner_text().replace(" ", ""))
    desk.get_by_label("六位验证码").fill("12")
    desk.get_by_label("密码", exact=True).fill(PASSWORD)
    press(desk.get_by_role("button", name="开启两步验证"))
    check(desk)
    desk.get_by_label("六位验证码").fill(codes.now())
    desk.get_by_label("密码", exact=True).fill(PASSWORD)
    press(desk.get_by_role("button", name="开启两步验证"))
    assert "两步验证已开启" in desk.get_by_role("status").inner_text()
    check(desk)
    press(desk.get_by_role("button", name="退出"))
    type_password(desk)
    check(desk)
    desk.get_by_label("六位验证码").fill(codes.at(time.time(), counter_offset=1))
    press(desk.locator("main").get_by_role("button", name="登录"))
    desk.wait_for_url("**/bureau/")
    press(desk.get_by_role("link", name="账号", exact=True))
    press(desk.get_by_role("link", name="关闭两步验证"))
    check(desk)
