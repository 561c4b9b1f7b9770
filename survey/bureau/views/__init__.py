"""The bureau's pages, a module a subject; each adds its own to the blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("bureau", __name__, url_prefix="/bureau")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

from survey.bureau.views import campaigns, closing, compared, entry, figures, overview, releases, roster, schools  # noqa: E402, F401 (they need the blueprint)
