"""Whatever is sent to any form, and whatever stands in any file, is answered with a page or explained: never a trace.

Every address that takes a POST is found in the application's own list, and sent fields that its forms have and fields
that nobody has, each with values of every kind. For a bounded time here; twenty times as long on `make test-long`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.routing import Rule

from estimator import families, norm_file
from survey import db
from survey.assistance import doors
from survey.ballot.store import Group
from survey.config import LARGEST_POST_BYTES
from survey.questionnaire.reader import QuestionnaireProblems, load
from survey.roster import file as roster_file
from survey.staff.store import School
from tests.addresses import address_of, words_of
from tests.lasting import IS_LONG
from tests.pages import token

EXAMPLES = 1200 if IS_LONG else 60
BOUNDED = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Names that forms here have; others come from the pages themselves.
NAMES = (
    "state", "do", "seen", "code", "look", "lang", "login", "password", "new", "again", "name", "title", "entry",
    "closes_on", "subject", "kind", "days", "minutes", "start", "grade", "who", "reach", "words", "needs", "form",
    "pieces", "label", "due_on", "school", "confirm", "comment", "screen_yesterday", "sealed", "by_when", "part",
)  # fmt: skip
ODD = (
    *("", " ", "0", "-1", "9" * 400, "１２", "nan", "inf", "1e999", "2026-02-30", "9999-12-31", "25:61"),
    *("\x00", "a\x00b", "\ud7ff", "\ud800", "a\udfffb", "\u202e", "\x1b[2J", "\x85", "\ufffe"),
    *("a\r\nb: c", "A" * 5000, "汉" * 600),
    *("<script>", "' or 1=1 --", "{{7*7}}", "%(x)s", "../../etc/passwd"),
)
# What addresses ask for here.
ASKED = (
    "page", "search", "order", "grade", "link", "look", "lang", "quantity", "before", "day", "list", "login", "next",
    "of", "plans", "reports", "school", "start", "version", "again",
)  # fmt: skip
# Signs that show nothing: halves of characters, control characters and the like.
UNSEEN = st.text(st.characters(categories=("Cs", "Cc", "Cf", "Co", "Cn")), min_size=1, max_size=8)
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=60), UNSEEN)
FIELD_NAMES = st.one_of(st.sampled_from(NAMES), st.text(max_size=8), UNSEEN)
FILE_NAMES = st.sampled_from(("plan.xlsx", "plan.toml", "a.exe", "\x00", "汉.xlsx", "../x.xlsx", "\ud800.toml"))
BOUNDARY = "between-the-fields-of-a-form"
IDS = st.sampled_from(("x", "..", "0", "\x00", "a\x00", "%00", "\x1b", "A" * 300, "汉")) | st.from_regex(
    r"[\w-]{1,22}\Z", fullmatch=True
)
KNOWN: dict[str, Any] = {"number": 1}  # what an address wants other than words
BROKEN = ("", "[", "]]", '"', "=", "\n", "0", "-1", "true", "type", "\x00", "汉", "{", "1e999")


def post_rules(app: Flask) -> list[Rule]:
    """Every address that takes a POST, but for logging out, which would end the visit."""
    return [r for r in app.url_map.iter_rules() if "POST" in (r.methods or ()) and r.endpoint != "staff.logout"]


@pytest.fixture(scope="module")
def ids(house: Flask) -> st.SearchStrategy[str]:
    """What may stand in an address: ids that are there, and ids that nobody has."""
    with house.app_context():
        there = [*db.session("desk").scalars(select(School.id)), *db.session("ballots").scalars(select(Group.id))]
        there += [doors.of_school(school).id for school in db.session("desk").scalars(select(School.id))]
    return st.sampled_from(there) | IDS


def form_of(sent: Mapping[str, Sequence[str]], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    """A form's body and its kind, with halves of characters as no browser would send them."""
    fields = [(as_bytes(name), as_bytes(value)) for name, values in sent.items() for value in values]
    if file is None:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    start = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode()
    parts = [b'%s%s"\r\n\r\n%s\r\n' % (start, name, value) for name, value in fields]
    parts.append(b'%sfile"; filename="%s"\r\n\r\n%s\r\n' % (start, as_bytes(file[0]), file[1]))
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()]), f"multipart/form-data; boundary={BOUNDARY}"


def as_bytes(words: str) -> bytes:
    """Words in UTF-8; of half a character what would be its bytes."""
    return words.encode("utf-8", "surrogatepass")


def test_every_form_answers_whatever_is_sent(
    house: Flask, visitors: dict[str, FlaskClient], ids: st.SearchStrategy[str]
) -> None:
    tokens = {"nobody": token(visitors["nobody"].get("/staff/login").text)}
    tokens |= {who: token(visitors[who].get("/staff/account").text) for who in ("clerk", "principal")}
    fields = st.dictionaries(FIELD_NAMES, st.lists(VALUES, max_size=2), max_size=8)

    @BOUNDED
    @given(st.data())
    def send(data: st.DataObject) -> None:
        rule = data.draw(st.sampled_from(post_rules(house)))
        who = data.draw(st.sampled_from(list(visitors)))
        values: dict[str, Any] = {
            name: data.draw(st.sampled_from(words_of(rule, name)) if words_of(rule, name) else ids)
            for name in rule.arguments
        }
        if "number" in values:
            values["number"] = data.draw(st.integers(0, 10**30))
        sent = {**data.draw(fields), "csrf_token": [tokens[who]]}
        file = (data.draw(FILE_NAMES), data.draw(st.binary(max_size=300))) if data.draw(st.booleans()) else None
        body, kind = form_of(sent, file)
        with house.test_request_context():
            address = url_for(rule.endpoint, **values)
        answer = visitors[who].post(address, data=body, content_type=kind)
        assert answer.status_code < 500 or rule.endpoint == "help.ask", (rule.endpoint, who, sent)
        for header in ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"):
            assert answer.headers[header]

    send()


def test_every_page_answers_whatever_its_address_holds(
    house: Flask, visitors: dict[str, FlaskClient], ids: st.SearchStrategy[str]
) -> None:
    asked = st.dictionaries(
        st.sampled_from(("page", "search", "order", "grade", "link", "look", "lang", "quantity")), VALUES
    )
    rules = [rule for rule in house.url_map.iter_rules() if "GET" in (rule.methods or ())]

    @BOUNDED
    @given(st.data())
    def look(data: st.DataObject) -> None:
        rule = data.draw(st.sampled_from(rules))
        values: dict[str, Any] = {
            name: data.draw(st.sampled_from(words_of(rule, name)) if words_of(rule, name) else ids)
            for name in rule.arguments
        }
        values |= {name: data.draw(st.integers(0, 10**30)) for name in ("number", "grade") if name in values}
        with house.test_request_context():
            address = url_for(rule.endpoint, **values)
        query = "&".join(f"{name}={quote(as_bytes(value))}" for name, value in data.draw(asked).items())
        visitor = visitors[data.draw(st.sampled_from(list(visitors)))]
        assert visitor.get(f"{address}?{query}", buffered=True).status_code < 500, (address, query)

    look()


def test_every_form_answers_what_is_no_form(house: Flask, visitors: dict[str, FlaskClient]) -> None:
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain")

    @BOUNDED
    @given(st.sampled_from(post_rules(house)), st.sampled_from(kinds), st.binary(max_size=200))
    def send(rule: Rule, kind: str, body: bytes) -> None:
        address = address_of(house, rule, KNOWN)
        for visitor in visitors.values():
            assert visitor.post(address, data=body, content_type=kind).status_code < 500

    send()


def test_every_upload_is_bounded(house: Flask, visitors: dict[str, FlaskClient]) -> None:
    large = b"x" * (LARGEST_POST_BYTES + 1)
    for rule in post_rules(house):
        address = address_of(house, rule, KNOWN)
        for visitor in visitors.values():
            answer = visitor.post(address, data=large, content_type="multipart/form-data; boundary=x")
            assert answer.status_code < 500
    for who, address in (("principal", "/school/plan/upload"), ("clerk", "/bureau/schools/roster")):
        sent = visitors[who].post(address, data=large, content_type="multipart/form-data; boundary=x")
        assert sent.status_code == 413


def mutilated(text: str, cuts: list[int], words: list[str]) -> str:
    """A file's text with words put in at places."""
    for cut, word in zip(cuts, words, strict=False):
        place = cut % (len(text) + 1)
        text = text[:place] + word + text[place + len(word) :]
    return text


MUTILATIONS = (
    st.lists(st.integers(0, 100_000), min_size=1, max_size=4),
    st.lists(st.sampled_from(BROKEN), max_size=4),
)
HERE = Path(__file__).resolve().parent.parent


def explained(read: Callable[[Path], object], path: Path) -> bool:
    """Whether a file is read, or refused with words."""
    try:
        read(path)
    except (QuestionnaireProblems, families.FamiliesProblems, ValueError) as refused:
        return bool(str(refused))
    return True


@pytest.mark.parametrize(
    ("read", "example"),
    [
        (load, "survey/questionnaires/pupil_younger.toml"),
        (families.load, "estimator/families/rural.toml"),
        (norm_file.load, "estimator/norms/screen.toml"),
    ],
    ids=["questionnaire", "families", "norms"],
)
def test_any_damaged_file_is_read_or_explained(read: Callable[[Path], object], example: str, tmp_path: Path) -> None:
    text = (HERE / example).read_text(encoding="utf-8")

    @BOUNDED
    @given(*MUTILATIONS)
    def damage(cuts: list[int], words: list[str]) -> None:
        path = tmp_path / Path(example).name
        path.write_text(mutilated(text, cuts, words), encoding="utf-8")
        assert explained(read, path)

    damage()


@BOUNDED
@given(st.binary(max_size=400), st.sampled_from(("roster.xlsx", "roster.csv", "x")))
def test_any_bytes_are_a_roster_or_are_explained(content: bytes, name: str) -> None:
    assert explained(lambda path: roster_file.read(content, path.name), Path(name))
