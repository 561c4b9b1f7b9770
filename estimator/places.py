"""Where something holds: codes of countries, provinces and towns, as they are kept, and the names of China's.

A code begins with those of the places it lies in: CN-44-YF in CN-44 in CN. A Chinese province has two codes, digits and
letters (`places.toml`, with its sources); what is kept has digits, so that one place has one code. Within a province
the towns that are listed are known. Of another country's parts, of which it has one level, only the form is looked at.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}")
CHINA = "CN"
PLACES = Path(__file__).with_name("places.toml")


class NoPlace(ValueError):
    """No code of a place."""


class UnknownWithin(NoPlace):
    """A code of somewhere within a province, or within a part of a country, that is not listed there."""

    def __init__(self, wider: str):
        super().__init__(wider)
        self.wider = wider  # as it is kept


@dataclass(frozen=True, slots=True)
class Name:
    """What a place is called."""

    chinese: str
    english: str


def kept(code: str) -> str:
    """The code as it is kept. Raises NoPlace for what is none, and for a province that China has not.

    UnknownWithin for what lies within one and is not listed.
    """
    if not CODE.fullmatch(code):
        raise NoPlace(code)
    country, *within = code.split("-")
    if country == CHINA and within:
        digits = _digits().get(within[0])
        if digits is None:
            raise NoPlace(code)
        within[0] = digits
    found = "-".join((country, *within))
    if len(within) > 1 and found not in towns():
        raise UnknownWithin("-".join((country, within[0])))
    return found


def towns() -> Mapping[str, object]:
    """The codes of places within provinces that are known."""
    return _listed()["town"]


def name(code: str) -> Name | None:
    """What a place of China is called; None for those that are not listed, and for countries."""
    return _names().get(code)


@cache
def _listed() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(PLACES.read_text(encoding="utf-8"))


@cache
def _digits() -> Mapping[str, str]:
    """A province's letters or digits → its digits."""
    listed = _listed()["province"]
    return {digits: digits for digits in listed} | {said["letters"]: digits for digits, said in listed.items()}


@cache
def _names() -> Mapping[str, Name]:
    provinces = {f"{CHINA}-{digits}": said for digits, said in _listed()["province"].items()}
    listed = provinces | dict(_listed()["town"])
    return {code: Name(said["chinese"], said["english"]) for code, said in listed.items()}
