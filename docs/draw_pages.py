"""Draw docs/screenshots: questionnaires on a phone; a principal's, a bureau's, and a helper's pages; what is printed.

    .venv/bin/python docs/draw_pages.py

Makes an installation of its own in a temporary folder; needs the browser of the tests, Chinese
fonts, LibreOffice and pdftoppm.
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

from draw_bureau import draw_bureau, draw_files, draw_invitations, draw_paper, make_rounds
from draw_help import draw_a_request, draw_help, draw_slip_backs
from drawing import A4, FOLDER, HEIGHT, MARGIN, WIDTHS, at_desk, password_of, save, save_paper
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

from survey import create_app, db
from survey.config import LANGUAGES
from survey.look import LARGE, PINYIN
from survey.planning.plans import current, plan_of, save_plan
from survey.questionnaire import built_in
from survey.staff import accounts
from survey.staff.store import School
from tests.browser import FLAGS, find_browser
from tests.rounds import a_group, mixer_key

WIDTH, GAP = 360, 12
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
LOGIN = "shiyan"
NEW_SCHOOL = "new-school"  # the login of one on its first day
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
        browser = playwright.chromium.launch(
            executable_path=found.program, args=list(FLAGS), env={**os.environ, **found.environment}
        )
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
    told = make_rounds(app)
    for width in WIDTHS:
        page = at_desk(app, browser, address, LOGIN, width)
        for name, (path, languages) in DESK.items():
            for language in languages:
                page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
                save(page.screenshot(full_page=True), f"{name}-{language}-{width}")
        page.close()
        page = at_desk(app, browser, address, NEW_SCHOOL, width, password_of(app, LOGIN))
        page.goto(f"{address}/school/?lang=zh")
        save(page.screenshot(full_page=True), f"first-day-zh-{width}")
        page.close()
        draw_help(app, browser, address, width)
        draw_bureau(app, browser, address, told, width)
    verdict = at_desk(app, browser, address, LOGIN, A4[0] - 2 * MARGIN)
    verdict.goto(f"{address}/school/verdict?lang=zh")
    save_paper(verdict, "verdict-a4-zh")
    draw_paper(app, browser, address, told)
    draw_files(app, browser, address, told)
    draw_slip_backs(app, browser, address, told["printed"])
    draw_a_request(app, browser, address, WIDTH)
    draw_invitations(app, browser, address)  # the last, for it makes schools


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
