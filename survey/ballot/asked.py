"""What a group is asked: its questionnaire as it was when the round opened, also after a newer program came."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import bindparam, select

from survey import db
from survey.ballot.store import AskedQuestionnaire
from survey.questionnaire import built_in, source
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.reader import QuestionnaireProblems, read
from survey.stores import direct

TEXT = select(AskedQuestionnaire.text).where(AskedQuestionnaire.fingerprint == bindparam("fingerprint"))


def keep(names: Iterable[str]) -> None:
    """Keep these questionnaires as they are today; the caller commits."""
    for name in names:
        kept = AskedQuestionnaire(fingerprint=built_in()[name].fingerprint, text=source(name))
        db.session("ballots").merge(kept)


def asked_with(name: str, fingerprint: str | None) -> Questionnaire | None:
    """A questionnaire by its fingerprint, else today's; None where none such was kept, or it cannot be read."""
    today = built_in().get(name)
    if fingerprint is None or (today and today.fingerprint == fingerprint):
        return today
    return _kept(fingerprint)


def _kept(fingerprint: str) -> Questionnaire | None:
    found = direct.read("ballots", TEXT, {"fingerprint": fingerprint})
    return _read(found[0], fingerprint) if found else None


@lru_cache(maxsize=64)
def _read(text: str, fingerprint: str) -> Questionnaire | None:
    try:
        return read(text, fingerprint)
    except QuestionnaireProblems:
        return None
