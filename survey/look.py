"""How a respondent's page looks, by their own choice: large print, pinyin. Chosen in the address or by a button."""

from __future__ import annotations

import re
from functools import cache

from flask import has_request_context, request
from markupsafe import Markup
from pypinyin import Style, pinyin

from survey.words.name_order import CHINESE

LARGE, PINYIN = "l", "p"
LOOKS = (LARGE, PINYIN)
# Between two tags, inside the page's body; what stands in a tag, a style or a script is left alone.
WORDS = re.compile(r">([^<]+)<")


def asked_for() -> str:
    """The look asked for in the address; the usual one outside any page."""
    return known(request.args.get("look", "")) if has_request_context() else ""


def known(asked: str) -> str:
    """The looks that there are, of those asked for, each once."""
    return "".join(look for look in LOOKS if look in asked)


def changed(look: str, by: str) -> str:
    """The look with one of its parts turned on, or off where it was on."""
    return known(look.replace(by, "") if by in look else look + by)


def with_pinyin(html: str) -> str:
    """The page with the pinyin above its Chinese words, as <ruby>."""
    return WORDS.sub(lambda found: f">{CHINESE.sub(lambda run: _ruby(run[0]), found[1])}<", html)


@cache
def _ruby(words: str) -> Markup:
    read = pinyin(words, style=Style.TONE)
    return Markup("<ruby>" + "".join(f"{c}<rt>{said[0]}</rt>" for c, said in zip(words, read, strict=True)) + "</ruby>")
