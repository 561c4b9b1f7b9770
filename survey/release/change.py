"""What has changed from one round to a later one: share by share, and whether more than chance would.

Only what is told alike in both releases is compared. Both are published, so that their difference gives nothing away
that either does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.release.findings import LESS, MORE, NOT_CLEAR, TOLD_OTHERWISE, Share, difference, placed, shares
from survey.release.published import Count, QuestionTable, Release, Text
from survey.release.sums import table_of

# Why a whole question is not compared.
BROKEN, ASKED_ONCE = "broken", "asked_once"
HIDDEN_THEN, HIDDEN_NOW, HIDDEN_IN_BOTH = "hidden_then", "hidden_now", "hidden_in_both"


@dataclass(frozen=True, slots=True)
class ShareChange:
    """One choice then and now, and one word: more, less, not clear, or why it cannot be told."""

    then: Share
    now: Share
    word: str

    @property
    def is_clear(self) -> bool:
        """Whether it has clearly changed."""
        return self.word in (MORE, LESS)

    @property
    def is_exact(self) -> bool:
        """Whether both are told exactly, of somebody."""
        return all(share.is_exact and share.of for share in (self.then, self.now))

    @property
    def is_compared(self) -> bool:
        """Whether it can be told at all."""
        return self.is_clear or self.word == NOT_CLEAR


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """One question then and now: its shares, or why there is nothing to compare."""

    questionnaire: str
    question: str
    label: Text
    shares: tuple[ShareChange, ...]
    why_not: str | None = None


def changes(before: Release, now: Release, school_id: str | None = None) -> tuple[QuestionChange, ...]:
    """Every question put to a school, or to the whole district, as it is asked now; then those asked only before."""
    asked = dict.fromkeys((t.audience.questionnaire, t.question) for r in (now, before) for t in r.of_district())
    found = (_change(key, before, now, school_id) for key in asked)
    return tuple(change for change in found if change)


def _change(key: tuple[str, str], before: Release, now: Release, school_id: str | None) -> QuestionChange | None:
    then_own, now_own = (table_of(release, *key, school_id) for release in (before, now))
    asked = now_own or then_own
    if asked is None:
        return None
    why_not = _why_not(key, before, now, school_id)
    if why_not or then_own is None or now_own is None:
        return QuestionChange(*key, asked.label, (), why_not)
    was = {each.share.choice: each for each in placed(then_own, before)}
    pairs = [(was[each.share.choice], each) for each in placed(now_own, now)]
    found = tuple(ShareChange(then.share, later.share, difference(later, then)) for then, later in pairs)
    return QuestionChange(*key, asked.label, found)


def _why_not(key: tuple[str, str], before: Release, now: Release, school_id: str | None) -> str | None:
    """Why nothing of a question is compared; None where something is."""
    # The district's tables show more of the choices than a small school's.
    for where in (None, school_id):
        then, later = (table_of(release, *key, where) for release in (before, now))
        if then is None or later is None:
            return BROKEN if where is None else ASKED_ONCE
        if _is_reworded(then, later):
            return BROKEN
    assert then
    assert later
    if then.hidden and later.hidden:
        return HIDDEN_IN_BOTH
    if then.hidden or later.hidden:
        return HIDDEN_THEN if then.hidden else HIDDEN_NOW
    told = [{share.choice for share in shares(table)} for table in (then, later)]
    return TOLD_OTHERWISE if told[0] != told[1] else None


def _is_reworded(then: QuestionTable, now: QuestionTable) -> bool:
    """Whether the question or a choice has other words or ends, as far as both tables show them."""
    if then.several != now.several or _differs(then.label, now.label):
        return True
    if then.hidden or now.hidden:
        return False
    was, is_now = ({count.choice: count for count in table.counts} for table in (then, now))
    # Several told together bear the names of all.
    if {name for choice in was for name in choice.split("+")} != {n for choice in is_now for n in choice.split("+")}:
        return True
    return any(_is_other(was[choice], is_now[choice]) for choice in was.keys() & is_now.keys())


def _is_other(then: Count, now: Count) -> bool:
    return (then.low, then.high, then.no_answer) != (now.low, now.high, now.no_answer) or _differs(
        then.label, now.label
    )


def _differs(then: Text, now: Text) -> bool:
    """Whether words differ in a language that both are told in: another language more is no other question."""
    return any(then[language] != now[language] for language in then.keys() & now.keys())
