"""Draw docs/screenshots: the pages of each questionnaire on a phone; a principal's pages, wide and narrow.

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
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

from survey import create_app
from survey.config import LANGUAGES, LOGINS_FILE
from survey.look import LARGE, PINYIN
from survey.questionnaire import built_in
from tests.browser import FLAGS, find_browser
from tests.rounds import a_group, mixer_key

FOLDER = Path(__file__).resolve().parent / "screenshots"
WIDTH, HEIGHT, GAP = 360, 740, 12
BETWEEN = (217, 213, 201)
DESK = {"school": "/school/", "life": "/school/life", "results": "/school/results", "verdict": "/school/verdict"}
LOGIN, WIDTHS, MOST_HEIGHT = "shiyan", (360, 1280), 2200
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
    logins = (app.config["SETTINGS"].instance / LOGINS_FILE).read_text(encoding="utf-8")
    password = next(line.split()[1] for line in logins.splitlines() if line.split()[:1] == [LOGIN])
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": HEIGHT})
        page.goto(f"{address}/staff/login?lang=zh")
        page.locator("[name=login]").fill(LOGIN)
        page.locator("[name=password]").fill(password)
        page.locator("main button").click()
        for name, path in DESK.items():
            page.goto(f"{address}{path}?lang=zh")
            shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
            shown = shot.crop((0, 0, width, min(shot.height, MOST_HEIGHT)))
            shown.convert("RGB").quantize(64).save(FOLDER / f"{name}-zh-{width}.png", optimize=True)
        page.close()


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
