"""Every sentence of every page is there in every language."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext

from survey.language import speak
from survey.words import amount_words

HERE = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None}
TRANSLATED = ("zh",)
FIELD = re.compile(r"%\((\w+)\)s")


@cache
def sentences() -> frozenset[str]:
    """Every sentence that pages, sheets and error messages may say; they are looked for once."""
    found = set()
    for folder in ("estimator", "survey", "templates"):
        for _, _, said, *_ in extract_from_dir(
            HERE / folder, METHODS, keywords=KEYWORDS, options_map={"**.html": {"trimmed": "true"}}
        ):
            found.add(said if isinstance(said, str) else said[0])
    return frozenset(found - {""})


def catalogue(language: str) -> dict[str, str]:
    """Sentence → translation."""
    path = HERE / "survey/translations" / language / "LC_MESSAGES/messages.po"
    found = {}
    for message in read_po(io.BytesIO(path.read_bytes())):
        if message.id:
            # No sentence is told by a number yet: that would have more than one form.
            assert isinstance(message.id, str)
            assert isinstance(message.string, str)
            found[message.id] = message.string
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_lacks_its_translation(language: str) -> None:
    told = catalogue(language)
    assert sorted(s for s in sentences() if not told.get(s)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_of_a_sentence_nobody_says(language: str) -> None:
    assert sorted(set(catalogue(language)) - sentences()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_sentence(language: str) -> None:
    for sentence, translation in catalogue(language).items():
        assert set(FIELD.findall(sentence)) == set(FIELD.findall(translation)), sentence


def test_a_sentence_is_said_in_the_language_that_is_spoken_just_now(app: Flask) -> None:
    with app.test_request_context("/?lang=zh"):
        app.preprocess_request()
        said = [gettext("School")]
        with force_locale("en"):
            said.append(gettext("School"))
        said.append(gettext("School"))
        speak("en")
        said.append(gettext("School"))
    assert said == ["学校", "School", "学校", "School"]


ASKED = ("Asked", "Invited (people)")


def test_a_template_may_call_what_it_says_as_it_likes_and_speaks_english_where_nobody_asks(app: Flask) -> None:
    said = app.jinja_env.from_string(
        '{{ _("%(sentence)s of %(context)s", sentence=1, context="<2>") }} {{ _("Overview") }}'
    )
    assert said.render() == "1 of &lt;2&gt; Overview"
    with app.test_request_context("/?lang=zh"):
        assert said.render() == "1 of &lt;2&gt; 概览"


def test_nothing_is_said_as_less_than_nothing() -> None:
    assert [amount_words.number_text(value, "share", "en") for value in (-0.0, -0.0001, 0.0)] == ["0", "0", "0"]


def test_in_chinese_how_many_were_asked_never_reads_as_how_many_answered() -> None:
    told = catalogue("zh")
    assert [told[said].split("（")[0] for said in ASKED] == ["受邀人数"] * len(ASKED)
    assert [said for said, chinese in told.items() if "应答人数" in chinese] == []


def test_in_chinese_a_release_is_counted_in_one_way_and_where_families_live_has_one_name() -> None:
    told = catalogue("zh")
    numbered = [chinese for said, chinese in told.items() if re.search(r"elease %\(number\)s", said)]
    assert numbered
    assert [chinese for chinese in numbered if not re.search(r"第 ?%\(number\)s ?次发布", chinese)] == []
    assert told["Setting"] == "城乡"
    assert [said for said, chinese in told.items() if "家庭所在" in chinese] == []
