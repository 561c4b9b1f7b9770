"""Draw the bureau's pages, wide, narrow and on paper, and the printed pages of the files of a release."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

from drawing import A4, COLOURS, FOLDER, MARGIN, WIDTHS, at_desk, save, save_paper
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from survey import db
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.demo import district
from survey.staff.store import Bureau, School
from tests.office import converted

EARLIER, NEWEST, OPEN = (told.title for told in district.ROUNDS)
NEW_ROUNDS = {"draft": "第四轮问卷（示范）", "printed": "第五轮问卷（示范）"}
OWN_NORM = {
    "limit": "60",
    "issuer": "青禾县教育局（示范）",
    "title": "关于在线学习时长的通知（示范）",
    "dated": "2020-03-01",
    "read_at": "https://example.org/",
}
UNINVITED = ("河湾小学", "松岭小学", "南坪小学", "石门小学", "云台小学", "清溪小学")
IN_ENGLISH = ("overview", "measures", "notice")
# Name of the picture → address; {published}, {open}, {draft} and {printed} are rounds.
BUREAU = {
    "overview": "",
    "schools": "schools",
    "a-school": "schools/demo-shiyan",
    "close-school": "schools/demo-shiyan/close",
    "roster": "schools/roster",
    "measures": "measures",
    "standouts": "standouts",
    "gaps": "gaps",
    "needs": "needs",
    "notice": "notice",
    "notice-clause": "notice/N3",
    "notice-school": "schools/demo-shiyan/notice",
    "norms": "norms",
    "norm-form": "norms/new",
    "families": "families",
    "rounds": "campaigns",
    "round-draft": "campaigns/{draft}",
    "round-open": "campaigns/{open}",
    "round-slips": "campaigns/{printed}/slips",
    "reminders": "campaigns/{open}/reminders",
    "release": "campaigns/{published}/release",
}
PAPER = {"measures": "measures", "notice": "notice", "poster": "campaigns/{printed}/posters/demo-shiyan"}
DOTS_AN_INCH = 60
SUMMARY_PAGES, SCHOOL_PAGES = range(1, 9), range(1, 4)


def make_rounds(app: Flask) -> dict[str, str]:
    """Rounds of every state, by their names in the addresses."""
    with app.app_context():
        desk = db.session("desk")
        found = {campaign.title: campaign.id for campaign in desk.query(Campaign)}
        bureau, last = desk.get_one(Bureau, district.BUREAU), today() + timedelta(days=7)
        made = {}
        for name, title in NEW_ROUNDS.items():
            campaign = rounds.create_campaign(bureau, title, "slips", last)
            if name != "draft":
                rounds.open_campaign(campaign)
            desk.commit()
            made[name] = campaign.id
        return {"published": found[NEWEST], "open": found[OPEN], **made}


def draw_bureau(app: Flask, browser: Browser, address: str, told: dict[str, str], width: int) -> None:
    """Write every page of the bureau's desk in Chinese, a few in English too."""
    page = at_desk(app, browser, address, "bureau", width)
    for name, path in BUREAU.items():
        for language in ("zh", "en") if name in IN_ENGLISH else ("zh",):
            page.goto(f"{address}/bureau/{path.format(**told)}?lang={language}")
            save(page.screenshot(full_page=True), f"bureau-{name}-{language}-{width}")
    draw_preview(page, address, width)
    for name in ("trail", "account"):
        page.goto(f"{address}/staff/{name}?lang=zh")
        save(page.screenshot(full_page=True), f"bureau-{name}-zh-{width}")
    page.close()


def draw_preview(page: Page, address: str, width: int) -> None:
    """Write what a norm of the bureau's own would change, before it is in force."""
    page.goto(f"{address}/bureau/norms/new?lang=zh")
    page.locator("[name=measure]").select_option("screen_minutes")
    for field, value in OWN_NORM.items():
        page.locator(f"input[name={field}]").fill(value)
    page.locator("input[name=confidence]").first.check()
    page.locator("main form button.button").first.click()
    save(page.screenshot(full_page=True), f"bureau-norm-preview-zh-{width}")


def draw_paper(app: Flask, browser: Browser, address: str, told: dict[str, str]) -> None:
    """Write a few pages as they print on A4."""
    for name, path in PAPER.items():
        page = at_desk(app, browser, address, "bureau", A4[0] - 2 * MARGIN)
        page.goto(f"{address}/bureau/{path.format(**told)}?lang=zh")
        save_paper(page, f"bureau-{name}-a4-zh")
        page.close()


def draw_invitations(app: Flask, browser: Browser, address: str) -> None:
    """Write the page on which principals are invited, and their cards; makes schools that nobody logs in for."""
    with app.app_context():
        bureau = db.session("desk").get_one(Bureau, district.BUREAU)
        db.session("desk").add_all(School(bureau=bureau, name=name, setting="rural") for name in UNINVITED)
        db.session("desk").commit()
    for width in WIDTHS:
        page = at_desk(app, browser, address, "bureau", width)
        page.goto(f"{address}/bureau/invitations?lang=zh")
        save(page.screenshot(full_page=True), f"bureau-invitations-zh-{width}")
        page.close()
    page = at_desk(app, browser, address, "bureau", A4[0] - 2 * MARGIN)
    page.goto(f"{address}/bureau/invitations?lang=zh")
    page.locator("button[name=whom]").click()
    save_paper(page, "bureau-invitation-cards-a4-zh")
    page.close()


def draw_files(app: Flask, browser: Browser, address: str, told: dict[str, str]) -> None:
    """Write the printed pages of the summary, and of the sheets of the schools, as LibreOffice prints them."""
    page = at_desk(app, browser, address, "bureau", 1280)
    release = f"{address}/bureau/campaigns/{told['published']}/release"
    page.goto(f"{release}?lang=zh")
    page.get_by_role("button", name="现在生成").click()
    page.get_by_role("link", name="下载各校分表").wait_for()
    with tempfile.TemporaryDirectory() as folder:
        for name, pages in (("summary", SUMMARY_PAGES), ("schools", SCHOOL_PAGES)):
            content = page.request.get(f"{release}/1/{name}.xlsx").body()
            place = Path(folder) / name
            place.mkdir()
            save_pages(converted(content, "pdf", place), pages, f"{name}-page")
    page.close()


def save_pages(pdf: Path, pages: range, name: str) -> None:
    """Write some pages of a PDF."""
    command = ["pdftoppm", "-png", "-r", str(DOTS_AN_INCH), "-f", str(pages[0]), "-l", str(pages[-1])]
    subprocess.run([*command, str(pdf), str(pdf.with_suffix(""))], check=True)
    for number, picture in enumerate(sorted(pdf.parent.glob("*.png")), start=1):
        Image.open(picture).convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}-{number}-zh.png", optimize=True)
