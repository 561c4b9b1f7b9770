"""Rounds that a clerk opens, closes and publishes by hand, and what arrives meanwhile."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.ballot.mixing import mix
from survey.campaign import rounds
from survey.day import today
from survey.demo import district
from survey.questionnaire import built_in
from survey.staff.store import Bureau
from tests.campaigns import open_by_hand
from tests.demo_town import ALL_ROLES, at_desk, begin, campaign_path, press, tomorrow
from tests.pages import token
from tests.rounds import mixer_key


@pytest.fixture
def clerk(town: Flask) -> FlaskClient:
    """The bureau's clerk."""
    return at_desk(town, "bureau")


def cells(content: bytes) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Sheet and row, of a workbook read back."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield sheet.title, row


def test_answers_posted_by_hand_show_up_after_publishing_in_the_workbook(town: Flask, clerk: FlaskClient) -> None:
    title = "Slips in spring"
    clerk.get("/bureau/campaigns?lang=en")
    path = begin(clerk, title, "slips")
    page = clerk.get(f"{path}/slips").text
    slip_form = re.search(r'href="([^"]+/slips/[^"]+)">实验小学 · Parents · Grade 3', page)
    assert slip_form
    sheet = clerk.post(slip_form[1].replace("&amp;", "&"), data={"csrf_token": token(page)}).text
    codes = re.findall(r'<p class="figure">([A-Z0-9-]{14})</p>', sheet)
    assert "/results/school/" not in sheet  # too long to read on a slip: posters name it
    assert len(codes) == 303  # 275 pupils and a tenth more, rounded up
    for number, code in enumerate(codes[:11]):
        answer_by_hand(town.test_client(), code, "120_180" if number < 6 else "over_240")
    assert "10+" not in clerk.get(path).text
    tomorrow(town, title)
    assert "10+" in clerk.get(path).text
    assert press(clerk, path, "close").count("still being mixed") == 1
    press(clerk, path, "publish")
    assert "Publish" in clerk.get(path).text or "still being mixed" in clerk.get(path).text
    with town.app_context():
        assert mix(mixer_key(town)) == 11
    press(clerk, path, "publish")
    assert "Release 1, published on" in clerk.get(path).text
    content = clerk.get(f"{path}/answers.xlsx").data
    found = [row for _, row in cells(content) if "How long did your child look at screens for school yesterday?" in row]
    school = {row[3]: row[4] for row in found if row[0] == "实验小学"}
    # Fewer than twenty answers are told in three classes.
    assert list(school.values()) == [0, 6, 5, 0]
    assert "2 to 3 hours" in next(str(words) for words, count in school.items() if count == 6)
    assert clerk.get(f"{path}/answers.xlsx").data == content
    assert "That step was taken already." in press_again(clerk, path)
    for step in ("reopen", "close", "publish"):
        page = press(clerk, path, step)
    assert "No answer has arrived since the last release." in page
    assert clerk.get(f"{path}/release/1/answers.xlsx").data == content
    assert clerk.get(f"{path}/release/2/summary.xlsx").status_code == 404


def test_a_round_closes_after_its_last_day(town: Flask, clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    title = "A short round"
    form = token(clerk.get("/bureau/campaigns?lang=en").text)
    sent = {"csrf_token": form, "title": title, "closes_on": "2000-01-01", "entry": "open_link", **ALL_ROLES}
    assert "This day is over." in clerk.post("/bureau/campaigns", data=sent).text
    clerk.post("/bureau/campaigns", data={**sent, "closes_on": today().isoformat()})
    path = campaign_path(clerk, title)
    open_by_hand(clerk, path)
    assert "Answers arrive until" in clerk.get(path).text
    later = today() + timedelta(days=1)
    monkeypatch.setattr(rounds, "today", lambda: later)
    assert "a release would tell nothing" in clerk.get(path).text


@pytest.mark.parametrize("step", ["open", "close", "reopen"])
def test_a_step_that_was_cut_off_between_two_stores_is_taken_again(
    town: Flask, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = {"open": rounds.open_campaign, "close": rounds.close_campaign, "reopen": rounds.reopen_campaign}
    with town.app_context():
        desk = db.session("desk")
        bureau = desk.get_one(Bureau, district.BUREAU)
        made = rounds.create_campaign(bureau, "Cut off", "open_link", today())
        made.state, made.was_published = rounds.MOVES[step].before[-1], rounds.MOVES[step].is_second
        desk.commit()
        with monkeypatch.context() as power:
            power.setattr(desk, "commit", power_fails)
            with pytest.raises(OSError, match="power"):
                moves[step](made)
        desk.rollback()
        asked = len(rounds.groups_of(made))
        moves[step](made)
        assert made.state == rounds.MOVES[step].after
        assert len(rounds.groups_of(made)) == asked == (132 if step == "open" else 0)
        desk.delete(made)
        desk.commit()


def power_fails() -> None:
    """Nothing after this happens."""
    raise OSError("power")


def press_again(clerk: FlaskClient, path: str) -> str:
    """Publish a second time, with a form kept from before."""
    form = token(clerk.get("/bureau/campaigns").text)
    return clerk.post(f"{path}/publish", data={"csrf_token": form}, follow_redirects=True).text


def answer_by_hand(client: FlaskClient, code: str, screen: str) -> None:
    """A parent with a slip, who answers one question."""
    page = client.post("/a", data={"code": code})
    for _ in built_in()["parent"].pages:
        state = re.search(r'name="state" value="([^"]+)"', page.text)
        assert state
        sent = {"state": state[1], "do": "next", "seen": "print_cost", "screen_yesterday": screen}
        page = client.post("/answer", data=sent)
    assert page.status_code == 303
