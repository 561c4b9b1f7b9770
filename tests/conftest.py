"""What every test may ask for: an empty installation of its own, and a visitor."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app
from tests.browser import find_browser
from tests.rounds import mixer_key


def pytest_sessionstart(session: pytest.Session) -> None:
    """Brings the browser before workers start, lest two unpack it over each other."""
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        find_browser()


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An empty installation in a folder of its own."""
    made = create_app(instance=tmp_path / "instance")
    made.testing = True
    mixer_key(made)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor in Chinese."""
    return app.test_client()
