"""The demo's town: its schools with their plans, its people at their desks, its rounds by their buttons."""

from __future__ import annotations

import fcntl
import re
import shutil
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from survey import create_app, db
from survey.campaign import watch
from survey.campaign.store import Campaign
from survey.config import LOGINS_FILE, Settings
from survey.day import today
from survey.demo import district
from survey.demo.commands import write_logins
from tests.campaigns import open_by_hand
from tests.pages import token
from tests.rounds import mixer_key

ALL_ROLES = {"roles": ["parent", "pupil", "teacher"]}
ANSWERS = 1400  # enough that schools of some size show a table in both published rounds


def whole(folder: Path) -> Flask:
    """The demo as its own command makes it, with fewer answers."""
    app = create_app(instance=folder)
    app.testing = True
    result = app.test_cli_runner().invoke(args=["demo", "--answers", str(ANSWERS)])
    assert result.exit_code == 0, result.output
    return app


def copied(first: Path, folder: Path) -> Flask:
    """A copy of the demo in files, which the first process of the tests that wants one makes in the folder `first`."""
    with first.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be making it
        if not first.exists():
            being_made = first.with_suffix(".begun")
            for engine in whole(being_made).extensions["stores"].values():
                engine.dispose()
            being_made.rename(first)
    shutil.copytree(first, folder)
    _forget_what_was_counted()  # in another copy, whose rounds have the same ids
    app = create_app(instance=folder)
    app.testing = True
    return app


def plans_alone(folder: Path) -> Flask:
    """An installation with the demo's schools, plans and accounts; nobody has been asked anything."""
    app = create_app(instance=folder)
    app.testing = True
    mixer_key(app)
    with app.app_context():
        write_logins(district.make_district())
    return app


def password(town: Flask, login: str) -> str:
    """A demo account's password, as it was written down for the owner."""
    settings: Settings = town.config["SETTINGS"]
    text = (settings.instance / LOGINS_FILE).read_text(encoding="utf-8")
    return dict(line.split() for line in text.splitlines()[1:])[login]


def at_desk(town: Flask, login: str) -> FlaskClient:
    """Somebody who has logged in, in English."""
    client = town.test_client()
    page = client.get("/staff/login?lang=en").text
    sent = {"csrf_token": token(page), "login": login, "password": password(town, login)}
    assert client.post("/staff/login", data=sent).status_code == 303
    return client


def campaign_path(clerk: FlaskClient, title: str) -> str:
    """The address of a round."""
    found = re.search(rf'href="(/bureau/campaigns/[^"]+)">{title}', clerk.get("/bureau/campaigns").text)
    assert found
    return found[1]


def begin(clerk: FlaskClient, title: str, entry: str) -> str:
    """The clerk makes a round for all roles and opens it; its address."""
    sent = {"title": title, "closes_on": str(today() + timedelta(days=7)), "entry": entry, **ALL_ROLES}
    clerk.post("/bureau/campaigns", data={"csrf_token": token(clerk.get("/bureau/campaigns").text), **sent})
    path = campaign_path(clerk, title)
    clerk.get(open_by_hand(clerk, path).headers["Location"])  # which counts, for this day, who has answered
    return path


def press(clerk: FlaskClient, path: str, step: str) -> str:
    """Press a button of a round's page and follow where it leads."""
    form = token(clerk.get(path).text)
    return clerk.post(f"{path}/{step}", data={"csrf_token": form}, follow_redirects=True).text


def tomorrow(town: Flask, title: str) -> None:
    """Let a night pass, so that the answers are counted anew."""
    with town.app_context():
        found = db.session("desk").query(Campaign).filter_by(title=title).one()
        assert found.opened_on
        found.counted_on = found.opened_on - timedelta(days=1)
        db.session("desk").commit()
    _forget_what_was_counted()  # it is kept for a day, and this is the same one


def _forget_what_was_counted() -> None:
    for kept in (watch._progress, watch._behind):
        kept.cache_clear()
