"""Each clause over the schools of a district: which of them have which word, and where the two sides disagree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from survey.notice.facts import Facts
from survey.notice.reader import clauses
from survey.notice.rules import HEARD, KEPT, NOT_KEPT, NOT_KNOWN, SEEN, SIDES, WORDS, Clause
from survey.notice.verdicts import Verdict, verdict
from survey.release.published import Release
from survey.words.name_order import name_order

Schools = tuple[Facts, ...]  # by name


@dataclass(frozen=True, slots=True)
class OfClause:
    """One clause: side → word → the schools, of the sides that it can be told from."""

    clause: Clause
    schools: Mapping[str, Mapping[str, Schools]]
    only_planned: Schools  # seen as kept, and reported as not kept
    only_reported: Schools  # reported as kept, and seen as not kept
    is_compared: bool  # whether both sides are known at some school

    @property
    def disagree(self) -> int:
        """At how many schools the two sides disagree."""
        return len(self.only_planned) + len(self.only_reported)

    def is_known(self, side: str) -> bool:
        """Whether some school has another word than not known."""
        words = self.schools.get(side, {})
        return any(words[word] for word in words if word != NOT_KNOWN)

    def is_kept_by_most(self, side: str) -> bool:
        """Whether more than half of all schools have the word kept."""
        words = self.schools.get(side)
        return words is not None and 2 * len(words[KEPT]) > sum(map(len, words.values()))


def of_district(schools: Collection[Facts], release: Release | None) -> tuple[OfClause, ...]:
    """Every clause, in the order of the notice."""
    return tuple(of_clause(clause, schools, release) for clause in clauses().values())


def of_clause(clause: Clause, schools: Collection[Facts], release: Release | None) -> OfClause:
    """One clause; schools by name, for this is no ranking."""
    listed = sorted(schools, key=lambda facts: (name_order(facts.school_name), facts.school_id))
    found = [(facts, verdict(clause, facts, release)) for facts in listed]
    return OfClause(
        clause=clause,
        schools={side: _by_word(found, side) for side in SIDES if clause.of(side)},
        only_planned=_where(found, SEEN),
        only_reported=_where(found, HEARD),
        is_compared=any(NOT_KNOWN not in (each.word(SEEN), each.word(HEARD)) for _facts, each in found),
    )


def _by_word(found: list[tuple[Facts, Verdict]], side: str) -> Mapping[str, Schools]:
    return {word: tuple(facts for facts, each in found if each.word(side) == word) for word in WORDS}


def _where(found: list[tuple[Facts, Verdict]], kept: str) -> Schools:
    other = HEARD if kept == SEEN else SEEN
    return tuple(facts for facts, each in found if (each.word(kept), each.word(other)) == (KEPT, NOT_KEPT))
