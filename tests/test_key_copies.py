"""Keys are brought to what they open: those of another installation are told apart, before anything stays."""

from __future__ import annotations

import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from textwrap import dedent

import pytest
from flask import Flask

from survey import create_app
from survey.config import STORES, Settings
from survey.keyring.keys import COPIED_KEYS
from tests.desks import log_in, two_districts
from tests.helping import WHO, a_district, ask, at_desk, code_in, id_of, page_of
from tests.processes import FLASK, ended
from tests.test_backup import back_up, keys_of, rows, run
from tests.test_second_step import turn_on

ASSISTANCE = "assistance does not open its requests for help"
SECOND_STEP = "second_step does not open its second steps"


@pytest.fixture
def another(tmp_path: Path) -> Path:
    """The keys of another installation."""
    settings: Settings = create_app(instance=tmp_path / "another").config["SETTINGS"]
    return settings.keys


@pytest.fixture
def new(tmp_path: Path) -> Flask:
    """An empty installation."""
    return create_app(instance=tmp_path / "new")


def asked(app: Flask) -> str:
    """The receipt code of a request for help, the only thing that is sealed there."""
    return code_in(ask(app.test_client(), page_of(app, a_district(app).school)))


def secured(app: Flask) -> None:
    """A clerk has turned the second step on, the only thing that is sealed there."""
    two_districts(app)
    turn_on(log_in(app, "clerk"))


def keys_in(folder: Path) -> dict[str, bytes]:
    """What lies in a folder of keys."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_restore_with_the_keys_of_another_installation_says_so_and_leaves_all_as_it_was(
    app: Flask, new: Flask, another: Path, tmp_path: Path
) -> None:
    code = asked(app)
    made, before = back_up(app, tmp_path / "backups"), keys_in(new.config["SETTINGS"].keys)
    said = run(new, "restore", made, "--keys", another)
    assert said.startswith(f"Error: The keys in {another} do not belong to the backup {made}: {ASSISTANCE}. Nothing")
    assert "restored." not in said
    assert not any(rows(new).values())
    assert keys_in(new.config["SETTINGS"].keys) == before
    assert "restored." in run(new, "restore", made, "--keys", keys_of(made.parent))
    new.testing = True
    assert WHO in at_desk(new, "principal").get(f"/assistance/requests/{id_of(new, code)}").text


@pytest.mark.parametrize("seal", [asked, secured])
def test_a_restore_with_the_keys_of_another_installation_begins_none(
    app: Flask, another: Path, tmp_path: Path, seal: Callable[[Flask], object]
) -> None:
    seal(app)
    made, new = back_up(app, tmp_path / "backups"), tmp_path / "new"
    done = ended({"JIANFU_INSTANCE": str(new)}, *FLASK, "restore", str(made), "--keys", str(another))
    assert done.returncode == 1
    assert done.stdout.startswith(f"Error: The keys in {another} do not belong to the backup {made}: ")
    assert len(done.stdout.splitlines()) == 1
    assert not new.exists()
    keys = str(keys_of(made.parent))
    assert "restored." in ended({"JIANFU_INSTANCE": str(new)}, *FLASK, "restore", str(made), "--keys", keys).stdout
    assert len([*new.glob("*.db")]) == len(STORES)


def test_keys_of_another_installation_are_not_brought_afterwards_either(
    app: Flask, new: Flask, another: Path, tmp_path: Path
) -> None:
    secured(app)
    made = back_up(app, tmp_path / "backups")
    run(new, "restore", made)
    before = keys_in(new.config["SETTINGS"].keys)
    said = run(new, "keys", "bring", another)
    assert said.startswith(f"Error: The keys in {another} do not belong to these stores: {SECOND_STEP}. Nothing")
    assert keys_in(new.config["SETTINGS"].keys) == before
    assert "are in force" in run(new, "keys", "bring", keys_of(made.parent))


def test_keys_from_before_a_rotation_do_not_belong_to_a_later_backup(app: Flask, new: Flask, tmp_path: Path) -> None:
    asked(app)
    back_up(app, tmp_path / "older")
    run(app, "keys", "rotate", "assistance")
    made = back_up(app, tmp_path / "backups")
    assert ASSISTANCE in run(new, "restore", made, "--keys", keys_of(tmp_path / "older"))
    assert "restored." in run(new, "restore", made, "--keys", keys_of(made.parent))


@pytest.mark.parametrize(
    ("seal", "unproven"), [(asked, ["second_step"]), (secured, ["assistance"]), (None, COPIED_KEYS)]
)
def test_of_which_key_nothing_can_be_told_is_said(
    app: Flask, new: Flask, another: Path, tmp_path: Path, seal: object, unproven: list[str]
) -> None:
    if callable(seal):
        seal(app)
    made = back_up(app, tmp_path / "backups")
    said = run(new, "restore", made, "--keys", another if seal is None else keys_of(made.parent))
    assert "restored." in said
    for name, sealed in zip(COPIED_KEYS, ("requests for help", "second steps"), strict=True):
        told = f"Whether {name} is the right key cannot be told: no {sealed} were sealed."
        assert (told in said) == (name in unproven)


def test_one_key_that_was_lost_before_does_not_keep_the_other_from_being_brought(
    app: Flask, new: Flask, tmp_path: Path
) -> None:
    code = asked(app)
    turn_on(at_desk(app, "principal"))
    (app.config["SETTINGS"].keys / "second_step").write_bytes(b"another".ljust(32))
    made = back_up(app, tmp_path / "backups")
    said = run(new, "restore", made, "--keys", keys_of(made.parent))
    assert "restored.\nThe key second_step does not open the second steps: they were sealed with another.\n" in said
    new.testing = True
    run(new, "staff", "reset-second-step", "principal")
    assert WHO in at_desk(new, "principal").get(f"/assistance/requests/{id_of(new, code)}").text


def copied(source: Path, target: Path, steps: int) -> int:
    """How a process ended that copies keys, and is killed before its so-manieth step with a file."""
    told = f"""
        import os, signal, sys
        from pathlib import Path
        from survey.keyring import key_copies
        steps = iter(range({steps}))
        def count(event, _):
            if event in ("open", "os.rename", "os.remove", "os.link") and next(steps, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        key_copies.copy(Path({str(source)!r}), Path({str(target)!r}))
    """
    return ended({}, "-c", dedent(told)).returncode


def test_no_key_is_lost_when_copying_others_over_them_is_killed_at_any_step(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        for name in COPIED_KEYS:
            (tmp_path / folder / name).write_bytes(f"{folder} {name}".encode().ljust(32))
    old, new = keys_in(tmp_path / "old"), keys_in(tmp_path / "new")
    for steps in count():
        ended_as = copied(tmp_path / "new", tmp_path / "old", steps)
        found = keys_in(tmp_path / "old")
        assert all(found[name] in (old[name], new[name]) for name in COPIED_KEYS), steps
        if ended_as == 0:
            break
        assert ended_as == -signal.SIGKILL
        for name, key in old.items():
            (tmp_path / "old" / name).write_bytes(key)
    assert steps > len(COPIED_KEYS) * 3
    assert {name: found[name] for name in COPIED_KEYS} == new
    assert {(tmp_path / "old" / name).stat().st_mode & 0o777 for name in COPIED_KEYS} == {0o600}
