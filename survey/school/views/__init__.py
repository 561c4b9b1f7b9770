"""The principal's pages, a module a subject; each adds its own to the blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("school", __name__, url_prefix="/school")

from survey.school.views import advice, answers, burden, draft, files, lesson, measures, needs, notice, plan, versions  # noqa: E402, F401 (they need the blueprint)
