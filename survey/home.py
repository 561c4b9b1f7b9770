"""The front door: type a code, or go to a desk; and whether the house stands."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey.page_style import respondents_only
from survey.stores import pulse

bp = Blueprint("home", __name__)
bp.after_request(respondents_only)


@bp.get("/")
def page() -> str:
    return render_template("home/page.html")


@bp.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    silent = pulse.silent()
    return ({"stores": "do not answer: " + ", ".join(silent)}, 503) if silent else ({"stores": "answer"}, 200)
