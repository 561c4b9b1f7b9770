"""The pages of norms and families in a real browser: both widths, both languages, all the way to the new score."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from estimator.families import PACKAGE
from survey import db
from survey.planning.assessments import weigh_district
from survey.planning.store import FamiliesChoice
from survey.staff.store import Bureau
from tests.browser import NARROW, WIDE, check, press
from tests.demo_town import password
from tests.test_bureau_screens import at_desk
from tests.test_own_norms import SOUND

pytestmark = pytest.mark.browser
TOWN = (PACKAGE / "urban.toml").read_text(encoding="utf-8").replace("[0.38, 0.53, 0.08, 0.01]", "[0.9, 0.1]")
CHOSEN = ("measure", "first_grade", "last_grade")


def sound(page: Page, width: int) -> None:
    """No rule of axe is broken, whatever is opened, and nothing is wider than the screen."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def fill(page: Page) -> None:
    """The form as in [sound]."""
    for name, said in SOUND.items():
        if name in CHOSEN:
            page.locator(f"#{name}").select_option(said)
        elif name == "confidence":
            page.locator(f"input[value={said}]").check()
        else:
            page.locator(f"#{name}").fill(said)


def scores(town: Flask) -> list[float]:
    """What every school scores now."""
    with town.app_context():
        weighed = weigh_district(db.session("desk").get_one(Bureau, "demo"))
        return [weighed[school].assessment.school.score for school in sorted(weighed)]


def submit(page: Page) -> None:
    """Press the first button of the page's own form."""
    press(page.locator("main form .buttons button").first)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_norm_is_typed_looked_at_put_in_force_and_taken_back(
    town: Flask, browser: Browser, address: str, width: int, language: str
) -> None:
    before = scores(town)
    page = at_desk(browser, address, password(town, "bureau"), width)
    page.goto(f"{address}/bureau/norms?lang={language}")
    sound(page, width)
    page.goto(f"{address}/bureau/norms/new")
    submit(page)
    sound(page, width)
    fill(page)
    submit(page)
    sound(page, width)
    press(page.locator("button[name=again]"))
    assert page.locator("#issuer").input_value() == SOUND["issuer"]
    submit(page)
    assert scores(town) == before
    press(page.locator("button[name=in_force]"))
    sound(page, width)
    assert all(now >= then for now, then in zip(scores(town), before, strict=True))
    assert scores(town) != before
    press(page.locator("a[href*=take-back]").first)
    sound(page, width)
    submit(page)
    assert scores(town) == before
    page.context.close()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_families_file_is_uploaded_looked_at_and_put_in_force_as_it_was_written(
    town: Flask, browser: Browser, address: str, width: int
) -> None:
    page, text = at_desk(browser, address, password(town, "bureau"), width), f"{TOWN}# {width}\n"
    page.goto(f"{address}/bureau/families")
    sound(page, width)
    page.locator("input[value=own]").check()
    page.locator("#urban").set_input_files(
        {"name": "城镇.toml", "mimeType": "text/plain", "buffer": TOWN.replace("0.9, 0.1", "0.9, 0.9").encode()}
    )
    submit(page)
    sound(page, width)
    page.go_back()
    page.locator("input[value=own]").check()
    page.locator("#urban").set_input_files({"name": "城镇.toml", "mimeType": "text/plain", "buffer": text.encode()})
    submit(page)
    sound(page, width)
    press(page.locator("button[name=in_force]"))
    sound(page, width)
    with town.app_context():
        newest = db.session("desk").query(FamiliesChoice).order_by(FamiliesChoice.number.desc()).first()
        assert newest
        assert newest.files == {"urban": text}
    page.context.close()
