"""How a respondent's page looks, by their own choice: large print, pinyin. Chosen in the address or by a button."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from flask import has_request_context, request
from markupsafe import Markup
from pypinyin import Style, pinyin

from survey.words.name_order import CHINESE

LARGE, PINYIN = "l", "p"
LOOKS = (LARGE, PINYIN)
# Between two tags, inside the page's body; what stands in a tag, a style or a script is left alone.
WORDS = re.compile(r">([^<]+)<")
# Word → its pinyin, where textbooks print another one than pypinyin; by which rule, the file says.
READ = tomllib.loads((Path(__file__).parent / "pinyin.toml").read_text(encoding="utf-8"))["words"]
READ_OTHERWISE = re.compile("|".join(sorted(READ, key=len, reverse=True)))


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


def pinyin_of(words: str) -> list[str]:
    """How each character of Chinese words is read, as primary textbooks print it."""
    read = [said[0] for said in pinyin(words, style=Style.TONE)]
    for found in READ_OTHERWISE.finditer(words):
        read[found.start() : found.end()] = READ[found[0]].split()
    return read


@cache
def _ruby(words: str) -> Markup:
    read = zip(words, pinyin_of(words), strict=True)
    return Markup("<ruby>" + "".join(f"{character}<rt>{said}</rt>" for character, said in read) + "</ruby>")
