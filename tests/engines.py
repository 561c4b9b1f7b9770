"""On which engine the stores of the tests' installations are, and which tests that can matter to.

`make test` asks every test once on SQLite. The engine can change the outcome of those for which an installation was
made, by the test or by what it was given; that is seen while they run, and noted. What was noted is asked again on
PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from flask import Flask

from survey import db
from survey.config import Settings

WITH_INSTALLATION = ("with", "an installation")
WORDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Installations:
    """Counts those that are made, and remembers which fixtures made one."""

    def __init__(self) -> None:
        self.made = 0
        self.before = 0  # the test that runs now
        self.given: set[tuple[str, str]] = set()  # a fixture's name, and the folder, module or class that it is of

    @contextmanager
    def counted(self) -> Iterator[None]:
        """While this lasts, whatever connects to stores is counted."""

        def connect(app: Flask, settings: Settings) -> None:
            self.made += 1
            connected(app, settings)

        connected = db.connect
        with mock.patch.object(db, "connect", connect):
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """A fixture that is kept gives its installation to tests that make none."""
        before = self.made
        try:
            return (yield)
        finally:
            if self.made > before:
                self.given.add((fixturedef.argname, fixturedef.baseid))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Each phase's report tells whether there was one."""
        self.before = self.made
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> None:
        """Whether one was made for this test, by it or for what it was given."""
        if WITH_INSTALLATION not in item.user_properties and (self.made > self.before or self._was_given(item)):
            item.user_properties.append(WITH_INSTALLATION)

    def _was_given(self, item: pytest.Item) -> bool:
        names = set(getattr(item, "fixturenames", ()))
        return any(name in names and item.nodeid.startswith(home) for name, home in self.given)


class Notes:
    """The tests with an installation, as the reports tell them; written down where that is wanted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noted: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of all workers."""
        if any(tuple(told) == WITH_INSTALLATION for told in report.user_properties):
            self.noted.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """One a line."""
        self.path.write_text("".join(f"{name}\n" for name in sorted(self.noted)), encoding="utf-8")


def choose_noted(config: pytest.Config, items: list[pytest.Item], path: Path) -> None:
    """Leave the tests that are written down."""
    noted = set(path.read_text(encoding="utf-8").splitlines())
    left = [item for item in items if item.nodeid not in noted]
    items[:] = [item for item in items if item.nodeid in noted]
    config.hook.pytest_deselected(items=left)
