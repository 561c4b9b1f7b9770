"""Draw the pages of help by name: a family's on its phone, the school's, the bureau's, and what is printed."""

from __future__ import annotations

from contextlib import suppress

from drawing import A4, HEIGHT, MARGIN, at_desk, save
from flask import Flask
from playwright.sync_api import Browser, Page

from survey import db
from survey.assistance import asking, crowds, doors, once
from survey.assistance.limits import LIMITS
from survey.config import LANGUAGES
from survey.staff.store import School

SCHOOL = "demo-shiyan"
# In the demo's synthetic district: whose page, and its address.
HELP = {
    "help-list": ("shiyan", "/assistance/"),
    "help-stock": ("shiyan", "/assistance/stock"),
    "help-paper": ("shiyan", "/assistance/print"),
    "help-poster": ("shiyan", "/assistance/poster"),
    "help-needs": ("shiyan", "/school/needs"),
    "help-district": ("bureau", "/assistance/district"),
    "help-bureau-school": ("bureau", "/assistance/district/demo-yunling"),
}
REFUSED = ("share", "wait", "full")


def draw_help(app: Flask, browser: Browser, address: str, width: int) -> None:
    """Write the form in both languages, and the desks' pages in Chinese."""
    with app.app_context():
        link = f"{address}/help/{doors.of_school(SCHOOL).id}"
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    for language in LANGUAGES:
        page.goto(f"{link}?lang={language}")
        save(page.screenshot(full_page=True), f"help-ask-{language}-{width}")
    page.close()
    for name, (login, path) in HELP.items():
        page = at_desk(app, browser, address, login, width)
        page.goto(f"{address}{path}?lang=zh")
        save(page.screenshot(full_page=True), f"{name}-zh-{width}")
        if name == "help-list":
            page.locator("table a").nth(2).click()
            save(page.screenshot(full_page=True), f"help-request-zh-{width}")
        page.close()


def draw_a_request(app: Flask, browser: Browser, address: str, width: int) -> None:
    """Write what a family sees after it has asked, in Chinese: receipt, state, withdrawing, and three refusals."""
    with app.app_context():
        door = doors.of_school(SCHOOL).id
        pupils = db.session("desk").get_one(School, SCHOOL).pupils
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    form = f"{address}/help/{door}?lang=zh"
    ask(page, form, f"help-receipt-zh-{width}")
    code = page.locator("p.code").inner_text()
    page.goto(f"{address}/help?lang=zh")
    page.locator("#code").fill(code)
    page.locator("main button").click()
    save(page.screenshot(full_page=True), f"help-state-zh-{width}")
    page.locator("button[value=ask]").click()
    save(page.screenshot(full_page=True), f"help-withdraw-zh-{width}")
    page.locator("button[value=withdraw]").click()
    for name in REFUSED:
        with app.app_context():
            crowd(app, door, pupils, name)
        ask(page, form, f"help-{name}-zh-{width}")
    page.close()


def ask(page: Page, form: str, name: str) -> None:
    """Fill in the form, send it, and write the page that answers."""
    page.goto(form)
    for field, said in (("who", "示范家长壬"), ("reach", "电话 000-0000-0009"), ("words", "家里没有打印机。")):
        page.locator(f"#{field}").fill(said)
    page.locator("#grade").select_option("2")
    page.locator("#send").click()
    save(page.screenshot(full_page=True), name)


def crowd(app: Flask, door: str, pupils: int, name: str) -> None:
    """So many requests that the next one is refused: of one connection today, at this moment, or of the school."""
    if name == "share":
        for _ in range(int(asking.takes(pupils) * LIMITS.connection_share)):
            crowds.note_taken("127.0.0.1", door)
    elif name == "wait":
        for _ in range(crowds.REQUESTS.free):
            app.extensions["help_requests"].note("127.0.0.1")
    else:
        crowds.start(app)
        some = asking.Asked("示范家长癸", "电话 000-0000-0010", 2, ("device",), "")
        with suppress(asking.DoorFull):
            while True:
                asking.ask(door, once.new_form(), some, pupils)


def draw_slip_backs(app: Flask, browser: Browser, address: str, campaign: str) -> None:
    """Write the backs of a school's slips as they are printed."""
    page = at_desk(app, browser, address, "bureau", A4[0] - 2 * MARGIN)
    page.goto(f"{address}/bureau/campaigns/{campaign}/slips/of/{SCHOOL}/backs?lang=zh")
    page.emulate_media(media="print")
    save(page.screenshot(full_page=True), "help-slip-backs-zh")
    page.close()
