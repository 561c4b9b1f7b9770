"""A test with an installation is known as one, so that it is asked on PostgreSQL too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
OF_EACH_KIND = """
import pytest
from survey import create_app

@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return create_app(instance=tmp_path_factory.mktemp("kept"))

def test_of_nothing():
    pass

def test_that_makes_one(tmp_path):
    create_app(instance=tmp_path)

def test_that_is_given_one(app):
    pass

def test_for_which_one_is_made_and_kept(kept):
    pass

def test_that_is_given_what_was_kept(kept):
    pass

def test_of_nothing_afterwards():
    pass

def test_that_makes_one_and_fails(tmp_path):
    create_app(instance=tmp_path)
    assert False
"""


def test_whoever_makes_or_is_given_an_installation_is_noted(tmp_path: Path) -> None:
    (tmp_path / "test_kinds.py").write_text(OF_EACH_KIND, encoding="utf-8")
    arguments = ["-p", "tests.conftest", f"--note={tmp_path / 'noted'}", f"--rootdir={tmp_path}", tmp_path]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *map(str, arguments)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert "1 failed, 6 passed" in done.stdout, done.stdout + done.stderr
    noted = (tmp_path / "noted").read_text(encoding="utf-8").splitlines()
    assert [name.partition("::")[2] for name in noted] == [
        "test_for_which_one_is_made_and_kept",
        "test_that_is_given_one",
        "test_that_is_given_what_was_kept",
        "test_that_makes_one",
        "test_that_makes_one_and_fails",
    ]
