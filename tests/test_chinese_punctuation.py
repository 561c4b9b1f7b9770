"""In Chinese, marks between words are Chinese too, and a blank parts a Chinese sign from a digit or a Latin letter."""

from __future__ import annotations

import html
import io
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException

from survey import db
from survey.questionnaire import built_in
from survey.staff.store import Bureau
from survey.words.enumeration import UNSPACED, enumerated
from survey.words.lesson_words import lesson_words
from survey.words.wording import grades_words
from survey.workbook import LISTINGS, SHEETS, build
from tests.demo_town import at_desk, plans_alone
from tests.desk import a_lesson, a_plan
from tests.test_answering import link_of, press
from tests.test_bureau_pages import of_told
from tests.test_languages import FIELD, catalogue
from tests.test_workbook import summary

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
CHINESE = r"[\u201c\u201d\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]"
# Not the stop of an ending (.xlsx), nor that of a numbered heading (1. …).
HALF_WIDTH = re.compile(rf"{CHINESE} ?(?:[,:;()!?]|\.(?!\w))|(?:[,:;()!?]|(?<!\d)\.) ?{CHINESE}")
WITHIN_A_LINE = re.compile(r"</?(?:a|abbr|b|bdi|button|code|em|label|small|span|strong|time)\b[^>]*>")
# A full-width sign has its blank within it; what follows in another element may stand apart.
GAP = re.compile(r"[。；：，、！？] (?=[^\s·])")  # in a title the name of the program follows
TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
TOLD_UNSEEN = re.compile(r'\s(?:aria-label|alt|placeholder|title)="([^"]*)"')
# Punctuation of a template's own, beside what it fills in or between words that it lists.
HARD_CODED = re.compile(r"""(?:\}\}|%\}|</\w+>) ?[,:;().](?!\w)|[,:;(] ?\{[{%]|(?:\{\{ |join\()"[,:;.] ?\"""")
STYLE = re.compile(r'style="[^"]*"')


def wrong(page: str) -> list[str]:
    """The lines of a page with a half-width mark beside a Chinese sign, a blank behind one, or none beside a digit."""
    seen = TAG.sub("\n", WITHIN_A_LINE.sub("", page))
    lines = map(html.unescape, [*seen.splitlines(), *TOLD_UNSEEN.findall(page)])
    parts = map(html.unescape, TAG.sub("\n", page).splitlines())  # links in a row are apart by their style
    return [
        *(line for line in lines if HALF_WIDTH.search(line)),
        *(part for part in parts if UNSPACED.search(part) or GAP.search(part)),
    ]


def reached(client: FlaskClient, start: str, language: str = "zh") -> Iterator[tuple[str, str]]:
    """Each page that links lead to, one of each kind: its address and what it says."""
    client.get(f"{start}?lang={language}")
    to_see, kinds = deque([start]), set()
    rules = client.application.url_map.bind("localhost")
    while to_see:
        address = to_see.popleft()
        try:
            kind, named = rules.match(urlsplit(address).path, "GET")
        except HTTPException:
            continue  # elsewhere, or only sent to
        if (kind, named.get("name")) in kinds or "lang=" in address:
            continue
        kinds.add((kind, named.get("name")))
        answer = client.get(address, buffered=True)
        if answer.mimetype == "text/html":
            yield address, answer.text
            to_see.extend(urljoin(address, html.unescape(a)) for a in re.findall(r'href="([^"]+)"', answer.text))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo's schools with their plans, of which parents were asked."""
    made = plans_alone(tmp_path_factory.mktemp("punctuation"))
    with made.test_request_context():
        of_told(db.session("desk").get_one(Bureau, "demo"), "slips")
    return made


@pytest.mark.parametrize(
    ("login", "start", "fewest"), [("shiyan", "/school/", 25), ("dongshan", "/school/", 25), ("bureau", "/bureau/", 30)]
)
def test_every_page_of_a_desk_has_chinese_punctuation(town: Flask, login: str, start: str, fewest: int) -> None:
    pages = dict(reached(at_desk(town, login), start))
    assert len(pages) >= fewest, sorted(pages)
    assert {address: found for address, said in pages.items() if (found := wrong(said))} == {}


@pytest.mark.parametrize("name", sorted(built_in()))
def test_every_page_of_a_questionnaire_has_chinese_punctuation(app: Flask, client: FlaskClient, name: str) -> None:
    link = link_of(app, name)
    pages = [client.get(f"/open/{link}?lang=zh"), client.post(f"/open/{link}?lang=zh")]
    for _ in built_in()[name].pages[1:]:
        pages.append(press(client, pages[-1]))
    pages.append(client.get(press(client, pages[-1]).headers["Location"]))
    assert [wrong(page.text) for page in pages] == [[]] * len(pages)


@pytest.mark.parametrize("address", ["/", "/a", "/help", "/promise", "/promise/how", "/staff/login", "/thanks"])
def test_every_page_for_everybody_has_chinese_punctuation(client: FlaskClient, address: str) -> None:
    page = client.get(f"{address}?lang=zh")
    assert page.status_code == 200
    assert wrong(page.text) == []


def test_every_sheet_has_chinese_punctuation(app: Flask) -> None:
    with app.test_request_context():
        book = openpyxl.load_workbook(io.BytesIO(build(summary(), "zh", (*SHEETS, *LISTINGS))))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert cells
    assert [words for words in cells if any(flaw.search(words) for flaw in (HALF_WIDTH, UNSPACED, GAP))] == []


def test_a_lesson_and_grades_are_listed_in_chinese(app: Flask) -> None:
    lessons = a_plan(a_lesson(subject="语文", start="09:00"), a_lesson(subject="数学")).activities
    with app.test_request_context(), force_locale("zh"):
        assert [lesson_words(lesson) for lesson in lessons] == [
            "语文（录播课，09:00，20 分钟）",
            "数学（录播课，20 分钟）",
        ]
        assert grades_words([1, 2, 3, 5]) == "1–3、5 年级"


def test_what_begins_or_ends_with_a_digit_is_listed_with_a_blank_beside_the_chinese_and() -> None:
    assert enumerated(["1 项正常", "2 项超限", "3 项不清楚"], "zh") == "1 项正常、2 项超限和 3 项不清楚"
    assert enumerated(["占 5%", "周一"], "zh") == "占 5% 和周一"
    assert enumerated(["周一", "周二"], "zh") == "周一和周二"
    assert enumerated(["1 in order", "2 over"], "en") == "1 in order and 2 over"


def test_every_translation_has_chinese_punctuation() -> None:
    """Whatever a field is filled with stands for a Chinese word."""
    told = catalogue("zh").values()
    assert [said for said in told if HALF_WIDTH.search(FIELD.sub("某", said))] == []


def test_no_template_has_punctuation_of_its_own_beside_what_it_says() -> None:
    found = {
        path.name: marks
        for path in TEMPLATES.rglob("*.html")
        if (marks := HARD_CODED.findall(STYLE.sub("", path.read_text(encoding="utf-8"))))
    }
    assert found == {}
