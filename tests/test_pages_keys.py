"""Keys that are not those of the other pages on the stores: on a second machine without them, lost, or older."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from survey import create_app, db, whole_file
from survey.ballot import entry, slips
from survey.ballot.groups import take_no_more
from survey.ballot.store import Slip
from survey.keyring import pages_keys
from survey.keyring.key_marks import mark_of
from survey.keyring.keys import read_key
from survey.keyring.pages_keys import MARKED, OtherKeys
from tests.processes import FLASK, by_itself
from tests.rounds import a_group
from tests.test_backup import back_up, keys_of, run

SERVE = (*FLASK, "serve", "--port", "0")
With = Callable[[Path], Flask]


@pytest.fixture
def code(app: Flask) -> str:
    """A slip of an open round, printed where the pages are."""
    with app.app_context():
        return slips.normalise(slips.issue(a_group("slips").id, 2)[0]) or ""


@pytest.fixture
def kept(app: Flask, tmp_path: Path) -> Path:
    """A copy of the keys."""
    return Path(shutil.copytree(app.config["SETTINGS"].keys, tmp_path / "kept"))


@pytest.fixture
def with_keys(app: Flask) -> Iterator[With]:
    """The pages as a machine serves them that has the keys of a folder, on the same stores."""

    def start(folder: Path) -> Flask:
        shutil.rmtree(app.config["SETTINGS"].keys)
        if folder.exists():
            shutil.copytree(folder, app.config["SETTINGS"].keys)
        read_key.cache_clear()
        made = create_app(instance=app.config["SETTINGS"].instance)
        made.testing = True
        return made

    yield start
    read_key.cache_clear()


def test_a_machine_without_the_keys_says_so_and_neither_takes_nor_prints_a_slip(
    code: str, kept: Path, tmp_path: Path, with_keys: With
) -> None:
    second = with_keys(tmp_path / "none")
    told = "other keys than those in"
    assert told in run(second, "check")
    assert "amiss  keys" in run(second, "check")
    served = by_itself(second, *SERVE)
    assert served.returncode == 1
    assert told in served.stdout
    assert "Traceback" not in served.stdout
    page = second.test_client().post("/a?lang=en", data={"code": code})
    assert (page.status_code, "not valid" in page.text) == (503, False)
    with second.app_context():
        with pytest.raises(OtherKeys):
            slips.issue(a_group("slips", grade=4).id, 2)
        db.session("ballots").rollback()
        assert db.session("ballots").query(Slip).count() == 2
    copied = with_keys(kept)
    assert "ok     keys" in run(copied, "check")
    with copied.app_context():
        assert entry.was_issued(code)


@pytest.mark.parametrize("name", MARKED)
def test_each_key_that_is_another_is_named(name: str, app: Flask, code: str, kept: Path, with_keys: With) -> None:
    (kept / name).unlink()
    whole_file.make(kept / name, bytes(32))
    other = with_keys(kept)
    assert f"({name}). With these {MARKED[name]}." in run(other, "check")


def test_keys_that_are_lost_for_good_are_given_up_in_words(
    app: Flask, code: str, tmp_path: Path, with_keys: With
) -> None:
    assert "in force already" in run(app, "keys", "lost")
    second = with_keys(tmp_path / "none")
    said = run(second, "keys", "lost")
    assert said.startswith(f"These keys are in force: {', '.join(sorted(MARKED))}. The old ones are lost: ")
    assert all(consequence in said for consequence in MARKED.values())
    assert "ok     keys" in run(second, "check")
    with second.app_context():
        assert not entry.was_issued(code)


@pytest.mark.parametrize("name", MARKED)
def test_a_rotated_key_is_marked_and_the_copy_from_before_is_another(
    name: str, app: Flask, code: str, kept: Path, with_keys: With
) -> None:
    with app.app_context():
        take_no_more("c1")
    assert "a new key is in force" in run(app, "keys", "rotate", name)
    assert "ok     keys" in run(app, "check")
    older = with_keys(kept)
    assert f"({name})" in run(older, "check")
    assert f"({name})" in run(older, "keys", "rotate", name)
    assert (older.config["SETTINGS"].keys / name).read_bytes() == (kept / name).read_bytes()


def test_a_process_that_began_before_a_rotation_prints_no_slips_any_more(app: Flask, code: str) -> None:
    keys = app.config["SETTINGS"].keys
    with app.app_context():
        group = a_group("slips", school="s2").id
        rotated = b"r" * 32
        pages_keys.follow("pepper", rotated)
        (keys / "pepper").write_bytes(rotated)
        with pytest.raises(OtherKeys, match="rotated since this process began"):
            slips.issue(group, 1)
        read_key.cache_clear()
        assert slips.issue(group, 1)


@pytest.mark.sqlite_files
def test_pages_that_may_not_write_the_ballots_say_so_when_they_start(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        event.listen(db.engine("ballots"), "checkout", lambda raw, *_: raw.execute("pragma query_only = on"))
    said = app.test_cli_runner().invoke(args=["serve", "--port", "0"])
    assert said.exit_code == 1
    assert said.output.splitlines()[-1].startswith("Error: The store ballots cannot be written: ")


def test_a_rotation_that_was_cut_off_before_the_key_was_in_force_is_no_other_key(app: Flask, code: str) -> None:
    folder = app.config["SETTINGS"].keys
    whole_file.make(folder / "session_next", bytes(32))
    with app.app_context():
        pages_keys.follow("session", bytes(32))
    assert "ok     keys" in run(app, "check")
    assert "a new key is in force" in run(app, "keys", "rotate", "session")
    assert (folder / "session").read_bytes() == bytes(32)
    assert "ok     keys" in run(app, "check")


def test_keys_that_are_brought_to_a_restored_installation_are_its_own(app: Flask, code: str, tmp_path: Path) -> None:
    made = back_up(app, tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    with new.app_context():
        pages_keys.mark()  # as its pages do when they are served
    before = read_key(new.config["SETTINGS"].keys, "second_step")
    run(new, "restore", made, "--keys", keys_of(made.parent))
    assert read_key(new.config["SETTINGS"].keys, "second_step") != before
    assert "ok     keys" in run(new, "check")


def test_no_backup_holds_a_mark(app: Flask, code: str, tmp_path: Path) -> None:
    made = back_up(app, tmp_path / "backups")
    whole = b"".join(path.read_bytes() for path in made.iterdir())
    keys = app.config["SETTINGS"].keys
    with app.app_context():
        assert db.session("ballots").query(pages_keys.PagesKey).count() == len(MARKED)
    assert not [name for name in MARKED if mark_of((keys / name).read_bytes()) in whole]


def test_a_program_that_only_starts_marks_no_store(app: Flask) -> None:
    """The mixer's has keys of its own, on the same store."""
    assert app.test_cli_runner().invoke(args=["mix"]).exit_code == 0
    with app.app_context():
        assert db.session("ballots").query(pages_keys.PagesKey).count() == 0
