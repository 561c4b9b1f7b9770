"""Moments are stored in UTC and told in the zone of the machine, whatever zone the database's server has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask

from survey.day import now
from survey.planning import plans
from tests.desk import SCHOOL, a_lesson, a_plan, make_school, save
from tests.postgres import Server


def test_a_version_is_saved_in_utc_on_a_server_of_another_zone(
    server: Server, on_postgresql: Flask, tmp_path: Path, zone: Callable[[str], None]
) -> None:
    zone("Asia/Shanghai")
    database = server.databases[(tmp_path / "instance").resolve()].name
    server.run("alter database {} set timezone to 'Asia/Shanghai'", database)
    on_postgresql.extensions["stores"]["desk"].dispose()
    make_school(on_postgresql)
    save(on_postgresql, a_plan(a_lesson()))
    with on_postgresql.app_context():
        (version,) = plans.versions(SCHOOL)
        assert abs(version.saved_at - now()) < timedelta(minutes=5)
