"""Everybody who may ask for an address: somebody from outside, and staff of both kinds."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from survey import create_app
from tests.desks import log_in
from tests.helping import a_district
from tests.rounds import a_group, mixer_key


def a_house(folder: Path) -> Flask:
    """An installation with two districts, an open group, and `principal` named for assistance."""
    app = create_app(instance=folder)
    app.testing = True
    mixer_key(app)
    a_district(app)
    with app.app_context():
        a_group()
    return app


def who_come(house: Flask) -> dict[str, FlaskClient]:
    """They, by name; staff at their desks."""
    return {"nobody": house.test_client(), "clerk": log_in(house, "clerk"), "principal": log_in(house, "principal")}
