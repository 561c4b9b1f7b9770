"""A backup brings everything back on an empty machine but slips and ballots, which it never holds."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest
from flask import Flask
from sqlalchemy import select, text

from survey import create_app, db
from survey.answer_store import Answer
from survey.ballot import mixing, seal_key, slips
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import take_no_more
from survey.ballot.store import Ballot, Slip
from survey.config import STORES
from survey.one_at_a_time import held
from survey.staff.store import Deed
from survey.stores import schema
from survey.upkeep import backed_up, backup, bringing_back, manifest, restoring
from tests import mounts
from tests.desks import log_in, send, two_districts
from tests.helping import WHO, WORDS, a_district, ask, at_desk, code_in, id_of, page_of
from tests.postgres import Server, instead_of_sqlite
from tests.processes import FLASK, by_itself
from tests.rounds import a_group, keep_answers, mixer_key
from tests.test_second_step import CODE, code_of, half, turn_on

PEOPLE = 12


@pytest.fixture
def busy(app: Flask) -> tuple[Flask, str]:
    """Two districts, twelve mixed answers, a slip not yet used, a ballot that waits; a request, by its code."""
    district = a_district(app)
    code = code_in(ask(app.test_client(), page_of(app, district.school)))
    with app.app_context():
        group = a_group("slips").id
        codes = slips.issue(group, PEOPLE + 2)
        for each in codes[:PEOPLE]:
            assert cast(Entry(group, "ack", each.replace("-", "")), {"screen": "few"})
        take_no_more("c1")
        assert mixing.mix(mixer_key(app)) == PEOPLE
        waiting = a_group("slips", grade=4).id
        assert cast(Entry(waiting, "ack", slips.issue(waiting, 2)[0].replace("-", "")), {"screen": "many"})
    return app, code


def rows(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Everything that a backup is to hold."""
    with app.app_context():
        found = {}
        for store in STORES:
            with db.reading(store) as connection:
                for table in backed_up.tables(store):
                    found[table.name] = sorted(map(tuple, connection.execute(select(table))), key=str)
        return found


def keys_of(folder: Path) -> Path:
    """Where `back_up` puts the keys: beside the folder of backups, not within."""
    return folder.with_name(f"{folder.name}-keys")


def back_up(app: Flask, folder: Path) -> Path:
    """Take a backup as the command does, with its keys; its folder."""
    result = app.test_cli_runner().invoke(args=["backup", str(folder), "--keys", str(keys_of(folder))])
    assert result.exit_code == 0, result.output
    return next(folder.glob("jianfu-*"))


def run(app: Flask, *arguments: str | Path) -> str:
    """What a command says, done or refused."""
    result = app.test_cli_runner().invoke(args=[str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def killed(app: Flask, doing: str, *, before: str, done: int = 0) -> None:
    """A process of its own on this installation, killed before a step of what it does that was done so many times."""
    told = f"""
        import os, signal
        from pathlib import Path
        from survey import create_app
        from survey.upkeep import backup, bringing_back
        steps = iter([{before}] * {done})
        kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        {before} = lambda *told: next(steps, kill)(*told)
        with create_app().app_context():
            {doing}
    """
    assert by_itself(app, "-c", dedent(told)).returncode == -signal.SIGKILL


def checked(app: Flask) -> str:
    """What `check` says of this installation, as a process that starts now."""
    return by_itself(app, *FLASK, "check").stdout


def believed(made: Path, name: str) -> None:
    """The fingerprint of a file that was put into a backup is written into its manifest."""
    said = json.loads((made / "backup.json").read_text())
    said["sha256"][name] = manifest.fingerprint(made / name)
    (made / "backup.json").write_text(json.dumps(said))


def restored(made: Path, tmp_path: Path) -> Flask:
    """A new installation that the backup was brought into."""
    new = create_app(instance=tmp_path / "new")
    new.testing = True
    keys = keys_of(made.parent)
    result = new.test_cli_runner().invoke(args=["restore", str(made), "--keys", str(keys)])
    assert result.exit_code == 0, result.output
    return new


def test_on_an_empty_machine_everything_is_there_again_but_slips_and_ballots(
    busy: tuple[Flask, str], tmp_path: Path
) -> None:
    old, code = busy
    before = rows(old)
    new = restored(back_up(old, tmp_path / "backups"), tmp_path)
    assert rows(new) == before
    assert len(before["answer"]) == PEOPLE
    with new.app_context():
        assert db.session("ballots").scalars(select(Slip)).all() == []
        assert db.session("ballots").scalars(select(Ballot)).all() == []
    page = at_desk(new, "principal").get(f"/assistance/requests/{id_of(new, code)}")
    assert WHO in page.text
    assert WORDS in page.text


def test_a_backup_holds_no_slip_no_ballot_and_no_key(busy: tuple[Flask, str], tmp_path: Path) -> None:
    app, _ = busy
    made = back_up(app, tmp_path / "backups")
    whole = b"".join(path.read_bytes() for path in made.iterdir())
    with app.app_context():
        secrets = [
            *db.session("ballots").scalars(select(Slip.code_hash)),
            *filter(None, db.session("ballots").scalars(select(Slip.receipt_hash))),
            *db.session("ballots").scalars(select(Ballot.sealed)),
        ]
    settings = app.config["SETTINGS"]
    secrets += [path.read_bytes() for folder in (settings.keys, settings.mixer_keys) for path in folder.iterdir()]
    assert len(secrets) > PEOPLE
    assert not [secret for secret in secrets if secret in whole]
    assert WHO.encode() not in whole  # requests stay sealed
    # The same search finds what is there.
    with app.app_context():
        one = db.session("answers").scalars(select(Answer.id)).first()
    assert one
    assert one.encode() in whole


def test_a_backup_goes_into_an_empty_installation_alone(busy: tuple[Flask, str], tmp_path: Path) -> None:
    app, _ = busy
    made, before = back_up(app, tmp_path / "backups"), rows(app)
    result = app.test_cli_runner().invoke(args=["restore", str(made)])
    assert result.exit_code == 1
    assert "is not empty. A backup is restored into new stores, without flask --app survey init: name" in result.output
    assert rows(app) == before


@pytest.mark.parametrize("harm", ["a byte changed", "a file gone", "no manifest"])
def test_a_backup_that_was_harmed_is_refused_whole(harm: str, busy: tuple[Flask, str], tmp_path: Path) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    if harm == "a byte changed":
        content = bytearray((made / "answers.db").read_bytes())
        content[-1] ^= 1
        (made / "answers.db").write_bytes(content)
    elif harm == "a file gone":
        (made / "desk.db").unlink()
    else:
        (made / "backup.json").write_text("[]")
    new = create_app(instance=tmp_path / "new")
    result = new.test_cli_runner().invoke(args=["restore", str(made)])
    assert result.exit_code == 1
    assert "Error: " in result.output
    assert "Traceback" not in result.output
    assert not any(rows(new).values())


def test_a_restore_that_breaks_off_leaves_the_installation_empty(busy: tuple[Flask, str], tmp_path: Path) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    last = made / f"{STORES[-1]}.db"
    with sqlite3.connect(last) as connection:
        connection.execute("alter table help_request rename column state to no_state")
    connection.close()
    believed(made, last.name)
    new = create_app(instance=tmp_path / "new")
    with new.app_context(), pytest.raises(Exception, match="no such column"):
        bringing_back.bring_back(made)
    assert not any(rows(new).values())
    assert create_app(instance=tmp_path / "new")


def test_a_value_that_is_not_of_its_kind_is_told_by_its_table_and_never_quoted(
    busy: tuple[Flask, str], tmp_path: Path
) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    harmed = made / "assistance.db"
    with sqlite3.connect(harmed) as connection:
        connection.execute("update help_request set asked_on = 'the day we spoke'")
    connection.close()
    believed(made, harmed.name)
    new = create_app(instance=tmp_path / "new")
    told = f"Error: {harmed} has a value in its table help_request that is not of its kind. Take another backup.\n"
    assert run(new, "restore", made) == told
    assert not any(rows(new).values())


@pytest.mark.parametrize(
    ("put", "words"),
    [
        ("another store's", "is not the file that the backup wrote: its table "),
        ("an emptier", "its table account has rows: 0, and backup.json says "),
        ("a letter", "is no file of a store: DatabaseError: file is not a database. Take another backup."),
        ("of no shape", "cannot be restored. The store desk says that its shape is 'abc', which no Jianfu calls any:"),
    ],
)
def test_a_file_that_the_backup_did_not_write_is_named_and_nothing_is_restored(
    busy: tuple[Flask, str], tmp_path: Path, put: str, words: str
) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    desk = made / "desk.db"
    if put == "another store's":
        shutil.copy(made / "answers.db", desk)
    elif put == "a letter":
        desk.write_text("Dear bureau, " * 100, encoding="utf-8")
    else:
        with sqlite3.connect(desk) as connection:
            lines = "delete from account" if put == "an emptier" else "update version_of_desk set version_num = 'abc'"
            connection.execute(lines)
        connection.close()
    believed(made, "desk.db")
    new = create_app(instance=tmp_path / "new")
    said = run(new, "restore", made)
    assert said.startswith(f"Error: {desk} ")
    assert words in said
    assert not any(rows(new).values())


def test_a_killed_restore_is_told_of_and_serves_nothing_until_it_is_done_again(
    busy: tuple[Flask, str], tmp_path: Path
) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    killed(new, f"bringing_back.bring_back(Path({str(made)!r}))", before="bringing_back._load", done=2)
    assert rows(new)["school"]
    assert not rows(new)["answer"]
    told = "the stores are half of a backup"
    assert told in checked(new)
    page = new.test_client().get("/a")
    assert (page.status_code, told in page.text) == (503, False)
    assert "restored" in run(new, "restore", made, "--keys", keys_of(made.parent))
    assert rows(new) == rows(busy[0])
    assert told not in checked(new)
    assert new.test_client().get("/a").status_code == 200
    assert not (tmp_path / "new" / restoring.FOLDER).exists()


ON_A_HALF = (
    "backup {}",
    "staff reset-password clerk",
    "staff add newcomer",
    "bureau add 又一局",
    "keys rotate session",
    "school import {}/backup.json",
    "assistance erase",
    "mix",
    "init",
    "demo",
)


def test_no_command_does_anything_on_half_of_a_backup(busy: tuple[Flask, str], tmp_path: Path) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    killed(new, f"bringing_back.bring_back(Path({str(made)!r}))", before="bringing_back._load", done=2)
    half, keys = rows(new), {path: path.read_bytes() for path in new.config["SETTINGS"].keys.iterdir()}
    for command in ON_A_HALF:
        result = new.test_cli_runner().invoke(args=command.format(made).split())
        assert (result.exit_code, "the stores are half of a backup" in result.output) == (1, True), command
    assert rows(new) == half
    assert {path: path.read_bytes() for path in new.config["SETTINGS"].keys.iterdir()} == keys
    assert not [*made.glob("jianfu-*")]


@pytest.mark.parametrize("command", ["mix", "assistance erase"])
def test_who_works_again_and_again_leaves_half_of_a_backup_alone_and_goes_on_once_it_is_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, command: str
) -> None:
    """A turn before the restore, one while it is at work, and one after it."""
    mark = app.config["SETTINGS"].instance / restoring.FOLDER
    meanwhile = iter([mark.mkdir, mark.rmdir])
    told: list[int] = []

    def wait(_seconds: float) -> None:
        told.append(caplog.text.count("the stores are half of a backup"))
        if (act := next(meanwhile, None)) is None:
            raise KeyboardInterrupt
        act()

    monkeypatch.setattr("survey.disturbed.time.sleep", wait)
    app.test_cli_runner().invoke(args=[*command.split(), "--every", "1"])
    assert told == [0, 1, 1]


def test_a_restore_is_refused_while_another_is_at_work_and_changes_nothing_of_it(
    busy: tuple[Flask, str], tmp_path: Path
) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    with new.app_context(), restoring.alone(), restoring.all_or_nothing() as place:
        assert "Another restore is at work" in run(new, "restore", made)
        assert place.exists()


def test_a_backup_of_an_older_jianfu_is_brought_to_todays_shape(busy: tuple[Flask, str], tmp_path: Path) -> None:
    made = back_up(busy[0], tmp_path / "backups")
    for store in STORES:
        path = made / f"{store}.db"
        path.unlink()
        with backed_up.opened(path) as engine, engine.begin() as connection:
            connection.execute(text(schema._made_version_table(connection, store)))
            schema.migrate(connection, store, schema.FIRST)
    with backed_up.opened(made / "desk.db") as engine, engine.begin() as connection:
        connection.execute(text("insert into bureau values ('old', '青禾县教育局', 'CN-34', false)"))
    manifest.write(made, {store: backup._rows_saved(store, made) for store in STORES})
    new = restored(made, tmp_path)
    assert [row[:2] for row in rows(new)["bureau"]] == [("old", "青禾县教育局")]
    with new.app_context():
        assert schema.version("desk") == schema.newest("desk")


def test_two_backups_of_one_day_stand_side_by_side(busy: tuple[Flask, str], tmp_path: Path) -> None:
    with busy[0].app_context():
        made = [backup.back_up(tmp_path / "backups") for _ in range(2)]
    found = [path for path in (tmp_path / "backups").iterdir() if path.name != backup.LOCK]
    assert sorted(found) == sorted(made)


def test_what_a_killed_backup_left_goes_with_the_next_one(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    killed(app, f"backup.back_up(Path({str(folder)!r}))", before="backup.manifest.write")
    (left,) = folder.glob(f"{backup.UNFINISHED}*")
    assert (left / "answers.db").exists()
    made = back_up(app, folder)
    assert {path.name for path in folder.iterdir()} == {made.name, backup.LOCK}


def test_a_backup_leaves_alone_what_another_process_is_making(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    being_made = folder / f"{backup.UNFINISHED}of-another"
    being_made.mkdir(parents=True)
    with held(folder / backup.LOCK, AssertionError()):
        assert "Another backup into" in run(app, "backup", folder)
    assert being_made.exists()


def test_a_schools_backup_is_restored_into_a_provinces_postgresql_and_goes_on_there(
    busy: tuple[Flask, str], server: Server, tmp_path: Path
) -> None:
    old, _ = busy
    before = rows(old)
    made = back_up(old, tmp_path / "backups")
    with instead_of_sqlite(server):
        new = restored(made, tmp_path)
    try:
        assert rows(new) == before
        at_desk(new, "principal")  # which the trail notes under the next number
        with new.app_context():
            assert db.session("desk").query(Deed).count() == len(before["deed"]) + 1
    finally:
        server.forget(tmp_path)


def test_keys_that_are_not_whole_are_refused_before_anything_is_written(
    busy: tuple[Flask, str], tmp_path: Path
) -> None:
    made, keys = back_up(busy[0], tmp_path / "backups"), keys_of(tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    (keys / "second_step").write_bytes(b"short")
    assert f"{keys / 'second_step'} is shorter" in run(new, "restore", made, "--keys", keys)
    (keys / "second_step").unlink()
    assert f"{keys / 'second_step'} is missing" in run(new, "restore", made, "--keys", keys)
    assert not any(rows(new).values())


def test_keys_that_were_left_behind_are_brought_afterwards_as_the_restore_says(
    busy: tuple[Flask, str], tmp_path: Path
) -> None:
    old, code = busy
    made, keys = back_up(old, tmp_path / "backups"), keys_of(tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    assert "keys bring FOLDER" in run(new, "restore", made)
    assert "are in force" in run(new, "keys", "bring", keys)
    assert {path.stat().st_mode & 0o777 for path in new.config["SETTINGS"].keys.iterdir()} == {0o600}
    assert WHO in at_desk(new, "principal").get(f"/assistance/requests/{id_of(new, code)}").text


def test_keys_in_use_are_never_replaced_by_other_ones(busy: tuple[Flask, str], tmp_path: Path) -> None:
    app, code = busy
    back_up(app, tmp_path / "backups")
    keys = keys_of(tmp_path / "backups")
    assert "are in force" in run(app, "keys", "bring", keys)  # its own
    assert "a new key is in force" in run(app, "keys", "rotate", "assistance")
    assert "are in force" in run(app, "keys", "bring", keys)  # which hold nothing in the place of the new one
    run(app, "backup", tmp_path / "backups", "--keys", keys)
    run(app, "keys", "rotate", "assistance")
    assert "is in use already" in run(app, "keys", "bring", keys)
    other = create_app(instance=tmp_path / "other").config["SETTINGS"].keys
    assert "is in use already" in run(app, "keys", "bring", other)
    assert WHO in at_desk(app, "principal").get(f"/assistance/requests/{id_of(app, code)}").text


def test_the_key_of_second_steps_stays_once_one_is_turned_on_under_it(app: Flask, tmp_path: Path) -> None:
    two_districts(app)
    secret = turn_on(log_in(app, "clerk"))
    other = create_app(instance=tmp_path / "other").config["SETTINGS"].keys
    assert "second_step is in use already" in run(app, "keys", "bring", other)
    assert send(half(app), CODE, code=code_of(secret, 1)).status_code == 303
    run(app, "staff", "reset-second-step", "clerk")
    assert "are in force" in run(app, "keys", "bring", other)


def test_a_backup_that_begins_while_the_mixer_writes_a_table_anew_has_every_answer(
    server: Server, tmp_path: Path
) -> None:
    with instead_of_sqlite(server):
        app = create_app(instance=tmp_path / "instance")
    with app.app_context():
        keep_answers([("s1", 3, {})] * PEOPLE)

    def take() -> Path:
        with app.app_context():
            return backup.back_up(tmp_path / "backups")

    def is_waited_for() -> bool:
        with db.reading("desk") as watch:
            return bool(watch.execute(text("select count(*) from pg_locks where not granted")).scalar())

    with app.app_context(), ThreadPoolExecutor(1) as thread, db.engine("answers").connect() as mixer:
        mixer.execute(text("lock table answer in access exclusive mode"))
        taken = thread.submit(take)
        while not is_waited_for():
            assert not taken.done()
        mixer.execute(text("create temp table kept on commit drop as select * from answer"))
        mixer.execute(text("truncate answer"))
        mixer.execute(text("insert into answer select * from kept"))
        mixer.commit()
        said = json.loads((taken.result() / manifest.MANIFEST).read_text(encoding="utf-8"))
    assert said["rows"]["answers"]["answer"] == PEOPLE
    server.forget(tmp_path)


def test_keys_do_not_go_beside_what_they_open(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for keys in (folder, folder / "deep/keys"):
        assert "Name another place." in run(app, "backup", folder, "--keys", keys)
        assert not folder.exists()


def test_a_folder_without_a_name_is_not_the_one_that_one_is_in(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for words in (["", "--keys", tmp_path / "keys"], [" "], [tmp_path / "backups", "--keys", ""]):
        assert "a folder is needed, and this is empty." in run(app, "backup", *words)
    assert not [*(tmp_path / "here").iterdir(), *tmp_path.glob("backups"), *tmp_path.glob("keys")]
    assert "jianfu-" in run(app, "backup", ".")


def test_a_backup_does_not_go_where_the_installation_is(app: Flask, tmp_path: Path) -> None:
    instance = app.config["SETTINGS"].instance
    (tmp_path / "elsewhere").symlink_to(instance)
    for place in (instance, instance / "deep/backups", tmp_path / "elsewhere"):
        said = run(app, "backup", place)
        assert said.startswith(f"Error: {place} is within {instance}, the folder of this installation: ")
        assert f"Error: {place} is within" in run(app, "backup", tmp_path / "backups", "--keys", place)
    assert not (tmp_path / "backups").exists()
    assert not (instance / "deep").exists()
    assert not [*instance.glob("jianfu-*"), *instance.glob(backup.LOCK)]


def test_a_backup_for_which_there_is_no_room_says_so_and_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounts.small(disk, megabytes=1):
        (disk / "ballast").write_bytes(bytes(900 * 2**10))
        said = run(app, "backup", disk)
        assert f"No backup was made in {disk}: " in said
        assert "Is there room?" in said
        assert {path.name for path in disk.iterdir()} == {"ballast", backup.LOCK}


def test_a_restore_that_is_done_again_leaves_the_mixers_key_in_force(app: Flask, tmp_path: Path) -> None:
    made = back_up(app, tmp_path / "backups")
    new = create_app(instance=tmp_path / "new")
    with new.app_context():
        seal_key.private_key(new.config["SETTINGS"].mixer_keys)
        with db.reading("ballots") as connection:
            published = seal_key.public_key(connection)
    (new.config["SETTINGS"].instance / restoring.FOLDER).mkdir()  # as one that was killed leaves it
    said = run(new, "restore", made)
    assert "restored" in said
    assert "The mixer has not started yet" not in said
    with new.app_context(), db.reading("ballots") as connection:
        assert seal_key.public_key(connection) == published


def test_a_restore_before_the_mixers_first_start_says_that_it_is_needed(app: Flask, tmp_path: Path) -> None:
    made = back_up(app, tmp_path / "backups")
    assert "The mixer has not started yet" in run(create_app(instance=tmp_path / "new"), "restore", made)
