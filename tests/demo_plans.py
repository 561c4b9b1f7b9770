"""The demo's schools with their plans; nobody has been asked anything."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from survey import create_app
from survey.demo import district
from survey.demo.commands import write_logins


def plans_alone(folder: Path) -> Flask:
    """An installation with the demo's schools, plans and accounts."""
    app = create_app(instance=folder)
    app.testing = True
    with app.app_context():
        write_logins(district.make_district())
    return app
