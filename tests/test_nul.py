"""The character NUL, which one engine keeps in a text and the other refuses: nobody gets an error of it on either."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey import db
from survey.answer_store import Comment
from survey.ballot.groups import take_no_more
from survey.ballot.mixing import SMALLEST_BATCH, mix
from tests.addresses import address_of
from tests.desks import log_in
from tests.pages import token
from tests.rounds import a_group, mixer_key
from tests.test_answering import press

HERE = Path(__file__).resolve().parent.parent
NUL = "%00"
KNOWN = {"number": 1, "grade": 3}
# What a phone or a script may send, and people do not see; PostgreSQL refuses the first two in a text.
UNSEEN = ("\0", "\x01", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\u202e", "\ufeff", "\ufffe", "\ue000")


def test_nothing_is_at_an_address_with_nul_in_place_of_an_id(house: Flask, visitors: dict[str, FlaskClient]) -> None:
    for rule in house.url_map.iter_rules():
        address = address_of(house, rule, KNOWN, other="\0")
        if NUL in address:
            for visitor in visitors.values():
                assert (
                    visitor.open(address, method="POST" if "POST" in (rule.methods or ()) else "GET").status_code == 404
                )
                if "GET" in (rule.methods or ()):
                    assert visitor.get(address).status_code == 404


def test_nothing_is_at_an_address_that_asks_for_nul(house: Flask, visitors: dict[str, FlaskClient]) -> None:
    for rule in house.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for asked in ("search=%00", "%00=1", "page=1&lang=zh&link=a%00b"):
                address = f"{address_of(house, rule, KNOWN)}?{asked}"
                assert [visitor.get(address).status_code for visitor in visitors.values()] == [404] * len(visitors)


def test_an_address_with_nul_gets_the_plain_page_in_the_readers_language(house: Flask) -> None:
    client = house.test_client()
    assert "There is no such page" in client.get("/open/%00?lang=en").text
    assert "没有这个页面" in client.get("/open/%00?lang=zh").text


@pytest.mark.parametrize("fields", [{"login": "a\0b"}, {"\0": "a"}, {"login": ["a", "\0"]}])
def test_a_form_with_nul_is_refused_in_words(house: Flask, fields: dict[str, str]) -> None:
    client = house.test_client()
    form = {"csrf_token": token(client.get("/staff/login").text), "password": "a", **fields}
    for language, said in (("en", "What was sent cannot be read or kept."), ("zh", "提交的内容无法读取或保存。")):
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            answer = client.post(f"/staff/login?lang={language}", data=form, content_type=kind)
            assert (answer.status_code, said in answer.text) == (400, True)


def test_a_file_whose_name_has_nul_is_refused(house: Flask, visitors: dict[str, FlaskClient]) -> None:
    clerk = visitors["clerk"]
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0.xlsx"\r\n\r\nwords\r\n'
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n%s\r\n--x--\r\n'
    ) % token(clerk.get("/bureau/schools").text).encode()
    sent = clerk.post("/bureau/schools/roster", data=body, content_type="multipart/form-data; boundary=x")
    assert sent.status_code == 400


def test_a_field_without_a_name_is_refused(visitors: dict[str, FlaskClient]) -> None:
    clerk, kind = visitors["clerk"], "multipart/form-data; boundary=x"
    for part in (b"form-data", b'form-data; filename="a.xlsx"'):
        body = b"--x\r\nContent-Disposition: %s\r\n\r\nwords\r\n--x--\r\n" % part
        sent = clerk.post("/bureau/schools/roster", data=body, content_type=kind)
        assert sent.status_code == 400


def test_staff_who_send_nul_stay_at_their_desk(visitors: dict[str, FlaskClient]) -> None:
    answer = visitors["clerk"].post("/bureau/campaigns", data={"title": "\0"})
    assert answer.status_code == 400
    assert "/staff/logout" in answer.text


def test_no_form_can_hold_half_a_character(house: Flask) -> None:
    """A lone surrogate, which no store keeps, is no UTF-8: it becomes signs that every store keeps."""
    client = house.test_client()
    form = quote(token(client.get("/staff/login").text))
    half = quote("\ud800".encode("utf-8", "surrogatepass"))
    answer = client.post(
        "/staff/login",
        data=f"csrf_token={form}&login={half}&password=a",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert client.get(f"/open/{half}").status_code == 200  # as of any link that nobody made


def test_files_that_write_nul_as_toml_may_are_told_of_it(house: Flask) -> None:
    clerk, principal = log_in(house, "clerk"), log_in(house, "principal")
    rural = (HERE / "estimator/families/rural.toml").read_bytes().replace(b'issuer = "', b'issuer = "\\u0000')
    page = clerk.get("/bureau/families").text
    sent = {"csrf_token": token(page), "way": "own", "rural": (io.BytesIO(rural), "rural.toml")}
    assert "invisible sign" in clerk.post("/bureau/families", data=sent).text
    plan = (HERE / "docs/examples/lotus.toml").read_bytes().replace(b'school = "', b'school = "\\u0000')
    sent = {"csrf_token": token(principal.get("/staff/account").text), "file": (io.BytesIO(plan), "plan.toml")}
    assert "invisible sign" in principal.post("/school/plan/upload", data=sent).text


def test_a_remark_with_unseen_signs_never_stops_the_mixer(app: Flask) -> None:
    """It is refused or cleaned before it is sealed: within a sealed ballot nobody could mend it."""
    with app.app_context():
        link = a_group(enrolled=2 * SMALLEST_BATCH).id
    refused = []
    for sign in (UNSEEN * 2)[: SMALLEST_BATCH + len(UNSEEN)]:
        client = app.test_client()
        page = client.post(f"/open/{link}")
        while page.status_code == 200 and "state" in page.text:
            page = press(client, page, comment=f"we{sign} manage") if "comment" in page.text else press(client, page)
        if page.status_code == 400:
            refused.append(sign)
    assert set(refused) == {"\0"}
    with app.app_context():
        take_no_more("c1")
        assert mix(mixer_key(app)) >= SMALLEST_BATCH
        kept = db.session("answers").scalars(select(Comment.words)).all()
    assert len(kept) >= SMALLEST_BATCH
    assert set(kept) <= {"we manage", "we  manage"}
