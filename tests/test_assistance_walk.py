"""Help by name in the demo district: a family on a phone without script, school and bureau at desks; axe everywhere."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select

from survey import create_app, db
from survey.assistance import asking, doors, receipts
from survey.assistance.store import HelpRequest, Loan
from survey.demo import district
from survey.demo.assistance import make_requests
from survey.demo.commands import write_logins
from survey.staff.store import Bureau
from tests.browser import LOOKED_AT, check, press
from tests.demo_town import password

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
SCHOOL = "shiyan"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo district with its requests, before any questionnaire."""
    app = create_app(instance=tmp_path_factory.mktemp("helped"))
    with app.app_context():
        write_logins(district.make_district())
        make_requests(db.session("desk").get_one(Bureau, district.BUREAU))
    return app


def a_page(browser: Browser, size: ViewportSize, *, script: bool = True) -> Page:
    """A visitor's page, in Chinese."""
    context = browser.new_context(viewport=size, locale="zh-CN", java_script_enabled=script)
    context.set_default_timeout(15_000)
    return context.new_page()


def at_desk(town: Flask, browser: Browser, address: str, login: str) -> Page:
    """Somebody at a desk."""
    page = a_page(browser, DESK)
    page.goto(f"{address}/staff/login?lang=zh")
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(password(town, login))
    press(page.locator("main").get_by_role("button", name="登录"))
    press(page.get_by_role("link", name="帮扶"))
    return page


def link_of(town: Flask, address: str) -> str:
    """The school's page for families."""
    with town.app_context():
        return f"{address}/help/{doors.of_school(f'demo-{SCHOOL}').id}"


def stored(town: Flask, code: str) -> HelpRequest | None:
    """The request with a receipt code."""
    with town.app_context():
        return asking.of_code(receipts.read(code) or "")


def test_a_request_made_on_a_phone_is_promised_lent_a_tablet_returned_and_erased(
    town: Flask, browser: Browser, address: str
) -> None:
    phone = a_page(browser, PHONE, script=False)
    phone.goto(link_of(town, address))
    press(phone.get_by_role("button", name="提交申请"))
    assert "有 4 处需要更正" in phone.get_by_role("alert").inner_text()
    phone.get_by_label("姓名").fill("示范家长子")
    phone.get_by_label("学校怎样联系您？").fill("电话 000-0000-0099")
    phone.get_by_label("孩子在几年级？").select_option("4")
    phone.get_by_label("设备", exact=True).check()
    phone.get_by_label("用自己的话说说").fill("家里没有平板。")
    press(phone.get_by_role("button", name="提交申请"))
    code = phone.locator("p.code").inner_text()
    assert phone.context.cookies() == []

    desk = at_desk(town, browser, address, SCHOOL)
    check(desk)
    assert "示范家长子" not in desk.locator("main").inner_text()
    press(desk.get_by_role("row").filter(has_text="四年级").get_by_role("link"))
    check(desk)
    assert "示范家长子" in desk.locator("main").inner_text()
    desk.get_by_label("我们提供什么").fill("借一台平板电脑")
    press(desk.get_by_role("button", name="承诺提供这项帮助"))
    desk.get_by_text("借出或发放物品").click()
    desk.get_by_label("哪一件").fill("平板 11")
    press(desk.get_by_role("button", name="借出或发放"))
    check(desk)
    desk.get_by_label("给了什么帮助").fill("平板电脑已领取")
    press(desk.get_by_role("button", name="已办好，办结"))
    check(desk)

    phone.goto(f"{address}/help?lang=zh")
    phone.get_by_label("回执代码").fill(code.lower())
    press(phone.get_by_role("button", name="查询"))
    assert "平板 11" in phone.locator("main").inner_text()
    press(phone.get_by_role("button", name="撤回申请"))
    assert "您还有借用的物品" in phone.locator("main").inner_text()
    press(phone.get_by_role("button", name="撤回并清除"))
    assert "物品待归还" in phone.locator("h1").inner_text()

    desk.reload()
    assert "家里没有平板。" not in desk.locator("main").inner_text()
    check(desk)
    press(desk.get_by_role("link", name="返回列表"))
    check(desk)
    press(desk.get_by_role("link", name="库存和借出"))
    check(desk)
    press(desk.get_by_role("listitem").filter(has_text="平板 11").get_by_role("button", name="已归还"))
    assert "现已清除" in desk.get_by_role("status").inner_text()
    check(desk)
    assert stored(town, code) is None
    phone.goto(f"{address}/help?lang=zh")
    phone.get_by_label("回执代码").fill(code)
    press(phone.get_by_role("button", name="查询"))
    assert "没有这个代码的申请" in phone.locator("h1").inner_text()


def test_without_script_what_was_typed_stays_in_large_print_and_enter_sends_it(
    town: Flask, browser: Browser, address: str
) -> None:
    phone = a_page(browser, PHONE, script=False)
    phone.goto(link_of(town, address))
    phone.get_by_label("姓名").fill("示范家长寅")
    phone.get_by_label("孩子在几年级？").select_option("4")
    phone.get_by_label("设备", exact=True).check()
    for words, shown in (("大字版", "html.large"), ("English", "html[lang=en]")):
        switch = phone.get_by_role("button", name=words)
        box = switch.bounding_box()
        assert box
        assert box["height"] >= 48
        press(switch)
        assert phone.locator(shown).count() == 1
    assert phone.locator("#who").input_value() == "示范家长寅"
    assert phone.locator("#grade").input_value() == "4"
    assert phone.locator("input:checked").count() == 1
    phone.locator("#reach").fill("000-0000-0098")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    assert phone.get_by_role("heading", name="Your request has arrived.").is_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_and_state_of_a_familys_is_without_a_barrier(
    town: Flask, browser: Browser, address: str, language: str, size: ViewportSize
) -> None:
    page, link = a_page(browser, size), link_of(town, address)
    for path in (f"{link}?lang={language}&look=l", f"{address}/help/none?lang={language}", f"{link}?lang={language}"):
        page.goto(path)
        check(page)
    press(page.locator("#send"))
    check(page)
    page.locator("#who").fill("示范家长丑")
    page.locator("#reach").fill("000-0000")
    page.locator("#grade").select_option("2")
    page.locator("#needs").check()
    press(page.locator("#send"))
    check(page)
    code = page.locator("p.code").inner_text()
    page.goto(f"{address}/help?lang={language}")
    page.locator("#code").fill("123")
    press(page.locator("main button"))
    check(page)
    page.locator("#code").fill(code)
    press(page.locator("main button"))
    check(page)
    press(page.locator("button[value=everything]"))
    check(page)
    press(page.locator("main button"))
    press(page.locator("button[value=ask]"))
    check(page)
    press(page.locator("button[value=withdraw]"))
    check(page)
    assert stored(town, code) is None


@pytest.mark.parametrize(("language", "width"), LOOKED_AT)
def test_every_page_of_the_desks_is_without_a_barrier(
    town: Flask, browser: Browser, address: str, language: str, width: int
) -> None:
    school, bureau = (at_desk(town, browser, address, login) for login in (SCHOOL, "bureau"))
    with town.app_context():
        door = doors.of_school(f"demo-{SCHOOL}").id
        ids = db.session("assistance").scalars(select(HelpRequest.id).where(HelpRequest.door == door)).all()
        loans = db.session("assistance").scalars(select(Loan.id).where(Loan.door == door, Loan.end.is_(None))).all()
    paths = ["", "print", "poster", "stock", *(f"requests/{each}" for each in ids), f"requests/{ids[0]}/erase"]
    paths += [f"requests/{ids[0]}/everything", *(f"loans/{each}/lost" for each in loans)]
    for page in (school, bureau):
        page.set_viewport_size({"width": width, "height": 800})
    for path in paths:
        school.goto(f"{address}/assistance/{path}?lang={language}")
        check(school)
    school.goto(f"{address}/school/needs?lang={language}")
    check(school)
    school.goto(f"{address}/assistance/?lang={language}")
    school.get_by_role("checkbox").first.check()
    press(school.locator("main form button").first)
    check(school)
    for path in ("district", f"district/demo-{SCHOOL}", "district/demo-yunling"):
        bureau.goto(f"{address}/assistance/{path}?lang={language}")
        check(bureau)
    bureau.goto(f"{address}/assistance/district?lang={language}")
    press(bureau.locator("main form button").last)
    check(bureau)


def test_tablets_move_between_two_schools(town: Flask, browser: Browser, address: str) -> None:
    desk = at_desk(town, browser, address, "bureau")
    assert "超过 7 天" in desk.locator(".lede").inner_text()
    desk.get_by_label("数量").fill("2")
    desk.get_by_label("调出学校").select_option("青禾县第一中学")
    desk.get_by_label("调入学校").select_option("石桥村小学")
    press(desk.get_by_role("button", name="调拨"))
    assert "已调拨" in desk.get_by_role("status").inner_text()
    stock = desk.get_by_role("region", name="各校库存")
    assert "3／3" in stock.get_by_role("row").filter(has_text="石桥村小学").inner_text()
    assert "13／13" in stock.get_by_role("row").filter(has_text="青禾县第一中学").inner_text()
