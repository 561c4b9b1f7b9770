"""The files of a release on the bureau's pages: sent as they were frozen, to their own bureau alone."""

from __future__ import annotations

import hashlib
import io
import random
import re
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.bureau import release_files
from survey.bureau.publishing import summary_of
from survey.release import files, freeze
from survey.release.store import FilePart, FrozenRelease, ReleaseFile
from survey.staff import accounts
from survey.staff.store import Bureau, Deed
from tests.desk import SCHOOL, a_lesson, a_plan, log_in, make_school, save
from tests.pages import page, token
from tests.published import a_release, people, publish

RELEASE = "/bureau/campaigns/told/release/1"


@pytest.fixture
def published(app: Flask) -> Flask:
    """A bureau that has published a round with its files."""
    make_school(app)
    save(app, a_plan(a_lesson(minutes=60)))
    with app.test_request_context():
        desk = db.session("desk")
        bureau = desk.get_one(Bureau, "bureau")
        for login in ("clerk", "second"):
            accounts.add(login, login.title(), "a long password", bureau)
        release = a_release({SCHOOL: people(30, 12, device=20)}, {SCHOOL: "Lotus Primary"})
        publish(release, "bureau")
        frozen = desk.query(FrozenRelease).one()
        files.keep(frozen.id, release_files.made(summary_of(bureau, release), "zh"))
        desk.commit()
    return app


@pytest.fixture
def clerk(published: Flask) -> FlaskClient:
    """Somebody at the bureau."""
    return log_in(published, "clerk")


def test_each_file_is_sent_as_it_was_stored_and_its_digest_is_on_the_page(published: Flask, clerk: FlaskClient) -> None:
    page = clerk.get(f"{RELEASE}?lang=en").text
    with published.app_context():
        stored = {each.name: files.content(each) for each in db.session("desk").query(ReleaseFile)}
    assert set(stored) == {"summary.xlsx", "answers.xlsx", "analysis.xlsx", "tables.zip"}
    for name, content in stored.items():
        sent = clerk.get(f"{RELEASE}/{name}")
        assert sent.data == content
        assert hashlib.sha256(content).hexdigest() in page
        assert f'href="{RELEASE}/{name}"' in page


def test_a_file_of_several_parts_is_sent_whole(published: Flask, clerk: FlaskClient) -> None:
    content = random.Random(1).randbytes(2 * files.PART_BYTES + 1)
    with published.app_context():
        frozen = db.session("desk").query(FrozenRelease).one()
        files.keep(frozen.id, [files.File("schools.xlsx", content, "zh")])
        db.session("desk").commit()
    sent = clerk.get(f"{RELEASE}/schools.xlsx?lang=zh")
    assert (sent.data, sent.content_length) == (content, len(content))


def test_a_file_is_named_in_the_language_of_the_page(clerk: FlaskClient) -> None:
    said = clerk.get(f"{RELEASE}/summary.xlsx?lang=zh").headers["Content-Disposition"]
    assert "filename=jianfu-summary-1-2020-04-02.xlsx" in said
    named = re.search(r"filename\*=UTF-8''([^;]+)", said)
    assert named
    assert unquote(named[1]) == "汇总表_Told round_第1次发布_2020-04-02.xlsx"
    assert "Summary%2C%20Told%20round" in clerk.get(f"{RELEASE}/summary.xlsx?lang=en").headers["Content-Disposition"]


@pytest.mark.parametrize("address", [RELEASE, "/bureau/campaigns/told"])
def test_beside_frozen_files_stands_their_language_where_the_page_speaks_another(
    clerk: FlaskClient, address: str
) -> None:
    assert "Download the Excel summary in Chinese" in page(clerk, address).words
    assert "英语版" not in clerk.get(f"{address}?lang=zh").text
    assert "中文版" not in clerk.get(f"{address}?lang=zh").text


def test_of_the_files_of_a_release_those_in_every_language_are_said_to_be_in_none(clerk: FlaskClient) -> None:
    assert page(clerk, RELEASE).words.count("in Chinese") == 3  # beside the button, the summary and every answer


def test_a_file_that_is_there_already_is_not_sent_again(clerk: FlaskClient) -> None:
    tag = clerk.get(f"{RELEASE}/tables.zip").headers["ETag"]
    again = clerk.get(f"{RELEASE}/tables.zip", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_sheets_of_the_schools_are_made_once_while_the_page_tells_how_far_it_is(
    published: Flask, clerk: FlaskClient
) -> None:
    assert clerk.get(f"{RELEASE}/schools.xlsx").status_code == 404
    page = clerk.get(f"{RELEASE}?lang=en").text
    sent = {"csrf_token": token(page[page.index("Files of this release") :])}
    made = clerk.post(f"{RELEASE}/schools", data=sent).text
    assert "1 of 1 school is written." in made
    assert f'href="{RELEASE}/schools.xlsx"' in made
    content = clerk.get(f"{RELEASE}/schools.xlsx").data
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Index", "Lotus Primary"]
    again = clerk.post(f"{RELEASE}/schools", data=sent)
    assert again.status_code == 303
    assert hashlib.sha256(content).hexdigest() in clerk.get(RELEASE).text
    with published.app_context():
        deeds = [deed.deed for deed in db.session("desk").query(Deed)]
    assert deeds.count("made_school_sheets") == 1


def test_a_file_that_there_was_not_when_a_release_was_frozen_is_not_offered(
    published: Flask, clerk: FlaskClient
) -> None:
    with published.app_context():
        file = db.session("desk").query(ReleaseFile).filter_by(name="answers.xlsx").one()
        db.session("desk").query(FilePart).filter_by(file_id=file.id).delete()
        db.session("desk").delete(file)
        db.session("desk").commit()
    page = clerk.get(f"{RELEASE}?lang=en").text
    assert "Every answer" not in page
    assert page.count("Make them now") == 1


def test_others_can_write_while_the_sheets_are_made(published: Flask, clerk: FlaskClient) -> None:
    page = clerk.get(RELEASE).text
    sent = {"csrf_token": token(page[page.index('id="files"') :])}
    answer = clerk.post(f"{RELEASE}/schools", data=sent, buffered=False)
    parts = answer.iter_encoded()
    while b"1 of 1" not in next(parts):
        pass
    with published.app_context():
        db.begin_writing("desk").get_one(Bureau, "bureau").name = "Renamed"
        db.session("desk").commit()
    assert b"</html>" in b"".join(parts)
    assert clerk.get(f"{RELEASE}/schools.xlsx").status_code == 200


def test_the_sheets_are_made_of_the_release_and_not_of_todays_plans(published: Flask, clerk: FlaskClient) -> None:
    save(published, a_plan(a_lesson(minutes=5)))
    page = clerk.get(f"{RELEASE}?lang=en").text
    sent = {"csrf_token": token(page[page.index("Files of this release") :])}
    assert "Finished" in clerk.post(f"{RELEASE}/schools", data=sent).text
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{RELEASE}/schools.xlsx").data))
    rows = list(book["Lotus Primary"].iter_rows(values_only=True))
    longest = next(row for row in rows if row[1] == "Screen time on the longest day")
    assert longest[3] == 60


def test_files_of_another_bureau_are_not_there(published: Flask) -> None:
    with published.app_context():
        other = Bureau(id="other", name="Other", place="CN-34")
        db.session("desk").add(other)
        db.session("desk").flush()
        accounts.add("stranger", "Stranger", "a long password", other)
        db.session("desk").commit()
    stranger, principal = log_in(published, "stranger"), log_in(published, "one")
    for client in (stranger, principal):
        for name in release_files.KINDS:
            assert client.get(f"{RELEASE}/{name}").status_code == 404
    assert stranger.get("/bureau/campaigns/told/summary.xlsx").status_code == 404


def test_a_release_that_is_none_has_no_files(clerk: FlaskClient) -> None:
    assert clerk.get("/bureau/campaigns/told/release/2/summary.xlsx").status_code == 404
    assert clerk.get(f"{RELEASE}/secrets.db").status_code == 404


def test_a_large_district_is_told_how_long_its_files_take(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert release_files.wait_words(12) == ""
        assert "1000 schools this takes up to 4 minutes" in release_files.wait_words(1000)


def test_the_newest_release_is_the_one_without_a_number(published: Flask, clerk: FlaskClient) -> None:
    with published.app_context():
        frozen = freeze.by_id(freeze.ids(["told"])[0])
        assert frozen is not None
        assert frozen.published_on == date(2020, 4, 2)
    assert clerk.get("/bureau/campaigns/told/summary.xlsx").data == clerk.get(f"{RELEASE}/summary.xlsx").data
