"""What every picture in docs/screenshots is drawn with: a served installation, somebody at a desk, few colours."""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from survey.config import LOGINS_FILE, Settings

FOLDER = Path(__file__).resolve().parent / "screenshots"
HEIGHT, MOST_HEIGHT = 740, 2200
WIDTHS = (360, 1280)
A4, MARGIN = (794, 1123), 57  # 210 × 297 mm and 15 mm, in pixels of 1/96 inch
COLOURS = 64


def password_of(app: Flask, login: str) -> str:
    """A demo account's password."""
    settings: Settings = app.config["SETTINGS"]
    logins = (settings.instance / LOGINS_FILE).read_text(encoding="utf-8")
    return next(line.split()[1] for line in logins.splitlines() if line.split()[:1] == [login])


def at_desk(app: Flask, browser: Browser, address: str, login: str, width: int, secret: str = "") -> Page:
    """A page of somebody who has logged in; by their own password, or by one that is told."""
    page = browser.new_context(viewport={"width": width, "height": HEIGHT}).new_page()
    page.goto(f"{address}/staff/login?lang=zh")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(secret or password_of(app, login))
    page.locator("main button").click()
    return page


def save(shot: bytes, name: str) -> None:
    """Write a page's picture, cut where it grows long, in few colours."""
    whole = Image.open(io.BytesIO(shot))
    shown = whole.crop((0, 0, whole.width, min(whole.height, MOST_HEIGHT)))
    shown.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def save_paper(page: Page, name: str) -> None:
    """Write what a page prints, as the first sheet of A4 with its margins."""
    page.emulate_media(media="print")
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    sheet = Image.new("RGB", A4, "white")
    shown = shot.crop((0, 0, shot.width, min(shot.height, A4[1] - 2 * MARGIN)))
    sheet.paste(shown, (MARGIN, MARGIN))
    sheet.quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
