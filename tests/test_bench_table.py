"""The table of `make bench`: what it says at its end, and that a part which fails takes no other along."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks import instructions
from benchmarks.__main__ import main
from benchmarks.figure import Figure, at_least, at_most


def swift() -> Iterator[Figure]:
    yield Figure("a page", 2, "CPU-ms")
    yield at_most(3, "… of a hello", 2, "×")


def slow() -> Iterator[Figure]:
    yield at_least(80, "journeys", 100, "a second")
    yield at_most(5, "… the last of them", 7, "s")


def failing() -> Iterator[Figure]:
    yield at_most(5, "its first figure", 4, "s")
    raise ValueError("no room\nleft on the disk")


def test_where_every_goal_is_met_the_bench_says_so_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"swift": swift}) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1 goals met, 0 missed."


def test_what_was_missed_is_told_at_the_end_with_what_it_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"slow": slow, "swift": swift}) == 1
    *_, counted, missed = capsys.readouterr().out.splitlines()
    assert counted == "2 of 3 goals met, 1 missed."
    assert missed.startswith("… the last of them")
    assert missed.endswith("(journeys)")


def test_a_part_that_fails_is_told_with_its_reason_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"failing": failing, "swift": swift}) == 1
    said = capsys.readouterr()
    assert said.out.index("its first figure") < said.out.index("failing: broken off") < said.out.index("… of a hello")
    assert "2 of 3 goals met, 1 missed." in said.out
    assert "no room" in said.out.splitlines()[-1]
    assert "Traceback" in said.err


def test_who_would_count_instructions_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", ["benchmarks.instructions"])
    assert instructions.main() == 1
    assert "apt-get install valgrind" in capsys.readouterr().err


@pytest.mark.parametrize("started", ["tests.conftest", "benchmarks.__main__", "benchmarks.instructions"])
def test_neither_tests_nor_benchmarks_touch_the_installation_of_their_machine(started: str) -> None:
    settings = {"JIANFU_BALLOTS_URL": "postgresql://the.provinces.own/ballots", "JIANFU_INSTANCE": "/var/lib/jianfu"}
    say = f"import {started}; from survey.config import read_settings; print(read_settings())"
    call = [sys.executable, "-c", say]
    said = subprocess.run(call, env=os.environ | settings, capture_output=True, text=True, check=True).stdout
    assert "ballots.db" in said
    assert not [value for value in settings.values() if value in said]
