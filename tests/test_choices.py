"""In English what is chosen from begins with a capital, on every page of a desk."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from survey.words.wording import DEVICE_LABELS, alone
from tests.demo_town import at_desk
from tests.test_chinese_punctuation import TAG, reached

# A heading beside them: over the schools of one word.
CHOSEN_FROM = re.compile(r"<(label|option|h3)\b[^>]*>(.*?)</\1>", re.DOTALL)


@pytest.mark.parametrize(("login", "start", "fewest"), [("shiyan", "/school/", 60), ("bureau", "/bureau/", 60)])
def test_every_choice_of_a_desk_begins_with_a_capital(town: Flask, login: str, start: str, fewest: int) -> None:
    found = [
        html.unescape(TAG.sub("", words)).strip()
        for _, page in reached(at_desk(town, login), start, "en")
        for _, words in CHOSEN_FROM.findall(page)
    ]
    assert len(found) >= fewest
    assert [words for words in found if words[:1].islower()] == []


def test_within_a_sentence_the_same_words_have_none(town: Flask) -> None:
    with town.test_request_context("/?lang=en"):
        town.preprocess_request()
        assert (str(DEVICE_LABELS["phone"]), str(alone(DEVICE_LABELS["phone"]))) == ("phone", "Phone")
    with town.test_request_context("/?lang=zh"):
        town.preprocess_request()
        assert str(alone(DEVICE_LABELS["phone"])) == str(DEVICE_LABELS["phone"])
