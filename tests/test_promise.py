"""The promise and its page for the curious; and that whatever is claimed names a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey.config import LANGUAGES
from survey.promise import THREATS

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs" / "anonymity.md"
SECURITY = HERE.parent / "docs" / "security.md"


def all_tests() -> set[str]:
    """The names of all tests there are."""
    files = (path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    return {name for text in files for name in re.findall(r"^ *def (test_\w+)\(", text, re.MULTILINE)}


def test_every_claim_names_tests_that_exist() -> None:
    claimed = {name for threat in THREATS for name in threat.tests}
    for page in (DOCS, SECURITY):
        claimed |= set(re.findall(r"`(test_[a-z0-9_]+)`", page.read_text(encoding="utf-8")))
    assert claimed <= all_tests(), sorted(claimed - all_tests())


def test_every_threat_of_the_page_stands_in_the_documentation_too() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", DOCS.read_text(encoding="utf-8")))
    assert {name for threat in THREATS for name in threat.tests} <= named


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_promise_says_what_is_not_promised_in_every_language(client: FlaskClient, language: str) -> None:
    page = client.get(f"/promise?lang={language}")
    assert {"zh": "不承诺", "en": "do not promise"}[language] in page.text
    how = client.get(f"/promise/how?lang={language}").text
    for threat in THREATS:
        assert threat.who[language] in how.replace("&#39;", "'")
    assert "Set-Cookie" not in page.headers
