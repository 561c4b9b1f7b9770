"""The bureau's pages in a real browser, in each state: on a phone, at a desk, by keyboard, without script, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from survey import db
from survey.charts.drawing import SMALL_WORDS
from survey.staff.store import Bureau
from tests import published
from tests.browser import LOOKED_AT, NARROW, WIDE, check, press, served
from tests.demo_town import password
from tests.desks import PASSWORD, two_districts
from tests.published import a_release, people
from tests.test_bureau_pages import of_told

pytestmark = pytest.mark.browser
PAGES = ("", "schools", "measures", "standouts", "gaps", "needs", "notice", "notice/N7", "notice/N11")
A4_LANDSCAPE_WIDTH = 841  # points, whole
A4_TEXT: ViewportSize = {"width": 680, "height": 1009}  # within margins of 15 mm, in pixels of 1/96 inch
SMALLEST_PRINT, LARGEST_ON_SCREEN = 7 * 96 / 72, 1.6 * SMALL_WORDS  # letters: 7 points; as drawn and a bit, in pixels
CHARTS = """charts => charts.map(chart => {
  const box = chart.getBoundingClientRect();
  const scale = Math.min(box.width / chart.viewBox.baseVal.width, box.height / chart.viewBox.baseVal.height);
  return { left: box.left, right: box.right, height: box.height, scale };
})"""


def at_desk(
    browser: Browser, address: str, secret: str, width: int, login: str = "bureau", script: bool = True
) -> Page:
    """The bureau's clerk, logged in."""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{address}/staff/login?lang=zh")
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(secret)
    press(page.locator("main").get_by_role("button", name="登录"))
    return page


def walk(browser: Browser, address: str, secret: str, login: str = "bureau") -> None:
    """Every page at both widths and in both languages: no rule of axe is broken, nothing is wider than the screen."""
    for width in (NARROW, WIDE):
        page = at_desk(browser, address, secret, width, login)
        for path in PAGES:
            for language in ("zh", "en"):
                page.goto(f"{address}/bureau/{path}?lang={language}")
                page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
                if (language, width) in LOOKED_AT:
                    check(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.context.close()


def nothing(_district: Bureau) -> None:
    """Nothing is published."""


def by_slips(district: Bureau) -> None:
    """A round by slips is published."""
    of_told(district, "slips")


def by_open_links(district: Bureau) -> None:
    """A round by open links is published."""
    of_told(district, "open_link")


def of_few(district: Bureau) -> None:
    """A round in which too few answered to show anything is published."""
    school = district.schools[0]
    published.publish(a_release({school.id: people(4, 2)}, {school.id: school.name}), district.id)


@pytest.mark.parametrize("state", [nothing, by_slips, by_open_links, of_few], ids=lambda state: state.__name__)
def test_every_page_is_accessible_and_fits_in_each_state(
    town: Flask, browser: Browser, address: str, state: Callable[[Bureau], None]
) -> None:
    with town.test_request_context():
        state(db.session("desk").get_one(Bureau, "demo"))
    walk(browser, address, password(town, "bureau"))


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_notice_at_one_school_is_accessible_and_fits_on_both_desks(
    town: Flask, browser: Browser, address: str, width: int
) -> None:
    with town.test_request_context():
        by_slips(db.session("desk").get_one(Bureau, "demo"))
    for login, path in (("bureau", "bureau/schools/demo-shiyan/notice"), ("shiyan", "school/notice")):
        page = at_desk(browser, address, password(town, login), width, login)
        for language in ("zh", "en"):
            page.goto(f"{address}/{path}?lang={language}")
            check(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, language)
        page.context.close()


def test_the_first_day_is_accessible(app: Flask, browser: Browser) -> None:
    two_districts(app)
    with served(app) as address:
        walk(browser, address, PASSWORD, "clerk")


def test_the_heat_table_is_sorted_by_keyboard_and_without_script(town: Flask, browser: Browser, address: str) -> None:
    page = at_desk(browser, address, password(town, "bureau"), WIDE, script=False)
    page.goto(f"{address}/bureau/measures?lang=zh")
    page.get_by_role("link", name="分数").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**plans=score-down*")
    table = page.locator(".heat table").first
    assert table.locator("th[aria-sort=descending]").inner_text().startswith("分数")
    scores = [int(words) for words in table.locator("tbody tr > td:nth-child(3)").all_inner_texts()]
    assert scores == sorted(scores, reverse=True)


def test_on_a_phone_the_schools_stay_in_sight_while_the_measures_are_scrolled(
    town: Flask, browser: Browser, address: str
) -> None:
    page = at_desk(browser, address, password(town, "bureau"), NARROW)
    page.goto(f"{address}/bureau/measures?lang=zh")
    region, name = page.locator(".heat").first, page.locator(".heat tbody th").first
    before = name.bounding_box()
    region.evaluate("region => { region.scrollLeft = 300 }")
    assert region.evaluate("region => region.scrollLeft") == 300
    after = name.bounding_box()
    assert before
    assert after
    assert before["x"] == after["x"]
    assert after["width"] < NARROW / 2


def test_heat_tables_are_printed_across_and_other_pages_upright(town: Flask, browser: Browser, address: str) -> None:
    with town.test_request_context():
        by_slips(db.session("desk").get_one(Bureau, "demo"))
    page = at_desk(browser, address, password(town, "bureau"), WIDE)
    for path in PAGES:
        page.goto(f"{address}/bureau/{path}?lang=zh")
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        boxes = {int(float(found)) for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+)", printed)}
        assert (boxes == {A4_LANDSCAPE_WIDTH}) == (path == "measures"), path
    page.goto(f"{address}/bureau/?lang=zh")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True))) <= 2


def charts_of(page: Page) -> list[dict[str, float]]:
    """Of each chart that is seen, where it stands and how much larger it is than it was drawn."""
    found: list[dict[str, float]] = page.locator("main figure svg[role=img]").evaluate_all(CHARTS)
    return [chart for chart in found if chart["height"]]


def test_a_printed_chart_can_be_read_and_is_no_higher_than_its_page(
    town: Flask, browser: Browser, address: str
) -> None:
    with town.test_request_context():
        by_slips(db.session("desk").get_one(Bureau, "demo"))
    page = at_desk(browser, address, password(town, "bureau"), WIDE)
    page.set_viewport_size(A4_TEXT)
    page.emulate_media(media="print")
    for path in ("", "standouts", "gaps", "needs", "notice"):
        page.goto(f"{address}/bureau/{path}?lang=zh")
        charts = charts_of(page)
        assert charts, path
        assert min(chart["scale"] for chart in charts) * SMALL_WORDS >= SMALLEST_PRINT, path
        assert max(chart["height"] for chart in charts) <= A4_TEXT["height"], path
    assert charts[0]["left"] == 0
    assert round(charts[-1]["right"]) == A4_TEXT["width"]  # the notice's, in two parts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_at_a_desk_a_chart_is_as_wide_as_its_letters_allow(
    town: Flask, browser: Browser, address: str, language: str
) -> None:
    with town.test_request_context():
        by_slips(db.session("desk").get_one(Bureau, "demo"))
    page = at_desk(browser, address, password(town, "bureau"), WIDE)
    for path in ("", "standouts", "gaps", "needs", "notice"):
        page.goto(f"{address}/bureau/{path}?lang={language}")
        charts, column = charts_of(page), page.locator("main > h1").bounding_box()
        assert column, path
        assert max(chart["scale"] for chart in charts) * SMALL_WORDS <= LARGEST_ON_SCREEN, path
        assert max(chart["right"] for chart in charts) - column["x"] >= column["width"] / 2, path


@pytest.mark.parametrize("login", ["bureau", "shiyan"])
def test_at_a_desk_the_header_has_a_row_of_who_one_is_and_a_row_of_where_one_can_go(
    town: Flask, browser: Browser, address: str, login: str
) -> None:
    page = at_desk(browser, address, password(town, login), WIDE, login)
    for language in ("zh", "en"):
        page.goto(f"{address}/{'bureau' if login == 'bureau' else 'school'}/?lang={language}")
        own = page.locator(".top-inner > .brand, .top-inner > .link, .top-inner > form > .link")
        assert len(rows_of(own)) == 1, language
        assert len(rows_of(page.locator(".top nav a"))) == 1, language


def rows_of(links: Locator) -> set[int]:
    """The heights at which these stand on the page."""
    boxes = [link.bounding_box() for link in links.all()]
    assert len(boxes) > 2
    return {round(box["y"] + box["height"] / 2) for box in boxes if box}
