"""What a command says where something is amiss on the machine: one line with the place and what would do, no trace."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from survey import calling, create_app, db
from survey.calling import called
from survey.config import read_settings
from survey.keyring.keys import RANDOM_KEYS, UnreadableKey, read_key
from survey.one_at_a_time import held
from survey.staff.store import Account, Bureau, School
from survey.stores.schema import UnknownShape
from survey.upkeep import begun
from tests import mounts
from tests.processes import FLASK, HERE, ended, environment_of
from tests.test_roster import workbook

# Root reads what others may not; as somebody who may not, it has the same folders.
MAY_NOT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
pytestmark = pytest.mark.usefixtures("on_files")
SCHOOLS = 2000  # more than fit into the room that is left
WRAPPER = (HERE / "deploy/jianfu").read_text(encoding="utf-8")


def typed(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """How `flask --app survey …` ended, typed by somebody who is not above the rights of files, and what it said."""
    done = ended(environment, *FLASK, *arguments, before=MAY_NOT)
    assert "Traceback" not in done.stdout, done.stdout
    return done.returncode, done.stdout


Typed = Callable[..., str]


@pytest.fixture
def typed_here(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What is said when a command is typed for the installation in a folder, before anything is made; "" of nothing."""

    def type_(folder: Path, *command: str) -> str:
        monkeypatch.setattr(sys, "argv", ["flask", "--app", "survey", *command])
        root = FlaskGroup()
        with click.Context(root, info_name="flask"):
            try:
                begun.refuse_elsewhere(read_settings({}, folder))
            except begun.NothingHere as refused:
                return refused.message
        return ""

    return type_


def only(said: tuple[int, str]) -> str:
    """The one line of a command that failed."""
    status, words = said
    assert status == 1, words
    (line,) = words.splitlines()
    return line


def test_check_names_the_keys_that_it_may_not_read_and_goes_on(app: Flask) -> None:
    folder = app.config["SETTINGS"].keys
    for name in RANDOM_KEYS:
        (folder / name).chmod(0)
    status, words = typed(environment_of(app), "check")
    assert status == 1
    for name in RANDOM_KEYS:
        said = f"{folder / name} cannot be read by the user who runs this ({calling.user()}): Permission denied."
        assert words.count(said) == (2 if name == "assistance" else 1)  # requests for help look for theirs as well
    assert f"chown -R jianfu-web:jianfu {folder}" in words
    assert "ok     days\n" in words


def test_check_goes_on_where_the_whole_folder_of_keys_is_locked(app: Flask) -> None:
    folder = app.config["SETTINGS"].keys
    folder.chmod(0)
    status, words = typed(environment_of(app), "check")
    folder.chmod(0o700)
    assert status == 1
    assert "amiss  keys\n" in words
    assert f"{folder}/pepper cannot be read" in words
    assert "ok     days\n" in words


@pytest.mark.parametrize("name", ["session", "assistance"])
def test_pages_do_not_start_with_a_key_that_they_may_not_read(app: Flask, name: str) -> None:
    path = app.config["SETTINGS"].keys / name
    path.chmod(0)
    assert f"{path} cannot be read by the user" in only(typed(environment_of(app), "serve", "--port", "0"))
    path.chmod(0o600)


def test_a_folder_in_the_place_of_a_key_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "pepper").mkdir()
    with pytest.raises(UnreadableKey, match="Is a directory. It is in no backup: put the file back"):
        read_key(tmp_path, "pepper")


@pytest.mark.parametrize("command", ["keys lost", "check", "staff add clerk", "backup b", "mix", "keys rotate session"])
def test_a_command_that_begins_no_installation_makes_none_and_says_where_it_looked(
    tmp_path: Path, typed_here: Typed, command: str
) -> None:
    folder = tmp_path / "elsewhere"
    said = typed_here(folder, *command.split())
    assert said.startswith(f"There is no installation in {folder}: no keys and no stores, and none were made.")
    assert "set JIANFU_INSTANCE" in said
    assert f"type: jianfu {command.split()[0]}." in said
    assert not folder.exists()


def test_who_types_a_servers_own_command_is_not_told_to_type_it(
    tmp_path: Path, typed_here: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(calling.CALLED_AS, "jianfu")
    said = typed_here(tmp_path / "elsewhere", "check")
    assert "set JIANFU_INSTANCE where its settings stand." in said
    assert "type: jianfu check" not in said


@pytest.mark.parametrize("command", ["init", "demo", "serve", "restore"])
def test_a_command_that_begins_one_is_let_through(tmp_path: Path, typed_here: Typed, command: str) -> None:
    assert typed_here(tmp_path / "new", command) == ""


def test_the_mixer_begins_a_folder_that_it_was_told(
    tmp_path: Path, typed_here: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANFU_INSTANCE", str(tmp_path / "mixer"))
    assert typed_here(tmp_path / "mixer", "mix") == ""


@pytest.mark.parametrize("there", ["keys/session", "desk.db"])
def test_where_a_key_or_a_store_is_there_is_an_installation(tmp_path: Path, typed_here: Typed, there: str) -> None:
    (tmp_path / "old/keys").mkdir(parents=True)
    assert typed_here(tmp_path / "old", "check") != ""
    (tmp_path / "old" / there).touch()
    assert typed_here(tmp_path / "old", "check") == ""


def test_no_command_acts_where_there_is_no_installation_and_the_list_of_commands_makes_none(tmp_path: Path) -> None:
    environment = {"JIANFU_INSTANCE": str(tmp_path / "nowhere")}
    assert "There is no installation in" in only(typed(environment, "keys", "lost"))
    for asked, said in (([], "Make an empty installation"), (["restore"], "Bring a backup"), (["keys"], "rotate")):
        status, words = typed(environment, *asked, "--help")
        assert (status, said in words) == (0, True)
        assert not (tmp_path / "nowhere").exists()
    assert typed(environment, "init", "--quiet")[0] == 0
    assert typed(environment, "keys", "lost") == (0, "These keys are in force already.\n")


@pytest.mark.parametrize(
    ("amiss", "words"),
    [
        ({"JIANFU_HTTPS": "7"}, "JIANFU_HTTPS is '7'; 1 or 0 is needed."),
        ({"JIANFU_DESK_URL": "postgresql://desk@127.0.0.1:9/desk"}, None),  # the list asks no store
    ],
)
def test_the_list_of_commands_has_no_trace_where_something_is_amiss(
    app: Flask, amiss: dict[str, str], words: str | None
) -> None:
    status, told = typed({**environment_of(app), **amiss}, "--help")
    assert status == 0
    assert words in told if words else "Make an empty installation" in told


def test_messages_name_commands_as_they_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    assert called("keys", "lost") == "flask --app survey keys lost"
    monkeypatch.setenv(calling.CALLED_AS, "jianfu")
    assert called("keys", "lost") == "jianfu keys lost"
    assert f"\nexport {calling.CALLED_AS}=jianfu" in WRAPPER


def test_the_help_of_a_servers_commands_says_how_they_are_typed(app: Flask) -> None:
    (module,) = re.findall(r"/bin/python -m (\w+) \"\$@\"$", WRAPPER, re.MULTILINE)
    environment = {**environment_of(app), calling.CALLED_AS: "jianfu"}
    for typed_words, usage in (([], "[OPTIONS] COMMAND"), (["keys", "rotate"], "keys rotate [OPTIONS] NAME")):
        told = ended(environment, "-m", module, *typed_words, "--help")
        assert told.returncode == 0
        assert told.stdout.startswith(f"Usage: jianfu {usage}")
        assert "Flask" not in told.stdout


def test_a_demo_where_the_mixer_is_another_user_makes_nothing_and_says_where_one_is_made(
    app: Flask, tmp_path: Path
) -> None:
    locked = tmp_path / "jianfu-mixer"
    locked.mkdir(mode=0)
    said = only(typed({**environment_of(app), "JIANFU_MIXER_KEYS": str(locked / "mixer")}, "demo"))
    locked.chmod(0o700)
    assert said.startswith(f"Error: {locked}/mixer is out of reach of the user who runs this ({calling.user()})")
    assert said.endswith("nothing was made here.")
    with app.app_context():
        assert db.session("desk").query(School).count() == 0


def test_a_mixer_that_may_not_use_its_folder_says_who_it_should_be(app: Flask, tmp_path: Path) -> None:
    locked = tmp_path / "jianfu-mixer"
    locked.mkdir(mode=0)
    said = only(typed({**environment_of(app), "JIANFU_MIXER_KEYS": str(locked / "mixer")}, "mix"))
    locked.chmod(0o700)
    assert said.startswith(f"Error: {locked}/mixer is out of reach of the user who runs this ({calling.user()})")
    assert said.endswith("Start it: systemctl start jianfu-mixer, or jianfu-mix-at-night where that mixes")


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "Make room"), (errno.EROFS, "mounted to be written"), (errno.EACCES, "(chown)")],
)
def test_what_would_do_hangs_on_what_is_amiss(number: int, remedy: str) -> None:
    assert remedy in calling.hindered(OSError(number, os.strerror(number), "/var/backups"))


def test_words_that_cannot_be_read_are_named_and_no_command_ends_in_a_trace(app: Flask) -> None:
    compiled = app.config["SETTINGS"].instance / "translations/zh/LC_MESSAGES"
    compiled.chmod(0)
    said = only(typed(environment_of(app), "check"))
    compiled.chmod(0o700)
    assert said.startswith(f"Error: {compiled}/messages.mo cannot be used by the user who runs this ({calling.user()})")


def test_words_for_which_there_is_no_room_are_named_and_no_half_of_them_is_left(tmp_path: Path) -> None:
    with mounts.small(tmp_path / "small", megabytes=4):
        instance = create_app(instance=tmp_path / "small/i").config["SETTINGS"].instance
        compiled = instance / "translations/zh/LC_MESSAGES/messages.mo"
        compiled.unlink()
        with mounts.filled(tmp_path / "small"):
            said = only(typed({"JIANFU_INSTANCE": str(instance)}, "init"))
            assert not [*compiled.parent.iterdir()]
    assert said == (
        f"Error: {compiled} cannot be used by the user who runs this ({calling.user()}): No space left on device. "
        "Make room there, or choose another place."
    )


def test_a_check_makes_nothing_in_a_store_that_is_named_by_mistake(app: Flask, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    status, words = typed({**environment_of(app), "JIANFU_BALLOTS_URL": f"sqlite:///{wrong}"}, "check")
    assert status == 1
    assert f"ballots at sqlite:///{wrong} has none of its tables" in words
    assert "amiss  sealed ballots\n         A store that would have to be asked" in words
    assert "ok     days\n" in words
    with sqlite3.connect(wrong) as looked_at:
        assert looked_at.execute("select name from sqlite_master").fetchall() == []
    looked_at.close()


def test_a_check_goes_on_where_a_store_is_away(app: Flask) -> None:
    away = {"JIANFU_DESK_URL": "postgresql://desk:secret@127.0.0.1:9/desk"}
    status, words = typed({**environment_of(app), **away}, "check")
    assert status == 1
    assert "desk at postgresql+psycopg://desk:***@127.0.0.1:9/desk does not answer" in words
    assert "ok     keys\n" in words
    assert "secret" not in words


def test_a_bureau_without_a_name_is_refused(app: Flask) -> None:
    for command in (["bureau", "add", " "], ["init", "--bureau", ""]):
        refused = app.test_cli_runner().invoke(args=command)
        assert refused.exit_code == 2
        assert "a name is needed, and this is empty." in refused.output


@pytest.mark.parametrize("place", ["Anhui", "CHN", "34", ""])
def test_a_bureau_in_a_place_that_has_no_code_is_refused(app: Flask, place: str) -> None:
    for command in (["bureau", "add", "X", "--place", place], ["init", "--place", place]):
        refused = app.test_cli_runner().invoke(args=command)
        assert refused.exit_code == 2
        assert f"{place} is no place. Write the code of a country or a province" in refused.output
    with app.app_context():
        assert db.session("desk").query(Bureau).count() == 0


@pytest.mark.parametrize("place", ["XX-999", "xx", "ZZ", "EU", "UK-1"])
def test_a_bureau_in_a_country_that_there_is_not_is_refused(app: Flask, place: str) -> None:
    refused = app.test_cli_runner().invoke(args=["bureau", "add", "X", "--place", place])
    assert refused.exit_code == 2
    said = f"{place} is in no country: ISO 3166-1 has no {place[:2].upper()}."
    assert said in refused.output


@pytest.mark.parametrize("place", ["CN-34", "CN-44-YF", "TW", "US-IL", "GB", "IN"])
def test_a_bureau_in_a_country_is_taken(app: Flask, place: str) -> None:
    assert app.test_cli_runner().invoke(args=["bureau", "add", "X", "--place", place]).exit_code == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["staff", "add", ""], "1 to 80 letters, digits or signs are needed, and no blanks."),
        (["staff", "add", "a\x01b"], "and no blanks."),
        (["staff", "add", "a b"], "and no blanks."),
        (["staff", "add", "x" * 81], "and no blanks."),
        (["mix", "--every", "nan"], "seconds from 0.01 to 86400 are needed."),
        (["mix", "--every", "inf"], "are needed."),
        (["mix", "--every", "-3"], "are needed."),
        (["mix", "--every", "0", "--new-key"], "are needed."),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused(app: Flask, command: list[str], words: str) -> None:
    refused = app.test_cli_runner().invoke(args=command)
    assert refused.exit_code == 2
    assert words in refused.output


@pytest.mark.parametrize("name", ["session", "page_state", "pepper"])
def test_pages_do_not_start_with_a_key_that_was_cut_short_and_none_is_put_in_force(app: Flask, name: str) -> None:
    path = app.config["SETTINGS"].keys / name
    path.write_bytes(b"short")
    for command in (["serve", "--port", "0"], ["keys", "lost"]):
        said = only(typed(environment_of(app), *command))
        assert f"{path} is shorter than 32 bytes. It is in no backup:" in said


def test_a_place_may_be_typed_in_small_letters(app: Flask) -> None:
    app.test_cli_runner().invoke(args=["bureau", "add", "X", "--place", "cn-34"])
    with app.app_context():
        assert db.session("desk").query(Bureau).one().place == "CN-34"


def test_a_backup_into_a_place_that_may_not_be_written_says_which(app: Flask, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    for place, named in ((locked / "deep/backups", locked / "deep"), (locked, locked / ".at_work")):
        said = only(typed(environment_of(app), "backup", str(place)))
        assert said.startswith(f"Error: {named} cannot be used by the user who runs this ({calling.user()}): ")
    locked.chmod(0o700)


def test_where_the_keys_cannot_be_copied_no_backup_stays_behind(app: Flask, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    (tmp_path / "file").touch()
    backup = ("backup", str(tmp_path / "backups"), "--keys")
    for place in (locked, locked / "keys", tmp_path / "file/keys"):
        said = only(typed(environment_of(app), *backup, str(place)))
        assert said.startswith(f"Error: {place}")
        assert f"cannot be used by the user who runs this ({calling.user()}): " in said
    locked.chmod(0o700)
    assert not (tmp_path / "backups").exists()


def test_a_backup_beneath_a_file_says_so(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "file/backups")])
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {tmp_path}/file/backups cannot be used")


def test_what_must_not_be_done_twice_names_the_file_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing, held(tmp_path / "nowhere/lock", ValueError()):
        pass
    assert Path(missing.value.filename) == tmp_path / "nowhere/lock"


def test_a_store_that_is_no_store_is_said_with_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.txt").write_text("Dear bureau, " * 100, encoding="utf-8")
    monkeypatch.setenv("JIANFU_DESK_URL", f"sqlite:///{tmp_path}/letter.txt")
    with pytest.raises(UnknownShape) as refused:
        create_app(instance=tmp_path / "instance")
    assert "The store desk is a file, and no SQLite file" in refused.value.message
    assert f"{tmp_path}/letter.txt (JIANFU_DESK_URL)" in refused.value.message


def test_a_store_that_may_not_be_written_is_said_with_its_address(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    told = {"JIANFU_INSTANCE": str(tmp_path / "i"), "JIANFU_DESK_URL": f"sqlite:///{tmp_path}/locked/desk.db"}
    status, words = typed(told, "init")
    (tmp_path / "locked").chmod(0o700)
    assert status == 1
    assert f"sqlite:///{tmp_path}/locked/desk.db (JIANFU_DESK_URL)" in words
    assert f"the user who runs this ({calling.user()})" in words


def test_a_store_whose_file_this_user_may_not_write_is_named_with_whose_it_is(app: Flask) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["init"]).exit_code == 0
    instance = app.config["SETTINGS"].instance
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        with sqlite3.connect(instance / "desk.db") as reader:  # so that the files beside are there
            reader.execute("begin")
            reader.execute("select * from account").fetchall()
            assert run.invoke(args=["staff", "add", f"beside-{name}"]).exit_code == 0
            path = instance / name
            path.chmod(0o444)
            said = only(typed(environment_of(app), "staff", "add", "newcomer"))
            path.chmod(0o660)
        reader.close()
        assert f"{path} cannot be used by the user who runs this ({calling.user()}): Permission denied." in said
        assert f"It belongs to {calling.user()}, with the mode 444." in said
    with app.app_context():
        assert not db.session("desk").query(Account).filter_by(login="newcomer").count()


def test_a_roster_for_which_there_is_no_room_is_taken_over_whole_or_not_at_all(tmp_path: Path) -> None:
    roster = tmp_path / "roster.xlsx"
    roster.write_bytes(workbook(*([f"School {number}", "城镇", 1, 40, 3] for number in range(SCHOOLS))))
    with mounts.small(tmp_path / "small", megabytes=4):
        app = create_app(instance=tmp_path / "small/i")
        run = app.test_cli_runner()
        assert run.invoke(args=["init"]).exit_code == 0
        room = (tmp_path / "small/room").open("wb")
        room.write(bytes(2**17))
        room.flush()
        with mounts.filled(tmp_path / "small"):
            os.ftruncate(room.fileno(), 0)
            refused = run.invoke(args=["school", "import", str(roster)])
        room.close()
        assert refused.exit_code == 1
        assert refused.output.startswith(
            "Error: This cannot be done now: OperationalError: database or disk is full. Is"
        )
        with app.app_context():
            assert db.session("desk").query(School).count() == 0
        assert run.invoke(args=["school", "import", str(roster)]).exit_code == 0


def test_a_roster_that_may_not_be_read_is_not_said_to_be_missing(app: Flask, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "roster.xlsx").touch()
    home.chmod(0)
    status, words = typed(environment_of(app), "school", "import", str(home / "roster.xlsx"))
    home.chmod(0o700)
    assert status == 2
    assert f"{home}/roster.xlsx cannot be read by the user who runs this ({calling.user()})" in words
    assert "does not exist" in typed(environment_of(app), "school", "import", str(home / "other.xlsx"))[1]


def test_a_mixer_that_meets_a_full_disk_waits_for_room_and_goes_on(tmp_path: Path) -> None:
    with mounts.small(tmp_path / "small", megabytes=4):
        mixer = create_app(instance=tmp_path / "small/i").test_cli_runner()
        with mounts.filled(tmp_path / "small"):
            refused = mixer.invoke(args=["mix"])
        assert re.match(r"Error: \S+/mixer_at_work cannot be used .*: No space left on device", refused.output)
        assert mixer.invoke(args=["mix"]).exit_code == 0


def test_a_backup_on_a_disk_without_room_says_so_also_where_none_was_made_before(app: Flask, tmp_path: Path) -> None:
    with mounts.small(tmp_path / "small", megabytes=1), mounts.filled(tmp_path / "small"):
        said = only(typed(environment_of(app), "backup", str(tmp_path / "small")))
    assert said.startswith(f"Error: {tmp_path}/small/.at_work cannot be used by the user who runs this")
    assert said.endswith("Make room there, or choose another place.")


def test_a_restore_for_which_there_is_no_room_says_so_and_is_done_again_where_there_is(
    app: Flask, tmp_path: Path
) -> None:
    (backup,) = typed_backup(app, tmp_path / "kept")
    with mounts.small(tmp_path / "small", megabytes=4):
        empty = create_app(instance=tmp_path / "small/i").test_cli_runner()
        assert empty.invoke(args=["restore", str(backup)]).exit_code == 0  # so that its lock is there
        with mounts.filled(tmp_path / "small"):
            refused = empty.invoke(args=["restore", str(backup)])
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
        assert "Make room there" in refused.output or "Is there room?" in refused.output
        assert empty.invoke(args=["restore", str(backup)]).exit_code == 0


def typed_backup(app: Flask, folder: Path) -> list[Path]:
    """The backups in a folder, after one was made there."""
    assert typed(environment_of(app), "backup", str(folder))[0] == 0
    return list(folder.glob("jianfu-*"))
