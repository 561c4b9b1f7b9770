"""The questions as data: what is asked of whom, in every language, and how an answer is checked. No pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from survey.questionnaire.model import Questionnaire
from survey.questionnaire.reader import load

FOLDER = Path(__file__).parent.parent / "questionnaires"


@cache
def built_in() -> Mapping[str, Questionnaire]:
    """The questionnaires that ship with the program, by name."""
    return {path.stem: load(path) for path in sorted(FOLDER.glob("*.toml"))}


def source(name: str) -> str:
    """The file of one of them, as it is kept with a round."""
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def questionnaire_for(role: str, grade: int | None) -> Questionnaire | None:
    """What a role is asked in a grade; None where nobody is (pupils younger than eight)."""
    for questionnaire in built_in().values():
        grades = questionnaire.grades
        if questionnaire.role == role and (grades is None or (grade is not None and grades[0] <= grade <= grades[1])):
            return questionnaire
    return None
