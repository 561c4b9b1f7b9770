"""Which families a bureau has its schools' plans weighed with: those that parents report, the usual ones, its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from estimator import families
from estimator.assessment import Source
from estimator.families import Families, FamiliesProblems
from survey import db
from survey.day import now
from survey.planning.store import FamiliesChoice
from survey.staff.store import Bureau

REPORTED, USUAL, OWN = "reported", "usual", "own"
WAYS = (REPORTED, USUAL, OWN)
SETTINGS = ("urban", "rural")


@dataclass(frozen=True, slots=True)
class FamiliesFile:
    """A district's own families file for its schools in one kind of place."""

    setting: str
    text: str

    @property
    def families(self) -> Families:
        """Its families. Raises FamiliesProblems."""
        return read(self)


@dataclass(frozen=True, slots=True)
class FamiliesChosen:
    """The bureau's choice. A file comes before what parents report, and that before what is usual."""

    way: str = REPORTED
    files: tuple[FamiliesFile, ...] = ()  # at most one a setting; none but with OWN

    def file(self, setting: str) -> FamiliesFile | None:
        """The file that stands for schools in this kind of place."""
        return next((file for file in self.files if file.setting == setting), None)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Who says what the files say, each once."""
        return tuple(dict.fromkeys(source for file in self.files for source in file.families.sources.values()))


AS_REPORTED = FamiliesChosen()


@lru_cache(maxsize=64)
def read(file: FamiliesFile) -> Families:
    """The families of a file, as its problems name it. Raises FamiliesProblems."""
    return families.read(file.text.encode("utf-8"), f"{file.setting}.toml")


def chosen(bureau: Bureau) -> FamiliesChosen:
    """What the bureau has chosen; at first, as parents report them. A file that can no longer be read is left out."""
    row = newest(bureau)
    if row is None:
        return AS_REPORTED
    files = (FamiliesFile(setting, row.files[setting]) for setting in SETTINGS if setting in row.files)
    return FamiliesChosen(row.way, tuple(file for file in files if _can_be_read(file)))


def newest(bureau: Bureau) -> FamiliesChoice | None:
    """The choice in force as it is stored; None before the first."""
    mine = select(FamiliesChoice).where(FamiliesChoice.bureau_id == bureau.id)
    return db.session("desk").scalar(mine.order_by(FamiliesChoice.number.desc()).limit(1))


def choose(bureau: Bureau, choice: FamiliesChosen, login: str) -> FamiliesChoice:
    """Put a choice in force; the caller commits."""
    before = newest(bureau)
    files: Mapping[str, str] = {file.setting: file.text for file in choice.files}
    row = FamiliesChoice(
        bureau_id=bureau.id,
        number=before.number + 1 if before else 1,
        chosen_at=now(),
        chosen_by=login,
        way=choice.way,
        files=dict(files),
    )
    db.session("desk").add(row)
    return row


def _can_be_read(file: FamiliesFile) -> bool:
    try:
        read(file)
    except FamiliesProblems:
        return False
    return True
