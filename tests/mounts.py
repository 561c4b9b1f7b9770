"""File systems of a test's own: one that is small, one that is only read. Only root may mount them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small(folder: Path, megabytes: int) -> Iterator[None]:
    """A new folder whose file system holds no more than this."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    try:
        yield
    finally:
        _unmount(folder)


@contextmanager
def only_read(folder: Path) -> Iterator[None]:
    """A folder in which nobody, not even root, can write while this lasts; no file in it may be open for writing."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        _unmount(folder)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """While this lasts, nothing more fits into the folder's file system."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**16, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    yield
    ballast.unlink()


def _mount(*arguments: str) -> None:
    made = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if made.returncode:
        said = f"nothing can be mounted here, which only root may: {made.stderr.strip()}"
        if os.environ.get("CI") and os.getuid() == 0:
            pytest.fail(said)
        pytest.skip(said)


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
