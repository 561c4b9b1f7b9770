"""What a write that was killed left goes with the next one in its folder, and nothing else does."""

from __future__ import annotations

import errno
import fcntl
import signal
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from survey import whole_file
from survey.keyring.keys import RANDOM_KEYS, make_keys
from tests.processes import ended

WRITES = pytest.mark.parametrize("write", [whole_file.make, whole_file.put])


def killed(path: Path) -> None:
    """A process writes this file, and is killed before the draft is on the disk."""
    told = f"""
        import os, signal
        from pathlib import Path
        from survey import whole_file
        os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
        whole_file.put(Path({str(path)!r}), b"half")
    """
    assert ended({}, "-c", dedent(told)).returncode == -signal.SIGKILL


def names(folder: Path) -> set[str]:
    """What lies there."""
    return {path.name for path in folder.iterdir()}


@WRITES
def test_what_a_killed_write_left_goes_with_the_next(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    for _ in range(2):
        killed(tmp_path / "pepper")
        assert len(names(tmp_path)) == 1
    write(tmp_path / "pepper", b"whole")
    assert names(tmp_path) == {"pepper"}
    assert (tmp_path / "pepper").read_bytes() == b"whole"


@WRITES
def test_what_is_being_written_stays(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    with whole_file._beside(tmp_path / "pepper", b"slower") as draft:
        write(tmp_path / "pepper", b"faster")
        assert names(tmp_path) == {"pepper", draft.name}
        draft.replace(tmp_path / "pepper")
    assert (tmp_path / "pepper").read_bytes() == b"slower"
    assert names(tmp_path) == {"pepper"}


def test_a_copy_that_somebody_laid_beside_a_key_stays(tmp_path: Path) -> None:
    (tmp_path / "pepper-20200309").write_bytes(b"a copy")
    whole_file.put(tmp_path / "pepper", b"whole")
    assert names(tmp_path) == {"pepper", "pepper-20200309"}


def test_what_was_left_beside_keys_goes_when_the_program_starts(tmp_path: Path) -> None:
    make_keys(tmp_path)
    killed(tmp_path / "pepper")
    make_keys(tmp_path)
    assert names(tmp_path) == {*RANDOM_KEYS}


def test_a_draft_that_was_taken_for_one_that_was_left_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes between its making and its lock."""
    flock, taken = fcntl.flock, iter([True])

    def late(descriptor: int, how: int) -> None:
        if next(taken, False):
            whole_file.take_away_left(tmp_path)
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    whole_file.make(tmp_path / "pepper", b"whole")
    assert next(taken, None) is None
    assert names(tmp_path) == {"pepper"}


def test_a_disk_that_cannot_lock_still_keeps_files_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    killed(tmp_path / "pepper")
    (left,) = names(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refuse)
    whole_file.put(tmp_path / "pepper", b"whole")
    assert names(tmp_path) == {"pepper", left}
