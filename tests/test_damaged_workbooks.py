"""A workbook that was damaged on its way is read or refused in words, whichever of its bytes was hit."""

from __future__ import annotations

import io
import random
import zipfile

import openpyxl
import pytest

from estimator.plan import PlanProblems
from estimator.workbook_safety import open_workbook

TRIES = 150
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A workbook with words and numbers."""
    book = openpyxl.Workbook()
    for row in range(60):
        book.worksheets[0].append([f"School {row}", row, row / 7])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def with_sheet(sound: bytes, content: bytes) -> bytes:
    """The same workbook, another text in the place of its first sheet."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == SHEET else old.read(name))
    return kept.getvalue()


def is_read(content: bytes) -> bool:
    """Whether it is; anything but PlanProblems is raised here."""
    try:
        open_workbook(content, "plan.xlsx")
    except PlanProblems:
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_whichever_bytes_of_the_file_are_hit(sound: bytes, seed: int) -> None:
    chance, refused = random.Random(seed), 0
    for _ in range(TRIES):
        hit = bytearray(sound)
        for _ in range(chance.choice((1, 3))):
            hit[chance.randrange(len(hit))] = chance.randrange(256)
        refused += not is_read(bytes(hit))
    assert refused > TRIES / 4


@pytest.mark.parametrize("seed", range(2))
def test_whichever_signs_of_a_sheet_are_hit(sound: bytes, seed: int) -> None:
    chance, refused = random.Random(seed), 0
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        sheet = archive.read(SHEET)
    for _ in range(TRIES):
        hit = bytearray(sheet)
        hit[chance.randrange(len(hit))] = chance.choice(b'<>&/"= \x00a9')
        refused += not is_read(with_sheet(sound, bytes(hit)))
    assert refused > TRIES / 4
    assert not is_read(with_sheet(sound, sheet[:-60]))
    assert is_read(with_sheet(sound, sheet))


def test_a_workbook_that_is_sealed_with_a_password_is_refused(sound: bytes) -> None:
    sealed = bytearray(sound)
    # Bit 0 of a member's flags, in its own head and in the archive's list.
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = sealed.find(mark)
        while place >= 0:
            sealed[place + flags_at] |= 1
            place = sealed.find(mark, place + 1)
    assert not is_read(bytes(sealed))
