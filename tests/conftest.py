"""What every test may ask for: an empty installation of its own, and a visitor."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An empty installation in a folder of its own."""
    made = create_app(instance=tmp_path / "instance")
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor in Chinese."""
    return app.test_client()
