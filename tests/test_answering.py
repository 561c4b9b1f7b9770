"""From an open link or a slip's code to the thank-you page, as a visitor meets it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from survey import db, tries, typed_code
from survey.answering import guessing
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import mark_school, take_no_more
from survey.ballot.store import Group
from survey.config import LANGUAGES
from survey.look import LOOKS
from survey.page_style import WALK_SCRIPT
from survey.questionnaire import built_in
from survey.questionnaire.types import LARGEST_SCALE, SMALLEST_SCALE
from tests.desks import log_in, two_districts
from tests.pages import read
from tests.rounds import EVERYTHING, a_group, ballots, with_everything

MOST_SCRIPT_BYTES = 3000
MOST_BYTES = 14_000  # what fits in the first round trip: ten packets of 1,460 bytes, RFC 6928


def state_of(response: TestResponse) -> str:
    """The sealed state that travels in a page."""
    found = re.search(r'name="state" value="([^"]+)"', response.text)
    assert found, response.text[:500]
    return found[1]


def link_of(app: Flask, questionnaire: str = "parent") -> str:
    """An open link."""
    with app.app_context():
        return a_group(questionnaire=questionnaire).id


def press(client: FlaskClient, page: TestResponse, do: str = "next", **answers: str | list[str]) -> TestResponse:
    """Answer on a page and press a button; what the page shows of its conditional questions is sent along."""
    seen = [name for name, off in re.findall(r'name="seen" value="(\w+)"( disabled)?', page.text) if not off]
    return client.post("/answer", data={"state": state_of(page), "do": do, "seen": seen, **answers})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(built_in()))
def test_a_walk_from_the_link_to_the_thank_you(app: Flask, client: FlaskClient, name: str, language: str) -> None:
    link = link_of(app, name)
    assert built_in()[name].title[language] in client.get(f"/open/{link}?lang={language}").text
    page = client.post(f"/open/{link}?lang={language}")
    for questions in built_in()[name].pages:
        assert escape(questions.title[language]) in page.text
        first = questions.questions[0]
        page = press(client, page, **{first.name: first.choices[0].name})
    assert page.status_code == 303
    thanks = client.get(page.headers["Location"])
    assert thanks.status_code == 200
    assert ballots(app) == 1


@pytest.mark.parametrize(("language", "heading"), [("zh", "家长问卷 · 高一"), ("en", "For parents · Grade 10")])
def test_a_grade_is_called_as_everywhere(app: Flask, client: FlaskClient, language: str, heading: str) -> None:
    with app.app_context():
        link = a_group(grade=10).id
    assert heading in client.get(f"/open/{link}?lang={language}").text


@pytest.mark.parametrize(
    ("questionnaire", "language", "said"),
    [
        ("parent", "zh", "家长问卷 · 五年级 · 一&lt;小"),
        ("parent", "en", "For parents · Grade 5 · 一&lt;小"),
        ("teacher", "en", "For teachers · 一&lt;小"),
    ],
)
def test_the_first_page_says_whose_questionnaire_it_is_also_after_a_slip(
    app: Flask, client: FlaskClient, questionnaire: str, language: str, said: str
) -> None:
    with app.app_context():
        group = a_group("slips", questionnaire, grade=5)
        db.session("ballots").get_one(Group, group.id).school_name = "一<小"
        db.session("ballots").commit()
        (code,) = slips.issue(group.id, 1)
    first = client.post(f"/a?lang={language}", data={"code": code})
    second = press(client, first)
    again = press(client, second, "back")
    large = press(client, again, "look-l")
    assert [f'<p class="progress">{said}</p>' in page.text for page in (first, second, again, large)] == [
        True,
        False,
        True,
        True,
    ]


def test_the_grade_on_the_first_page_has_its_pinyin(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        link = a_group(questionnaire="pupil_younger", grade=2).id
    assert "<rt>èr</rt>" in client.post(f"/open/{link}?lang=zh&look=p").text.partition("<h1")[0]


def test_every_answer_to_a_press_says_how_long_it_is(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}")
    for _ in built_in()["parent"].pages:
        assert page.headers.getlist("Content-Length") == [str(len(page.data))]
        page = press(client, page)
    assert (page.status_code, page.data, page.headers.getlist("Content-Length")) == (303, b"", ["0"])


@pytest.mark.parametrize("prefix", ["/survey", "/pre fix", "/简"])
def test_under_a_prefix_the_last_page_leads_to_the_thank_you_there(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    below = {"SCRIPT_NAME": prefix.encode().decode("latin-1")}  # as PEP 3333 has it
    here = app.wsgi_app
    monkeypatch.setattr(app, "wsgi_app", lambda environ, start: here(environ | below, start))
    page = client.post(f"/open/{link_of(app)}")
    for _ in built_in()["parent"].pages:
        page = press(client, page)
    assert page.headers["Location"].startswith(f"{quote(prefix)}/thanks?lang=")


def test_a_walk_with_a_slip(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        (code,) = slips.issue(a_group("slips", "teacher").id, 1)
    page = client.post("/a", data={"code": code.lower()})
    for _ in built_in()["teacher"].pages:
        page = press(client, page)
    assert page.status_code == 303
    assert ballots(app) == 1


def test_the_last_button_pressed_twice_stores_one_answer_and_thanks_twice(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}")
    for _ in built_in()["parent"].pages[:-1]:
        page = press(client, page)
    first, again = press(client, page, "send"), press(client, page, "send")
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert ballots(app) == 1


def test_the_other_language_keeps_the_answers_and_the_place(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}?lang=zh")
    page = press(client, page, screen_yesterday="60_120")
    page = press(client, page, "speak-en", check_ins="daily")
    assert "What the school asks for" in page.text
    assert re.search(r'value="daily"[^>]* checked', page.text)
    page = press(client, page, "back", check_ins="daily")
    assert re.search(r'value="60_120"[^>]* checked', page.text)


def test_the_language_changes_also_where_an_answer_was_wrong(app: Flask, client: FlaskClient) -> None:
    page = press(client, client.post(f"/open/{link_of(app)}?lang=zh"), "speak-en", screen_yesterday="for ever")
    assert '<html lang="en"' in page.text
    assert "Continue" in page.text


def test_the_look_asked_for_in_the_address_is_that_of_the_page(client: FlaskClient) -> None:
    large = [client.get(f"/a?lang=en&look={look}").text for look in ("", "l")]
    assert ["large" in re.findall("<body[^>]*>|<html[^>]*>", page)[0] for page in large] == [False, True]


def test_who_works_at_a_desk_in_another_language_answers_in_the_browsers(app: Flask) -> None:
    two_districts(app)
    desk = log_in(app, "clerk")
    page = desk.get(f"/open/{link_of(app)}", headers={"Accept-Language": "zh-CN"})
    assert '<html lang="zh' in page.text


def test_nothing_is_chosen_before_somebody_chooses(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}")
    assert " checked" not in page.text


def test_an_exclusive_choice_with_another_is_explained_and_nothing_is_lost(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}?lang=en")
    page = press(client, press(client, page))
    page = press(client, page, things_bought=["printer", "nothing"], pages_week="6_15")
    assert "<title>Error:" in page.text
    assert 'href="#things_bought"' in page.text
    assert re.search(r'value="6_15"[^>]* checked', page.text)


def mouths(html: str) -> list[int]:
    """How far the mouth of each face that is drawn bends: above nought it smiles, below it turns down."""
    return [int(bend) for bend in re.findall(r"q7 (-?\d+) 14 0", html)]


@pytest.mark.parametrize("faces", range(SMALLEST_SCALE, LARGEST_SCALE + 1))
def test_the_first_face_smiles_each_further_one_less_and_the_last_not_at_all(app: Flask, faces: int) -> None:
    with app.test_request_context():
        face = app.jinja_env.get_template("questions/faces.html").module.face  # type: ignore[attr-defined] # a macro
        bends = mouths("".join(face(place, faces) for place in range(faces)))
    assert len(bends) == faces
    assert bends == sorted(set(bends), reverse=True)
    assert bends[0] > 0 > bends[-1]


def test_no_pupil_finds_a_smile_beside_sad_or_very_tired(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app, 'pupil_younger')}?lang=en")
    drawn = dict[str, list[int]]()
    for _ in built_in()["pupil_younger"].pages:
        for option in re.findall(r'<label class="option">.*?</label>', page.text):
            drawn |= {re.findall(r"<span>(.*)</span>", option)[0]: mouths(option)}
        page = press(client, page)
    assert [drawn[said][0] > 0 for said in ("Fine", "Happy", "Very tired", "Sad")] == [True, True, False, False]
    assert drawn["I skip this"] == []


@pytest.mark.parametrize("sent", ["for ever", " ", "60_120 "])
def test_a_choice_that_is_not_offered_is_explained(app: Flask, client: FlaskClient, sent: str) -> None:
    page = press(client, client.post(f"/open/{link_of(app)}?lang=en"), screen_yesterday=sent)
    assert "Choose one of the answers that are offered." in page.text
    assert ballots(app) == 0


def test_a_comment_too_long_is_explained(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}?lang=en")
    for _ in built_in()["parent"].pages[:-1]:
        page = press(client, page)
    assert "maxlength" not in page.text
    page = press(client, page, "send", comment="长" * 623)
    assert "Please write at most 500 characters. These are 623." in page.text
    assert "长" * 623 in page.text
    assert ballots(app) == 0


@pytest.mark.parametrize("state", ["", "nonsense", "A" * 30_000, "\1", "é"])
def test_a_state_that_was_changed_on_the_way_is_refused_plainly(client: FlaskClient, state: str) -> None:
    page = client.post("/answer?lang=en", data={"state": state, "do": "send"})
    assert page.status_code == 200
    assert "This page cannot be continued." in page.text


def filled_in(client: FlaskClient, page: TestResponse) -> TestResponse:
    """The last page of the parents' questionnaire, reached without an answer."""
    for _ in built_in()["parent"].pages[:-1]:
        page = press(client, page)
    return page


def send_by(client: FlaskClient, code: str) -> None:
    """Answer with a slip, to the end."""
    assert press(client, filled_in(client, client.post("/a", data={"code": code})), "send").status_code == 303


def test_a_used_code_and_an_unknown_one_get_the_same_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        (used,) = slips.issue(a_group("slips").id, 1)
        never = slips.printed(typed_code.new_code(slips.CODE_LENGTH))
    send_by(client, used)
    told = [client.post("/a?lang=en", data={"code": code}) for code in (used, never)]
    assert told[0].text == told[1].text
    assert "Please check the code" in told[0].text


def test_when_a_round_is_over_a_slip_says_so_used_or_not(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        used, unused = slips.issue(a_group("slips", school="s7").id, 2)
    send_by(client, used)
    with app.app_context():
        take_no_more("c1")
    told = [client.post("/a?lang=en", data={"code": code}) for code in (used, unused)]
    assert told[0].text == told[1].text
    assert "This questionnaire is over." in told[0].text
    assert 'href="/results/school/s7?lang=en"' in told[0].text
    assert "code" not in read(told[0].text).words


@pytest.mark.parametrize(
    "shut", [take_no_more, lambda _campaign: mark_school("s1", closed=True)], ids=["over", "school"]
)
def test_slips_that_were_printed_again_tell_of_none_whether_it_was_used(
    app: Flask, client: FlaskClient, shut: Callable[[str], None]
) -> None:
    with app.app_context():
        group = a_group("slips").id
        used, ended = slips.issue(group, 2)
    send_by(client, used)
    with app.app_context():
        (again,) = slips.issue(group, 1)
        shut("c1")
    assert len({client.post("/a?lang=en", data={"code": code}).text for code in (used, ended, again)}) == 1


@pytest.mark.parametrize("way", ["open_link", "slips"])
def test_who_is_answering_when_the_round_closes_is_told_that_it_is_over(
    app: Flask, client: FlaskClient, way: str
) -> None:
    with app.app_context():
        group = a_group(way, school="s7").id
        codes = slips.issue(group, 1) if way == "slips" else []
    begun = client.post("/a?lang=en", data={"code": codes[0]}) if codes else client.post(f"/open/{group}?lang=en")
    last = filled_in(client, begun)
    with app.app_context():
        take_no_more("c1")
        app.extensions["open_groups"].clear()
    for told in (press(client, last, "send"), press(client, begun)):
        assert "This questionnaire is over." in told.text
        assert 'href="/results/school/s7?lang=en"' in told.text
        assert "code" not in read(told.text).words
    assert ballots(app) == 0


def test_the_page_that_a_round_is_over_is_had_in_the_other_language_too(app: Flask, client: FlaskClient) -> None:
    page = filled_in(client, client.post(f"/open/{link_of(app)}?lang=en"))
    with app.app_context():
        take_no_more("c1")
    addresses = [unescape(to) for to in re.findall('class="language" href="([^"]+)"', press(client, page, "send").text)]
    shown = [client.get(address).text for address in addresses]
    assert 'class="large' in shown[0]
    assert "This questionnaire is over." in shown[0]
    assert "本次问卷已经结束" in shown[1]


def test_who_came_by_a_link_is_never_sent_to_type_a_code(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        link = a_group(enrolled=1).id
    last, other = (filled_in(client, client.post(f"/open/{link}?lang=en")) for _ in range(2))
    assert press(client, last, "send").status_code == 303
    pages = [press(client, other, "send"), press(client, last, "stay", comment="Back again")]
    pages += [client.get(f"/open/{asked}?lang=en") for asked in (link, "nothing")]
    for page in pages:
        assert "No answer can be given by this link now." in page.text
        assert "/a?" not in page.text
        assert "code" not in read(page.text).words
        assert len(page.data) <= MOST_BYTES
    assert len({read(page.text).words for page in pages}) == 1


def test_an_open_link_leads_to_the_schools_results_when_its_round_is_over(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        link = a_group(school="s7").id
    assert "/results/school/s7" not in client.get(f"/open/{link}?lang=en").text
    with app.app_context():
        take_no_more("c1")
    for page in (client.get(f"/open/{link}?lang=en"), client.post(f"/open/{link}?lang=en")):
        assert "This questionnaire is over." in page.text
        assert 'href="/results/school/s7?lang=en"' in page.text
        assert "Set-Cookie" not in page.headers
        assert len(page.data) <= MOST_BYTES


def test_no_page_sets_a_cookie_or_may_be_kept(app: Flask, client: FlaskClient) -> None:
    link = link_of(app)
    page = client.post(f"/open/{link}")
    for response in (client.get("/"), client.get("/a"), client.get(f"/open/{link}"), page, client.get("/thanks")):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "cache" in client.get("/thanks").headers["Clear-Site-Data"]


def test_a_browser_that_prefers_chinese_of_any_kind_gets_chinese(client: FlaskClient) -> None:
    for wanted in ("zh-Hans-CN,en;q=0.8", "zh-TW", "fr,zh-CN;q=0.5,en;q=0.3"):
        assert 'lang="zh-CN"' in client.get("/a", headers={"Accept-Language": wanted}).text
    assert 'lang="en"' in client.get("/a", headers={"Accept-Language": "fr,en-GB;q=0.5,zh;q=0.3"}).text


def test_the_address_of_a_page_that_was_left_leads_to_the_beginning(client: FlaskClient) -> None:
    assert client.get("/answer?lang=en").headers["Location"] == "/a?lang=en"


def test_a_post_from_another_site_is_refused(app: Flask, client: FlaskClient) -> None:
    page = client.post(f"/open/{link_of(app)}?lang=en", headers={"Sec-Fetch-Site": "cross-site"})
    assert "not valid" in page.text


@pytest.mark.parametrize("look", ["", *LOOKS, "".join(LOOKS)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*sorted(built_in()), EVERYTHING.name])
def test_every_page_fits_in_the_first_round_trip(
    app: Flask, client: FlaskClient, name: str, language: str, look: str
) -> None:
    with with_everything():
        address = f"/open/{link_of(app, name)}?lang={language}&look={look}"
        assert weight(client.get(address)) <= MOST_BYTES
        page = client.post(address)
        while page.status_code != 303:
            assert weight(page) <= MOST_BYTES
            # With every choice, the exclusive ones too, and no number in any field: the page with its errors.
            choices = re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)"', page.text)
            every = {field: [value for each, value in choices if each == field] for field, _ in choices}
            numbers = dict.fromkeys(re.findall(r'inputmode="\w+" id="\w+" name="(\w+)"', page.text), "-")
            sent: dict[str, str | list[str]] = {**every, **numbers}
            assert weight(press(client, page, "next", **sent)) <= MOST_BYTES
            page = press(client, page)
        assert weight(client.get(page.headers["Location"])) <= MOST_BYTES


def weight(page: TestResponse) -> int:
    """Bytes of a page as it travels."""
    return len(gzip.compress(page.data))


def test_the_script_is_small() -> None:
    assert len(gzip.compress(WALK_SCRIPT.encode())) <= MOST_SCRIPT_BYTES


def test_a_script_that_runs_already_is_not_sent_again(app: Flask, client: FlaskClient) -> None:
    whole = client.post(f"/open/{link_of(app)}")
    part = press(client, whole, part="1")
    assert weight(part) < weight(press(client, whole)) / 2
    assert "<style>" not in part.text
    assert "<script>" not in part.text


def a_day_of(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock for wrong codes that the test turns on."""
    now = [1000.0]
    monkeypatch.setattr(tries, "monotonic", lambda: now[0])
    app.extensions["wrong_codes"] = guessing.WrongCodes()

    def go_on(seconds: float) -> None:
        now[0] += seconds

    return go_on


def enter(app: Flask, code: str, address: str = "192.0.2.1") -> int:
    """Type a code from an address; the page's status."""
    return app.test_client().post("/a", data={"code": code}, environ_base={"REMOTE_ADDR": address}).status_code


def test_guessing_codes_is_slowed_and_a_schools_lab_is_not(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = a_day_of(app, monkeypatch)
    with app.app_context():
        group = a_group("slips", enrolled=200).id
        lab = slips.issue(group, 120)
        never = [slips.printed(typed_code.new_code(slips.CODE_LENGTH)) for _ in range(guessing.FREE_TRIES + 1)]
        used = lab.pop()
        assert cast(Entry(group, "ack", slips.normalise(used)), {})
    for code in never[:-1]:
        assert enter(app, used) == 200
        assert enter(app, code) == 200
    assert enter(app, never[-1]) == 429
    assert enter(app, lab[0]) == 429
    # Another connection is not held up, not even by mistyped codes, which are no guesses; nor are slips used before.
    for code in lab:
        assert enter(app, code, "192.0.2.77") == 200
        assert enter(app, code[:-1] + ("A" if code[-1] != "A" else "B"), "192.0.2.77") == 200
    go_on(guessing.WINDOW_SECONDS)
    assert enter(app, lab[0]) == 200


def test_one_households_addresses_are_one_connection(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_day_of(app, monkeypatch)
    with app.app_context():
        never = [slips.printed(typed_code.new_code(slips.CODE_LENGTH)) for _ in range(guessing.FREE_TRIES + 1)]
    found = [enter(app, code, f"2001:db8:0:1::{n:x}") for n, code in enumerate(never, start=1)]
    assert found[-1] == 429
    assert enter(app, never[0], "2001:db8:0:2::1") == 200


def test_who_comes_by_ipv4_to_a_door_for_both_is_told_from_others_who_do(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day_of(app, monkeypatch)
    wrong = app.extensions["wrong_codes"]
    for _ in range(guessing.FREE_TRIES):
        wrong.note("::ffff:192.0.2.1")
    assert wrong.must_wait("::ffff:192.0.2.1")
    assert wrong.must_wait("192.0.2.1")
    assert not wrong.must_wait("::ffff:192.0.2.77")


def test_many_guesses_from_everywhere_leave_each_connection_five(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_day_of(app, monkeypatch)
    wrong = app.extensions["wrong_codes"]
    for number in range(guessing.ATTACK):
        wrong.note(f"198.51.{number // 250}.{number % 250}")
    for _ in range(guessing.FREE_TRIES_UNDER_ATTACK):
        assert not wrong.must_wait("192.0.2.1")
        wrong.note("192.0.2.1")
    assert wrong.must_wait("192.0.2.1")


def test_an_address_is_not_kept_even_in_memory(app: Flask) -> None:
    wrong = guessing.WrongCodes()
    wrong.note("192.0.2.1")
    assert "192.0.2.1" not in repr(vars(wrong))


def test_a_code_of_one_round_opens_no_other(app: Flask) -> None:
    with app.app_context():
        group, other = a_group("slips"), a_group("slips", school="s2")
        code = slips.issue(group.id, 1)[0].replace("-", "")
        assert not cast(Entry(other.id, "ack", code), {})
        assert cast(Entry(group.id, "ack", code), {})


def test_an_oversized_post_is_refused_plainly_and_stores_nothing(app: Flask, client: FlaskClient) -> None:
    page = client.post("/answer?lang=en", data={"state": "A" * 300_000})
    assert page.status_code == 413
    assert "too large" in page.text
    assert ballots(app) == 0
