"""The bureau's pages, a module a subject; each adds its own to the blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("bureau", __name__, url_prefix="/bureau")

from survey.bureau.views import (  # noqa: E402, F401 (they need the blueprint)
    campaigns,
    closing,
    compared,
    drafts,
    entry,
    families,
    figures,
    files,
    invitations,
    norms,
    notice,
    overview,
    releases,
    reminders,
    roster,
    schools,
)
