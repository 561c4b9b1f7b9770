"""LibreOffice without a window, for tests that open what we write in another program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 300


def program() -> str:
    """LibreOffice on this machine; without it the test is skipped, and says so."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(
            "LibreOffice was not found (soffice or libreoffice on the path); nothing else opens a workbook here"
        )
    return found


def converted(content: bytes, ending: str, folder: Path, name: str = "book.xlsx") -> Path:
    """The workbook as LibreOffice saves it in another format. Fails where it cannot be opened."""
    source = folder / name
    source.write_bytes(content)
    target = folder / ending
    done = subprocess.run(
        [
            program(),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(target),
            str(source),
        ],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    made = target / f"{source.stem}.{ending}"
    assert made.exists(), done.stdout + done.stderr
    return made
