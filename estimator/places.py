"""Where something holds: codes of countries, provinces and towns, as they are kept, and the names of China's.

A code begins with those of the places it lies in: CN-44-YF in CN-44 in CN. A Chinese province has two codes, digits and
letters (`places.toml`, with its sources); what is kept has digits, so that one place has one code.
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


@dataclass(frozen=True, slots=True)
class Name:
    """What a place is called."""

    chinese: str
    english: str


def kept(code: str) -> str:
    """The code as it is kept. Raises NoPlace for what is none, and for a province that China has not."""
    if not CODE.fullmatch(code):
        raise NoPlace(code)
    country, *within = code.split("-")
    if country == CHINA and within:
        digits = _digits().get(within[0])
        if digits is None:
            raise NoPlace(code)
        within[0] = digits
    return "-".join((country, *within))


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
