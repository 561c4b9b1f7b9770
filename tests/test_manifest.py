"""What a backup says of itself: whatever else stands there is refused in a sentence, before anything is made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from survey.config import STORES
from survey.upkeep import manifest
from survey.upkeep.manifest import BadBackup
from tests.processes import FLASK, ended

EMPTY = hashlib.sha256(b"").hexdigest()
WHOLE: dict[str, Any] = {
    "rows": {store: {"table": 3} for store in STORES},
    "sha256": {f"{store}.db": EMPTY for store in STORES},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a backup as it is written, but that its files are empty."""
    made = tmp_path / "jianfu-2020-03-09"
    made.mkdir()
    for store in STORES:
        (made / f"{store}.db").write_bytes(b"")
    (made / "backup.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    return made


def with_(*path: str, value: Any) -> str:
    """The manifest with something else in one place."""
    made = json.loads(json.dumps(WHOLE))
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(made)


def refused(folder: Path) -> str:
    """Why the backup in a folder is none."""
    with pytest.raises(BadBackup) as amiss:
        manifest.read(folder)
    return amiss.value.message


def test_a_manifest_says_how_many_rows_each_store_has(folder: Path) -> None:
    assert str(manifest.read(folder)) == "desk 3 rows, ballots 3 rows, answers 3 rows, assistance 3 rows"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b"{", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"9" * 5000, "is no JSON"),
        (b"[]", "a table «rows» is needed, and there is []"),
        (b"null", "a table «rows» is needed, and nothing is there"),
        (b'"backup"', "a table «rows» is needed, and there is 'backup'"),
        (b"{}", "a table «rows» is needed, and there is {}"),
        (with_("rows", value=3), "a table «rows» is needed, and there is 3"),
        (with_("rows", value={}), "in «rows», «desk» needs the number of rows of each table, and nothing is there"),
        (with_("rows", "desk", value=[1]), "of each table, and there is [1]"),
        (with_("rows", "desk", "table", value="3"), "of each table, and there is {'table': '3'}"),
        (with_("rows", "desk", "table", value=None), "of each table, and there is {'table': None}"),
        (with_("rows", "desk", "table", value=True), "of each table, and there is {'table': True}"),
        (with_("rows", "desk", "table", value=-1), "of each table, and there is {'table': -1}"),
        (with_("rows", "desk", "table", value=0.5), "of each table, and there is {'table': 0.5}"),
        (with_("sha256", value=None), "a table «sha256» is needed, and there is {'rows': "),
        (with_("sha256", value=["desk.db"]), "a table «sha256» is needed, and there is ['desk.db']"),
        (with_("sha256", "answers.db", value=None), "«answers.db» needs a fingerprint of 64 digits and letters"),
        (with_("sha256", "answers.db", value=7), "letters, and there is 7"),
        (with_("sha256", "answers.db", value="\ud800"), r"letters, and there is '\ud800'"),
    ],
)
def test_a_manifest_that_no_backup_wrote_is_refused_in_a_sentence(
    folder: Path, written: str | bytes, words: str
) -> None:
    (folder / "backup.json").write_bytes(written.encode() if isinstance(written, str) else written)
    said = refused(folder)
    assert said.startswith(f"{folder}/backup.json ")
    assert words in said
    assert said.endswith("Take another backup.")


def test_a_folder_that_is_no_backup_is_told_what_one_looks_like(folder: Path) -> None:
    said = refused(folder.parent)
    assert said.startswith(f"{folder.parent} is no backup: it has no backup.json. Name a folder such as jianfu-2020-")


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    (folder / "desk.db").unlink()
    assert refused(folder) == f"{folder}/desk.db is missing. Take another backup."
    (folder / "desk.db").mkdir()
    assert refused(folder) == f"{folder}/desk.db is no file. Take another backup."
    (folder / "backup.json").unlink()
    (folder / "backup.json").mkdir()
    assert refused(folder).startswith(f"{folder}/backup.json cannot be used by the user who runs this")


def refused_without_a_trace(folder: Path, new: Path, *options: str) -> str:
    """The one line that is said where a restore makes nothing."""
    done = ended({"JIANFU_INSTANCE": str(new)}, *FLASK, "restore", str(folder), *options)
    assert done.returncode == 1
    assert not new.exists()
    (line,) = done.stdout.splitlines()
    return line


def test_a_restore_of_no_backup_makes_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "backup.json").write_text(with_("rows", value=3))
    assert "a table «rows» is needed" in refused_without_a_trace(folder, tmp_path / "new")


def test_a_restore_of_a_damaged_backup_makes_nothing(folder: Path, tmp_path: Path) -> None:
    with (folder / "desk.db").open("ab") as file:
        file.write(b"x")
    assert "desk.db is not as it was written" in refused_without_a_trace(folder, tmp_path / "new")


def test_a_restore_without_the_backups_keys_makes_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    assert "The key " in refused_without_a_trace(folder, tmp_path / "new", "--keys", str(tmp_path / "keys"))
