"""Whether enough of those asked have answered for nothing to be said of it; what is enough is data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from survey.release.published import Response

FILE = Path(__file__).parent / "enough_answered.toml"


@dataclass(frozen=True, slots=True)
class Enough:
    """The least share of those asked, by questionnaire, and whose figures these are."""

    least_share: Mapping[str, float]
    issuer: str
    title: str
    date: date


@cache
def enough() -> Enough:
    """The shares as they are written down."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    source = data["source"]
    return Enough(data["least_share"], source["issuer"], source["title"], source["date"])


def is_low(response: Response) -> bool:
    """Whether so few have answered that it has to be said. Where either number is not told, nobody knows."""
    if response.answered is None or not response.invited:
        return False
    return response.answered / response.invited < enough().least_share[response.audience.questionnaire]
