"""The notice over a district as a bureau reads it: worked out once, and again where what it rests on has changed."""

from __future__ import annotations

from functools import lru_cache

from survey.bureau.schools_told import schools_told
from survey.notice.district import OfClause, of_clause
from survey.notice.facts import Facts
from survey.notice.reader import clauses
from survey.notice.rules import BY_RECORD, Clause
from survey.planning.assessments import WeighedDistrict
from survey.release import freeze
from survey.school.notice_facts import Records, facts_of, records_of

KEPT = 4  # districts, with a release each


def clauses_told(found: WeighedDistrict, release_id: str | None) -> tuple[OfClause, ...]:
    """Every clause, in the order of the notice, by a release."""
    records = records_of(found.district.schools)
    return tuple(_told(clause, found, release_id, records) for clause in clauses().values())


def clause_told(clause: Clause, found: WeighedDistrict, release_id: str | None) -> OfClause:
    """One clause."""
    return _told(clause, found, release_id, records_of(found.district.schools))


def _told(clause: Clause, found: WeighedDistrict, release_id: str | None, records: Records) -> OfClause:
    # A clause that is seen in plans does not change when a school replies, or a family asks.
    return _kept(clause.id, found, release_id, records if clause.seen_in == BY_RECORD else None)


@lru_cache(maxsize=KEPT * 32)
def _kept(clause: str, found: WeighedDistrict, release_id: str | None, records: Records | None) -> OfClause:
    release = freeze.of_district(release_id) if release_id else None
    return of_clause(clauses()[clause], _facts(found, release_id, records), release)


@lru_cache(maxsize=KEPT * 2)
def _facts(found: WeighedDistrict, release_id: str | None, records: Records | None) -> tuple[Facts, ...]:
    release = freeze.of_district(release_id) if release_id else None
    return facts_of(schools_told(found.district.schools, release), found.plans, records or Records())
