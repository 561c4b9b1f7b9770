"""The notice, clause by clause: which word a plan, a record or reported answers have, and when nothing is said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estimator import families
from estimator.assess import assess
from estimator.norm_file import load
from estimator.plan import Plan
from estimator.plan_reading import plan_from_dict
from survey.notice.district import of_district
from survey.notice.facts import Counted, Facts
from survey.notice.reader import FILE, RuleProblems, clauses, read
from survey.notice.rules import (
    HEARD,
    KEPT,
    MIXED_IS_WORST,
    NOT_KEPT,
    NOT_KNOWN,
    PARTLY,
    SEEN,
    SIDES,
    Bounds,
    together,
)
from survey.notice.verdicts import (
    HIDDEN,
    NO_PLAN,
    NOBODY,
    TOO_WIDE,
    Found,
    Reported,
    verdict,
    verdicts,
)
from survey.release.findings import OPEN_LINK, TOLD_OTHERWISE
from survey.release.published import Release
from survey.words import wording
from tests.desk import PUPILS, a_lesson
from tests.published import a_release_of_all

CASES = tomllib.loads((Path(__file__).parent / "cases" / "notice.toml").read_text(encoding="utf-8"))
ASKED, OTHERS = 80, 100
A_SCHOOL = Facts("s", "School")
IMPOSSIBLE = {("N10", HEARD, NOT_KEPT)}


def cases(side: str) -> list[Any]:
    """The cases of one side, each with its clause."""
    return [
        pytest.param(clause, case, id=f"{clause}-{case['word']}-{number}")
        for clause, sides in CASES.items()
        for number, case in enumerate(sides.get(side, ()))
    ]


def a_plan(lessons: list[dict[str, Any]], on_camera: list[int]) -> Plan:
    """A plan of two grades."""
    grades = [
        {"grade": grade, "pupils": pupils, "teachers": 12, "teachers_on_camera": camera}
        for (grade, pupils), camera in zip(PUPILS.items(), on_camera, strict=True)
    ]
    head = {"school": "School", "place": "CN-34", "week_of": date(2020, 3, 9), "currency": "CNY"}
    return plan_from_dict({**head, "grade": grades, "activity": [a_lesson(**lesson) for lesson in lessons]})


def with_plan(lessons: list[dict[str, Any]], on_camera: list[int]) -> Facts:
    """A town school with this plan."""
    plan = a_plan(lessons, on_camera)
    return Facts("s", "School", plan, assess(plan, families.load("urban"), load()))


def a_round(given: Mapping[str, Mapping[str, Mapping[str, int]]], entry: str = "slips") -> Release:
    """A release in which so many of the school's people gave each answer; another school's stand beside."""
    told = {
        questionnaire: {
            "s": people(questions),
            "t": people({q: dict.fromkeys(a, OTHERS) for q, a in questions.items()}),
        }
        for questionnaire, questions in given.items()
    }
    return a_release_of_all(told, {"s": "School", "t": "Other school"}, entry, ASKED)


def people(questions: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """As many people as answered the question that most did; «a+b» is both, where several may be chosen."""
    answers = {
        question: [a for answer, number in counts.items() for a in [answer] * number]
        for question, counts in questions.items()
    }
    several = {"platforms", "guidance", "things_bought"}
    return [
        {q: a[n].split("+") if q in several else a[n] for q, a in answers.items() if n < len(a)}
        for n in range(max(map(len, answers.values())))
    ]


@pytest.mark.parametrize(("clause", "case"), cases(SEEN))
def test_a_plan_or_a_record_has_its_word(clause: str, case: dict[str, Any]) -> None:
    if records := case.get("records"):
        facts = Facts("s", "School", records={name: Counted(*counted) for name, counted in records.items()})
    else:
        facts = with_plan(case["lessons"], case.get("on_camera", [0, 0]))
    assert verdict(clauses()[clause], facts, None).word(SEEN) == case["word"]


@pytest.mark.parametrize(("clause", "case"), cases(HEARD))
def test_what_people_report_has_its_word(clause: str, case: dict[str, Any]) -> None:
    release = a_round({name: told for name, told in case.items() if name != "word"})
    assert verdict(clauses()[clause], A_SCHOOL, release).word(HEARD) == case["word"]


def test_every_clause_has_a_case_for_every_word_it_can_take() -> None:
    found = {
        (clause, side, case["word"])
        for clause, sides in CASES.items()
        for side in SIDES
        for case in sides.get(side, ())
    }
    expected = {
        (clause.id, side, word)
        for clause in clauses().values()
        for side in SIDES
        if clause.of(side)
        for word in (KEPT, PARTLY, NOT_KEPT)
    }
    assert found == expected - IMPOSSIBLE


@pytest.mark.parametrize("clause", clauses().values(), ids=lambda clause: clause.id)
def test_without_plan_record_and_release_no_clause_is_known(clause: Any) -> None:
    found = verdict(clause, A_SCHOOL, None)
    assert {found.word(side) for side in SIDES} <= {NOT_KNOWN, None}
    assert not found.disagrees


@pytest.mark.parametrize(("clause", "case"), cases(HEARD))
def test_too_few_answers_leave_every_clause_not_known(clause: str, case: dict[str, Any]) -> None:
    few = {
        name: {
            question: {answer: min(number, 2) for answer, number in counts.items()} for question, counts in told.items()
        }
        for name, told in case.items()
        if name != "word"
    }
    found = verdict(clauses()[clause], A_SCHOOL, a_round(few)).sides[HEARD]
    assert found.word == NOT_KNOWN
    assert {each.why for each in found.found} <= {HIDDEN, NOBODY}
    assert {each.figure for each in found.found} == {None}


@pytest.mark.parametrize(("clause", "case"), cases(HEARD))
def test_an_open_link_leaves_every_clause_not_known(clause: str, case: dict[str, Any]) -> None:
    found = verdict(clauses()[clause], A_SCHOOL, a_round({n: t for n, t in case.items() if n != "word"}, "open_link"))
    assert found.word(HEARD) == NOT_KNOWN
    assert {each.why for each in found.sides[HEARD].found} <= {OPEN_LINK, HIDDEN, NOBODY}


def of_check_ins(**counts: int) -> Found:
    """What the parents' row of N7 finds."""
    return verdict(clauses()["N7"], A_SCHOOL, a_round({"parent": {"check_ins": counts}})).sides[HEARD].found[0]


def test_a_range_on_both_sides_of_a_bound_is_not_known() -> None:
    found = of_check_ins(daily=6, some_days=20, never=34)
    assert (found.word, found.why) == (NOT_KNOWN, TOO_WIDE)
    assert found.figure is not None


def test_bounds_told_of_nearly_all_are_ranges_and_no_counts() -> None:
    found = of_check_ins(daily=60, never=0)
    assert found.word == NOT_KEPT
    assert isinstance(found.figure, Reported)
    assert not found.figure.share.is_exact


def test_an_answer_told_together_with_others_is_not_known() -> None:
    release = a_round({"teacher": {"live_duty": {"all": 9, "some": 1, "no": 4}}})
    found = verdict(clauses()["N6"], A_SCHOOL, release).sides[HEARD].found
    assert [each.why for each in found] == [TOLD_OTHERWISE, NOBODY]


def test_a_row_that_leaves_it_open_leaves_kept_open_and_partly_standing() -> None:
    assert together([KEPT, NOT_KNOWN]) == KEPT
    assert together([KEPT, NOT_KNOWN], is_open=True) == NOT_KNOWN
    assert together([KEPT, NOT_KEPT, NOT_KNOWN], is_open=True) == PARTLY
    assert together([NOT_KEPT, NOT_KNOWN], is_open=True) == NOT_KNOWN
    assert together([NOT_KEPT, KEPT], MIXED_IS_WORST, is_open=True) == NOT_KEPT


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0, 0.1, KEPT),
        (0.05, 0.2, NOT_KNOWN),
        (0.05, 0.7, NOT_KNOWN),
        (0.11, 0.4, PARTLY),
        (0.2, 0.6, PARTLY),
        (0.5, 0.6, NOT_KEPT),
    ],
)
def test_a_figure_has_a_word_only_where_its_whole_range_lies_on_one_side(low: float, high: float, word: str) -> None:
    assert Bounds(0.1, 0.5).word(low, high) == word
    assert Bounds(0.9, 0.5).word(1 - high, 1 - low) == word


def test_schools_disagree_where_one_side_says_kept_and_the_other_not_kept() -> None:
    release = a_round({"parent": {"check_ins": {"daily": 60, "some_days": 5, "never": 5}}})
    keeping: list[dict[str, Any]] = [{}, {"grade": 4}]
    breaking: list[dict[str, Any]] = [{"check_in": True}, {"grade": 4, "check_in": True}]
    found = {each.clause.id: each for each in of_district([with_plan(keeping, [0, 0])], release)}
    assert [facts.school_id for facts in found["N7"].only_planned] == ["s"]
    assert not found["N7"].only_reported
    assert found["N7"].is_kept_by_most(SEEN)
    assert not found["N7"].is_kept_by_most(HEARD)
    quiet = a_round({"parent": {"check_ins": {"daily": 1, "some_days": 30, "never": 40}}})
    found = {each.clause.id: each for each in of_district([with_plan(breaking, [0, 0])], quiet)}
    assert [facts.school_id for facts in found["N7"].only_reported] == ["s"]


def test_every_school_is_counted_once_a_side_and_stands_by_name() -> None:
    schools = [Facts("b", "乙"), Facts("a", "甲"), Facts("c", "丙")]
    for each in of_district(schools, None):
        for words in each.schools.values():
            assert sum(map(len, words.values())) == len(schools)
            listed = [facts.school_name for facts in words[NOT_KNOWN]]
            assert listed == ["丙", "甲", "乙"]  # bǐng, jiǎ, yǐ


def test_a_school_without_a_plan_says_so_in_every_row_of_its_plan() -> None:
    rows = [row for each in verdicts(A_SCHOOL, None) if each.clause.seen_in == "plan" for row in each.sides[SEEN].found]
    assert {row.why for row in rows} == {NO_PLAN}


def test_the_clauses_are_those_of_the_notice_in_their_order() -> None:
    assert list(clauses()) == list(wording.CLAUSES)
    assert [c.id for c in clauses().values() if c.seen_in is None] == ["N10", "N12"]
    assert [c.id for c in clauses().values() if c.seen_in == "record"] == ["N11", "N13", "N14"]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("[N7]", "[N15]", "N15: nobody knows it"),
        ("[N7]", "[N15]", "N7: it is missing"),
        ('measure = "uploads"', 'measure = "happiness"', "N8 seen 1 measure: nobody knows 'happiness'"),
        ('plan = "to_buy"', 'plan = "to_sell"', "N9 seen 3 plan: nobody knows 'to_sell'"),
        ('question = "live_duty"', 'question = "duty"', "N6 heard 1 question: the questionnaire does not ask 'duty'"),
        ('question = "live_duty"', 'question = "contact"', "N6 heard 1 question: 'contact' does not hear N6"),
        ('answers = ["wholly"]', 'answers = ["entirely"]', "N3 heard 1 answers: ['entirely']; some, not all, of"),
        ('answers = ["wholly"]', "answers = []", "N3 heard 1 answers: []; some, not all, of"),
        ("kept_from = 1, not_kept_up_to = 0", "kept_from = 1", "N2 seen 1: kept_up_to with not_kept_from or"),
        ("kept_from = 1, not_kept_up_to = 0", "kept_from = 0, not_kept_up_to = 1", "lie the wrong way round"),
        ("kept_from = 1, not_kept_up_to = 0", 'kept_from = 1, not_kept_up_to = "0"', "must be numbers"),
        ('{ answered = "parent" }', '{ answered = "parent", share = 1 }', "N10 heard 1 share: nobody knows it here"),
        ('{ answered = "parent" }', "{ }", "N10 heard 1: one of from, answered is expected"),
        ('if_mixed = "worst"', 'if_mixed = "best"', "N6 if_mixed: 'best'; write partly or worst"),
        ("CN-MOE-2020-03-06", "CN-MOE-1920", "is not in estimator/norms/documents.toml"),
        ("[usual]", "[usual", "this is no TOML"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_their_place(was: str, becomes: str, said: str) -> None:
    good = FILE.read_text(encoding="utf-8")
    assert was in good
    with pytest.raises(RuleProblems) as refused:
        read(good.replace(was, becomes, 1))
    assert said in str(refused.value)
