"""Adding a language touches no code: one that is written from right to left is added here, by data files alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import starmap
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app, language, promise, questionnaire
from survey.config import LANGUAGES, Language
from tests.rounds import a_group, mixer_key
from tests.test_answering import press
from tests.test_languages import sentences

CODE = "ar"
HEADER = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
OWN = "العربية"
SURVEY = Path(questionnaire.__file__).parents[1]
# What no catalogue says: names of schools and of languages, the length of a code, a program's own names.
NOT_SAID = re.compile(r"School s1|Bureau|中文|English|·|[0-9%–.,:()/]|test_\\w+|Chromium")


def pseudo(words: str) -> str:
    """Words of the language: the English ones between brackets, so that one sees what was forgotten."""
    return f"⟦{words}⟧"


def entry(one: str, many: str | None) -> str:
    """A sentence in the catalogue; of one that tells a number, both forms."""
    one, told = escaped(one), escaped(many or "")
    if many is None:
        return f'msgid "{one}"\nmsgstr "{pseudo(one)}"\n'
    forms = f'msgstr[0] "{pseudo(one)}"\nmsgstr[1] "{pseudo(told)}"\n'
    return f'msgid "{one}"\nmsgid_plural "{told}"\n{forms}'


def escaped(words: str) -> str:
    """Words between quotation marks of a catalogue."""
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def with_the_language(path: Path, copy: Path) -> None:
    """A data file, with the language beside English wherever English stands."""
    told = re.compile(r'en = "((?:[^"\\]|\\.)*)"')
    text = told.sub(lambda m: f'{m[0]}, {CODE} = "{pseudo(m[1])}"', path.read_text(encoding="utf-8"))
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text, encoding="utf-8")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An installation that speaks it."""
    for path in (SURVEY / "questionnaires").glob("*.toml"):
        with_the_language(path, tmp_path / "questionnaires" / path.name)
    with_the_language(SURVEY / "threats.toml", tmp_path / "threats.toml")
    shutil.copytree(SURVEY / "translations", tmp_path / "translations")
    catalogue = tmp_path / "translations" / CODE / "LC_MESSAGES/messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(HEADER + "\n".join(starmap(entry, sorted(sentences().items()))), encoding="utf-8")
    monkeypatch.setitem(LANGUAGES, CODE, Language(OWN, CODE, "rtl"))
    monkeypatch.setattr(language, "CATALOGUES", tmp_path / "translations")
    monkeypatch.setattr(questionnaire, "FOLDER", tmp_path / "questionnaires")
    monkeypatch.setattr(promise, "THREATS", promise.read_threats(tmp_path / "threats.toml"))
    questionnaire.built_in.cache_clear()
    made = create_app(instance=tmp_path / "instance")
    mixer_key(made)
    yield made
    questionnaire.built_in.cache_clear()


def forgotten(html: str) -> str:
    """The words of a page that are in no brackets."""
    body = re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>|<code>.*?</code>|<svg.*?</svg>", "", html)
    words = re.sub(r"(?s)<[^>]*>", " ", body.partition("<body>")[2])
    return " ".join(NOT_SAID.sub(" ", re.sub(r"⟦[^⟦⟧]*(?:⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧", " ", words)).replace(OWN, "").split())


def test_every_page_of_a_respondent_speaks_it_from_right_to_left(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        links = {name: a_group(questionnaire=name).id for name in questionnaire.built_in()}
    pages = [client.get(f"{path}?lang={CODE}") for path in ("/", "/a", "/promise", "/promise/how", "/thanks")]
    for link in links.values():
        pages.append(client.get(f"/open/{link}?lang={CODE}"))
        page = client.post(f"/open/{link}?lang={CODE}")
        while page.status_code != 303:
            pages.append(page)
            page = press(client, page)
    for page in pages:
        assert f'lang="{CODE}" dir="rtl"' in page.text
        assert forgotten(page.text) == ""


def test_it_is_offered_on_every_page_under_its_own_name(app: Flask, client: FlaskClient) -> None:
    assert f'hreflang="{CODE}">{OWN}</a>' in client.get("/a?lang=zh").text
    assert f'lang="{CODE}"' in client.get("/a", headers={"Accept-Language": "ar-EG,en;q=0.5"}).text
