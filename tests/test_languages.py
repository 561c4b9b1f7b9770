"""Every sentence of every page is there in every language."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext

from survey.language import speak
from survey.words import amount_words

# Slips are two at least, a spare one among them; the others are counted where there are more than are named.
SEVERAL = {
    "%(number)s schools of this name are known.",
    "%(number)s schools. They come first in the figures below.",
    "%(number)s slips",
    "%(number)s slips are inside. One for each person, and one more for every ten, for those that are lost.",
    "%(number)s times",
    "%(who)s: %(number)s questions are not compared: %(why)s.",
    "All %(number)s changes",
    "At least %(number)s characters.",
    "How heavy is learning at home, and what would help? About %(minutes)s minutes, %(number)s questions.",
    "Print %(number)s slips of %(schools)s schools",
    "Print %(number)s slips: %(school)s",
    "There are %(number)s problems",  # of one it is said otherwise, as on pages that count none
    "Type a password of at least %(number)s characters.",
}
HERE = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
TRANSLATED = ("zh",)
FIELD = re.compile(r"%\((\w+)\)s")


@cache
def sentences() -> Mapping[str, str | None]:
    """Every sentence that pages, sheets and error messages may say; of one that tells a number, how many are told.

    They are looked for once.
    """
    found: dict[str, str | None] = {}
    for folder in ("estimator", "survey", "templates"):
        for _, _, said, *_ in extract_from_dir(
            HERE / folder, METHODS, keywords=KEYWORDS, options_map={"**.html": {"trimmed": "true"}}
        ):
            one, many = (said, None) if isinstance(said, str) else said[:2]
            assert found.setdefault(one, many) == many, one
    return {one: many for one, many in found.items() if one}


def forms(language: str) -> dict[tuple[str, str | None], tuple[str, ...]]:
    """Sentence, and how it is for many → its translations, one for each of the language's numbers."""
    path = HERE / "survey/translations" / language / "LC_MESSAGES/messages.po"
    found: dict[tuple[str, str | None], tuple[str, ...]] = {}
    for message in read_po(io.BytesIO(path.read_bytes())):
        if message.id:
            one, many = (message.id, None) if isinstance(message.id, str) else message.id
            found[one, many] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return found


def catalogue(language: str) -> dict[str, str]:
    """Sentence → translation; of several, the last."""
    return {one: told[-1] for (one, _many), told in forms(language).items()}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_lacks_its_translation(language: str) -> None:
    told = forms(language)
    assert sorted(one for one, many in sentences().items() if not all(told.get((one, many), ("",)))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_of_a_sentence_nobody_says(language: str) -> None:
    assert sorted(one for one, _many in forms(language).keys() - sentences().items()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_sentence(language: str) -> None:
    for (one, many), translations in forms(language).items():
        for translation in translations:
            assert set(FIELD.findall(many or one)) == set(FIELD.findall(translation)), one


def test_a_number_is_told_in_the_form_that_the_language_has_for_it(app: Flask) -> None:
    told = app.jinja_env.from_string(
        '{% for n in (0, 1, 2) %}{{ ngettext("%(num)s school", "%(num)s schools", n) }}{{ _("; ") }}{% endfor %}'
    )
    for language, said in (("en", "0 schools; 1 school; 2 schools; "), ("zh", "0 所学校；1 所学校；2 所学校；")):
        with app.test_request_context(f"/?lang={language}"):
            app.preprocess_request()
            assert told.render() == said


def test_what_may_be_one_is_never_told_as_several() -> None:
    """Of what is counted without a form for one there are always more, or it is a share of several."""
    counted = re.compile(r"(?:^|[^f] )%\((?:number|num)\)s (?:more |new )?(?!is|stays|has)[a-z]+s\b")
    told = {one for one, many in sentences().items() if many is None and counted.search(one)}
    assert told == SEVERAL


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
