"""What respondents are promised, and for the curious: who could learn what, what stops them, how it is tested."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, render_template

from survey.page_style import respondents_only

Text = Mapping[str, str]  # language → words

bp = Blueprint("promise", __name__)
bp.after_request(respondents_only)


@dataclass(frozen=True, slots=True)
class Threat:
    """One kind of person who might want to know."""

    who: Text
    could: Text
    stopped: Text
    remains: Text
    tests: tuple[str, ...]


def read_threats(path: Path) -> tuple[Threat, ...]:
    """The table of threats. Raises TypeError for a row that lacks something."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["threat"]
    return tuple(Threat(**{**row, "tests": tuple(row["tests"])}) for row in rows)


THREATS = read_threats(Path(__file__).parent / "threats.toml")


@bp.get("/promise")
def page() -> str:
    return render_template("home/promise.html")


@bp.get("/promise/how")
def how() -> str:
    return render_template("home/how.html", threats=THREATS)
