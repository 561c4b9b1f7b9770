"""Draw docs/screenshots: questionnaires on a phone; help by name; a principal's pages, wide, narrow and on paper.

    .venv/bin/python docs/draw_pages.py

Makes an installation of its own in a temporary folder; needs the browser and the fonts of the tests' machine.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

from survey import create_app, db
from survey.assistance import doors
from survey.config import LANGUAGES, LOGINS_FILE
from survey.look import LARGE, PINYIN
from survey.planning.plans import current, plan_of, save_plan
from survey.questionnaire import built_in
from survey.staff import accounts
from survey.staff.store import School
from tests.browser import FLAGS, find_browser
from tests.rounds import a_group, mixer_key

FOLDER = Path(__file__).resolve().parent / "screenshots"
WIDTH, HEIGHT, GAP = 360, 740, 12
BETWEEN = (217, 213, 201)
# A principal's pages: name of the picture → address, languages it is drawn in.
DESK = {
    "school": ("/school/", LANGUAGES),
    "plan": ("/school/plan?grade=3", LANGUAGES),
    "lesson": ("/school/plan/lesson?grade=3&day=tue", ("zh",)),
    "verdict": ("/school/verdict", LANGUAGES),
    "advice": ("/school/advice", LANGUAGES),
    "measure": ("/school/measures/3/families_short_of_device", LANGUAGES),
    "score": ("/school/score/1", ("zh",)),
    "versions": ("/school/versions", ("zh",)),
    "life": ("/school/life", ("zh",)),
    "results": ("/school/results", ("zh",)),
}
# Help by name, in the demo's synthetic district: whose page, and its address.
HELP = {
    "help-list": ("shiyan", "/assistance/"),
    "help-stock": ("shiyan", "/assistance/stock"),
    "help-paper": ("shiyan", "/assistance/print"),
    "help-needs": ("shiyan", "/school/needs"),
    "help-district": ("bureau", "/assistance/district"),
}
LOGIN, WIDTHS, MOST_HEIGHT = "shiyan", (360, 1280), 2200
NEW_SCHOOL = "new-school"  # the login of one on its first day
A4, MARGIN = (794, 1123), 57  # 210 × 297 mm and 15 mm, in pixels of 1/96 inch
LOOKS = {"parent": LARGE, "pupil_younger": PINYIN}  # shown once each, besides the usual look


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = create_app(Path(folder))
        mixer_key(app)
        server = create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        found = find_browser()
        assert found is not None, "no browser was found"
        environment = {**os.environ, **found.environment}
        browser = playwright.chromium.launch(executable_path=found.program, args=list(FLAGS), env=environment)
        address = f"http://127.0.0.1:{server.effective_port}"
        for name, language in product(sorted(built_in()), LANGUAGES):
            draw(app, browser, address, name, language, "")
        for name, look in LOOKS.items():
            draw(app, browser, address, name, "zh", look)
        draw_desk(app, browser, address)
        browser.close()


def draw(app: Flask, browser: Browser, address: str, name: str, language: str, look: str) -> None:
    """Write one picture."""
    with app.app_context():
        link = f"{address}/open/{a_group(questionnaire=name).id}?lang={language}&look={look}"
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(link)
    shots = [Image.open(io.BytesIO(shot)) for shot in pages(page)]
    page.close()
    sheet = Image.new("RGB", ((WIDTH + GAP) * len(shots) - GAP, max(shot.height for shot in shots)), BETWEEN)
    for place, shot in enumerate(shots):
        sheet.paste(shot, (place * (WIDTH + GAP), 0))
    sheet = sheet.quantize(64)
    sheet.save(FOLDER / f"answering-{name}-{language}{'-' + look if look else ''}-360.png", optimize=True)


def draw_desk(app: Flask, browser: Browser, address: str) -> None:
    """Write a picture of each of a principal's pages, in the demo district."""
    made = app.test_cli_runner().invoke(args=["demo"])
    assert made.exit_code == 0, made.output
    change_once(app)
    for width in WIDTHS:
        page = at_desk(app, browser, address, LOGIN, width)
        for name, (path, languages) in DESK.items():
            for language in languages:
                page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
                save(page.screenshot(full_page=True), f"{name}-{language}-{width}")
        page.close()
        page = at_desk(app, browser, address, NEW_SCHOOL, width)
        page.goto(f"{address}/school/?lang=zh")
        save(page.screenshot(full_page=True), f"first-day-zh-{width}")
        page.close()
        draw_help(app, browser, address, width)
    draw_paper(at_desk(app, browser, address, LOGIN, A4[0] - 2 * MARGIN), address)


def draw_help(app: Flask, browser: Browser, address: str, width: int) -> None:
    """Write the pages of help by name: a family's in both languages, the school's and the bureau's."""
    with app.app_context():
        link = f"{address}/help/{doors.of_school(f'demo-{LOGIN}').id}"
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


def change_once(app: Flask) -> None:
    """A version of the plan with lessons half as long, and the first one taken back; a school without a plan."""
    with app.app_context():
        school = db.session("desk").get_one(School, f"demo-{LOGIN}")
        version = current(school.id)
        assert version is not None
        plan = plan_of(version)
        shorter = (replace(a, minutes=a.minutes // 2) for a in plan.activities)
        save_plan(school, replace(plan, activities=tuple(shorter)), LOGIN)
        save_plan(school, plan, LOGIN)
        new = School(id=NEW_SCHOOL, bureau=school.bureau, name="新城小学", setting="urban", enrolment=[])
        db.session("desk").add(new)
        accounts.add(NEW_SCHOOL, new.name, password_of(app, LOGIN), school.bureau, new)
        db.session("desk").commit()


def password_of(app: Flask, login: str) -> str:
    """A demo account's password; the new school has that of the one that is drawn."""
    logins = (app.config["SETTINGS"].instance / LOGINS_FILE).read_text(encoding="utf-8")
    return next(line.split()[1] for line in logins.splitlines() if line.split()[:1] == [login])


def at_desk(app: Flask, browser: Browser, address: str, login: str, width: int) -> Page:
    """A page of somebody who has logged in."""
    page = browser.new_context(viewport={"width": width, "height": HEIGHT}).new_page()
    page.goto(f"{address}/staff/login?lang=zh")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password_of(app, LOGIN if login == NEW_SCHOOL else login))
    page.locator("main button").click()
    return page


def save(shot: bytes, name: str) -> None:
    """Write a page's picture, cut where it grows long, in few colours."""
    whole = Image.open(io.BytesIO(shot))
    shown = whole.crop((0, 0, whole.width, min(whole.height, MOST_HEIGHT)))
    shown.convert("RGB").quantize(64).save(FOLDER / f"{name}.png", optimize=True)


def draw_paper(page: Page, address: str) -> None:
    """Write the verdict as it is printed, on a sheet of A4 with its margins."""
    page.emulate_media(media="print")
    page.goto(f"{address}/school/verdict?lang=zh")
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    sheet = Image.new("RGB", A4, "white")
    sheet.paste(shot, (MARGIN, MARGIN))
    sheet.quantize(64).save(FOLDER / "verdict-a4-zh.png", optimize=True)


def pages(page: Page) -> Iterator[bytes]:
    """Each page on the way, answered with the first choices."""
    yield page.screenshot(full_page=True)
    page.locator("main button.button").click()
    while True:
        page.locator("h1:focus").wait_for()
        for question in page.locator("fieldset.question:visible").all():
            question.locator("label.option").first.click()
        yield page.screenshot(full_page=True)
        if page.locator("#questions").count() == 0:
            return
        number = page.locator("#questions").get_attribute("data-n")
        page.locator(".buttons button.button >> nth=0").click()
        page.locator(f'#questions[data-n="{number}"]').wait_for(state="detached")
        if page.locator("[data-done]").count():
            yield page.screenshot(full_page=True)
            return


if __name__ == "__main__":
    main()
