"""Releases as a whole: published once, frozen, and no later one tells what the first one did not."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.workbook import Workbook

from estimator.integer_programme import IntegerProgramme
from estimator.norm_file import load
from survey import db
from survey.answer_store import Comment
from survey.bureau import release_files
from survey.campaign.store import Campaign
from survey.pooled import OTHER_GRADES, OTHER_SCHOOLS
from survey.questionnaire import built_in
from survey.questionnaire.model import Question
from survey.release import counting, findings, freeze, tabulate
from survey.release.freeze import NothingToTell, TooLittleNew, fingerprint, make_ready, parts, publish, read
from survey.release.groups import groups_of
from survey.release.making import Asked, Round
from survey.release.protect import MASK
from survey.release.published import Release
from survey.release.published_json import as_plain, release_from
from survey.release.statistics import chance_range, is_clearly_different, silence_range
from survey.release.suppression import SMALLEST_GROUP
from survey.staff.store import Bureau
from survey.workbook.summary import Summary
from survey.workbook.tables import Unpacked
from tests import published
from tests.rounds import keep_answers
from tests.test_disclosure import MORE_THAN_ANY

SCREEN = "screen_yesterday"
SCHOOLS = {"s1": "First", "s2": "Second", "s3": "Third"}
Told = dict[str, tuple[int, int]] | None  # answer → from how many to how many; None: hidden
Printed = dict[tuple[str | None, int | None], Told]


@pytest.fixture
def campaign(app: Flask) -> Iterator[str]:
    """A round that has closed; the test is within the application."""
    with app.test_request_context():
        desk = db.session("desk")
        desk.add(Bureau(id="b1", name="Bureau", place="CN-34"))
        desk.flush()
        desk.add(Campaign(id="c1", bureau_id="b1", title="Round", entry="slips", closes_on=date(2020, 4, 1)))
        desk.commit()
        yield "c1"


def answers(school: str, grade: int, given: Sequence[Mapping[str, Any]], words: str | None = None) -> None:
    """Parents of a school and grade, as the mixer writes them."""
    keep_answers((school, grade, choices) for choices in given)
    if words:
        store, place = db.session("answers"), {"campaign_id": "c1", "school_id": school, "questionnaire": "parent"}
        store.add_all(Comment(**place, words=f"{words} {n}") for n in range(len(given)))
        store.commit()


def screens(most: int, some: int = 0) -> list[dict[str, str]]:
    """So many who say «2 to 3 hours», and so many «30 to 60 minutes»."""
    return [{SCREEN: "120_180"}] * most + [{SCREEN: "30_60"}] * some


def a_round(invited: int = 60, grades: Sequence[int] = (3, 4), entry: str = "slips") -> Round:
    """Three schools whose parents were asked."""
    asked = tuple(Asked(school, name, "parent", grade, invited) for school, name in SCHOOLS.items() for grade in grades)
    return Round("c1", "Round", "Bureau", entry, True, asked)


def released(told: Round | None = None, remarks: Sequence[str] = ()) -> Release:
    """The next release, read back from the store."""
    frozen = publish(make_ready(told or a_round(), date(2020, 4, 2), lambda _release: (), remarks))
    db.session("desk").commit()
    return read(frozen)


def two_grades_everywhere(here: int = 30) -> None:
    """Enough answers in every group, of more than one mind."""
    for school in SCHOOLS:
        for grade in (3, 4):
            answers(school, grade, screens(here - 10, 10))


def test_a_release_is_read_back_as_it_was_published(campaign: str) -> None:
    two_grades_everywhere()
    release = released()
    assert release_from(*as_plain(release)) == release
    frozen = freeze.of_campaign(campaign)
    assert frozen is not None
    assert (frozen.number, frozen.sha256) == (1, fingerprint(frozen.tables, parts(frozen.id)))


def test_a_page_reads_of_a_release_what_it_tells_of_the_district_or_of_one_school(campaign: str) -> None:
    two_grades_everywhere()
    answers("s2", 4, screens(10), "words")
    whole = released(remarks=[remark.id for remark in freeze.remarks_to_choose(campaign)["parent"]])
    frozen = freeze.of_campaign(campaign)
    assert frozen is not None
    district, school = freeze.of_district(frozen.id), freeze.of_school(frozen.id, "s2")
    no_detail = tuple(t for t in whole.tables if not (t.audience.school_id and t.audience.grade))
    assert (district.tables, district.comments) == (no_detail, whole.comments)
    assert school.tables == tuple(t for t in whole.tables if t.audience.school_id in (None, "s2"))
    assert school.responses == tuple(r for r in whole.responses if r.audience.school_id in (None, "s2"))


def test_the_fixed_tables_are_district_schools_grades_and_schools_grades(campaign: str) -> None:
    two_grades_everywhere()
    release = released()
    told = {(t.audience.school_id, t.audience.grade): t.answered for t in release.tables if t.question == SCREEN}
    assert told[None, None] == 180
    of_grade = told[None, 3]
    assert of_grade
    assert told["s2", None] == of_grade // 3 * 2 == 60
    assert told["s3", 4] == 30
    assert len(told) == 1 + 3 + 2 + 6


def test_a_small_grade_is_hidden_and_cannot_be_had_by_subtraction(campaign: str) -> None:
    two_grades_everywhere()
    answers("s1", 5, screens(4, 3))
    answers("s2", 5, screens(8, 8))
    release = released(a_round(grades=(3, 4, 5)))
    shown = {(t.audience.school_id, t.audience.grade) for t in release.tables if t.question == SCREEN and not t.hidden}
    assert ("s1", 5) not in shown
    assert not {("s2", 5), (None, 5)} <= shown
    assert (None, None) in shown


def test_what_would_tell_nothing_is_not_published(campaign: str) -> None:
    for more in (0, 9):
        answers("s1", 3, screens(more - more // 2, more // 2))
        with pytest.raises(NothingToTell):
            released()
        with pytest.raises(NothingToTell):
            freeze.remarks_to_choose(campaign)
    answers("s2", 4, screens(1))
    assert released().response("parent").answered == 10


def test_nine_of_each_role_are_too_few_and_ten_of_one_suffice(campaign: str) -> None:
    for role in ("parent", "teacher"):
        keep_answers([("s1", 3, {})] * 9, role)
    assert not tabulate.are_enough(campaign, ["parent", "teacher"])
    keep_answers([("s1", 3, {})], "teacher")
    assert tabulate.are_enough(campaign, ["parent", "teacher"])
    assert not tabulate.are_enough("another", ["parent", "teacher"])


def test_where_nobody_is_counted_fewer_than_ten_may_have_answered(campaign: str) -> None:
    keep_answers([("s1", None, {})] * 10, "teacher")
    release = released()
    assert release.response("parent").answered is None
    assert release.table("parent", SCREEN).hidden


def test_other_grades_and_schools_are_counted_together_without_a_number_asked(campaign: str) -> None:
    answers("s1", 3, screens(15, 5))
    answers("s1", OTHER_GRADES, screens(10, 2))
    answers(OTHER_SCHOOLS, OTHER_GRADES, screens(9, 3))
    release = released()
    assert release.response("parent").answered == 44
    assert release.response("parent", "s1").answered == 32
    others = release.response("parent", OTHER_SCHOOLS)
    assert (others.answered, others.invited) == (12, None)
    assert release.response("parent", "s1", OTHER_GRADES).answered == 12
    first = findings.placed(release.table("parent", SCREEN, OTHER_SCHOOLS), release)[0]
    assert (first.invited, first.by_chance, first.by_silence) == (None, None, None)


def test_few_answers_are_told_in_three_classes_with_all_their_names(campaign: str) -> None:
    answers("s1", 3, screens(6, 5))
    table = released().table("parent", SCREEN)
    wide = [count for count in table.counts if "+" in count.choice]
    assert len([count for count in table.counts if not count.no_answer]) == 3
    assert sum(count.count or 0 for count in table.counts) == 11
    assert all(" / " in count.label["en"] for count in wide)


def test_all_of_one_mind_are_told_as_a_bound(campaign: str) -> None:
    answers("s1", 3, screens(40))
    bands = {count.choice: count.band for count in released().table("parent", SCREEN).counts}
    assert bands["120_180"] == (38, 40)
    assert {band for choice, band in bands.items() if choice != "120_180"} == {(0, 2)}


def test_a_second_release_with_nothing_new_is_refused(campaign: str) -> None:
    two_grades_everywhere()
    released()
    with pytest.raises(TooLittleNew) as refused:
        released()
    assert not refused.value.groups


def test_a_second_release_with_a_few_new_answers_is_refused_by_group(campaign: str) -> None:
    two_grades_everywhere()
    released()
    answers("s2", 4, screens(9))
    with pytest.raises(TooLittleNew) as refused:
        released()
    assert set(refused.value.groups) == {("s2", 4), ("s2", None), (None, 4), (None, None)}


def test_a_second_release_with_ten_new_answers_is_numbered_and_leaves_the_first(campaign: str) -> None:
    two_grades_everywhere()
    released()
    before = freeze.of_campaign(campaign, 1)
    assert before is not None
    kept = before.tables, parts(before.id)
    answers("s2", 4, screens(6, 6))
    second = released()
    assert second.number == 2
    assert second.table("parent", SCREEN, "s2", 4).answered == 42
    first = freeze.of_campaign(campaign, 1)
    assert first is not None
    assert (first.tables, parts(first.id)) == kept


def test_ten_late_answers_of_one_mind_are_not_told_by_the_difference_of_two_releases(campaign: str) -> None:
    two_grades_everywhere()
    released()
    answers("s2", 4, screens(12))
    shown = {
        (t.audience.school_id, t.audience.grade) for t in released().tables if t.question == SCREEN and not t.hidden
    }
    # Twelve joined each of these; whoever subtracts the first release would read what all twelve said.
    assert not shown & {("s2", 4), ("s2", None), (None, 4), (None, None)}
    assert ("s1", 3) in shown


def test_what_the_first_release_hid_the_second_does_not_show(campaign: str) -> None:
    two_grades_everywhere()
    answers("s1", 5, screens(4, 3))
    answers("s2", 5, screens(8, 8))
    told = a_round(grades=(3, 4, 5))
    hidden = {(t.audience.school_id, t.audience.grade) for t in released(told).tables if t.question == SCREEN}
    answers("s1", 5, screens(10, 10))
    after = {(t.audience.school_id, t.audience.grade) for t in released(told).tables if t.question == SCREEN}
    assert after <= hidden
    assert ("s1", 5) not in after


def test_remarks_of_few_are_read_with_those_of_other_schools_and_of_many_by_school(campaign: str) -> None:
    answers("s1", 3, screens(6, 6), "call 138 0013 8000, lane")
    answers("s2", 3, screens(4, 3), "quiet")
    answers("s3", 4, screens(4, 3), "tired")
    listed = freeze.remarks_to_choose("c1")["parent"]
    assert len(listed) == 26
    assert not any("138" in remark.words for remark in listed)
    assert any(MASK in remark.words for remark in listed)
    release = released(remarks=[remark.id for remark in listed if not remark.words.startswith("tired")])
    told = {each.school_id: each.words for each in release.comments}
    assert set(told) == {None, "s1"}
    assert len(told["s1"]) == 12
    assert {words.split()[0] for words in told[None]} == {"quiet"}


def test_remarks_nobody_chose_are_not_published(campaign: str) -> None:
    answers("s1", 3, screens(6, 6), "words")
    assert released().comments == ()


def test_nine_remarks_are_too_few_to_read(campaign: str) -> None:
    answers("s1", 3, screens(5, 4), "words")
    answers("s2", 3, screens(5, 4))
    assert freeze.remarks_to_choose("c1") == {}


@pytest.mark.parametrize(
    ("count", "answered", "invited", "low", "high"),
    [
        (8, 10, 10**9, 0.490, 0.943),
        (10, 10, 10**9, 0.722, 1.0),
        (0, 10, 10**9, 0.0, 0.278),
        (150, 200, 10**9, 0.686, 0.805),
        (8, 10, 30, 0.544, 0.931),
        (8, 10, 12, 0.676, 0.884),
        (18, 20, 25, 0.824, 0.945),
        (150, 200, 800, 0.695, 0.798),
        (8, 10, 10, 0.8, 0.8),
    ],
)
def test_the_range_by_chance_is_wilsons_with_the_finite_population(
    count: int, answered: int, invited: int, low: float, high: float
) -> None:
    # Without a finite population: statsmodels' proportion_confint(method="wilson").
    assert chance_range(count, answered, invited) == pytest.approx((low, high), abs=0.0006)


@pytest.mark.parametrize(
    ("count", "answered", "invited", "low", "high"), [(16, 20, 25, 0.64, 0.84), (9, 12, 30, 0.30, 0.90)]
)
def test_the_silent_may_all_or_none_of_them_say_the_same(
    count: int, answered: int, invited: int, low: float, high: float
) -> None:
    assert silence_range(count, answered, invited) == pytest.approx((low, high))


def test_ranges_that_touch_are_not_clearly_different() -> None:
    assert not is_clearly_different((0.2, 0.4), (0.4, 0.6))
    assert is_clearly_different((0.2, 0.39), (0.4, 0.6))


def a_district(chance: random.Random) -> dict[tuple[str, int], list[dict[str, str]]]:
    """Schools' grades of all sizes, some of them of one mind."""
    choices = [c.name for c in next(q for q in built_in()["parent"].questions if q.name == SCREEN).choices]
    cells = {}
    for school in SCHOOLS:
        for grade in (3, 4, 5):
            liked, alike = chance.choice(choices[:5]), chance.choice([0.2, 0.5, 0.97, 1.0])
            people = chance.choice([0, 4, 7, 12, 18, 25, 45])
            cells[school, grade] = [
                {SCREEN: liked if chance.random() < alike else chance.choice(choices)} for _ in range(people)
            ]
    return cells


def printed(release: Release) -> Printed:
    """What the files say of one question: group → answer → from how many to how many; None where it is hidden.

    Read back from the cells of every file that is frozen with the release, as anybody would who downloads them all.
    """
    summary = Summary("Bureau", "CN-34", date(2020, 4, 2), True, release, (), load())
    files = {file.name: file.content for file in release_files.made(summary, "en")}
    assert set(files) == {*release_files.KINDS} - {release_files.SCHOOLS}
    found = from_tables(Unpacked(files.pop(release_files.TABLES)))
    analysis = openpyxl.load_workbook(io.BytesIO(files.pop(release_files.ANALYSIS)))
    assert from_tables(analysis) == found
    for content in files.values():
        for group, told in from_sheets(openpyxl.load_workbook(io.BytesIO(content))).items():
            found[group] = together(found[group], told)
    return found


def together(one: Told, other: Told) -> Told:
    """What two files say of the same group; what one of them hides the other hides too."""
    if one is None or other is None:
        assert one == other
        return None
    nothing = 0, MORE_THAN_ANY
    ends = {answer: zip(one.get(answer, nothing), other.get(answer, nothing), strict=True) for answer in one | other}
    return {answer: (max(lows), min(highs)) for answer, (lows, highs) in ends.items()}


def from_tables(tables: Unpacked | Workbook) -> Printed:
    """The same of the tables for analysing, with how many answered at all."""
    names = {c.name: c.label["en"] for q in built_in()["parent"].questions if q.name == SCREEN for c in q.choices}
    found: Printed = {}
    for row in (*records(tables, "answers"), *records(tables, "answers_school_grades")):
        if row["question"] != SCREEN:
            continue
        group = row["school_id"], row["grade"]
        if row["hidden"]:
            found[group] = None
            continue
        told = found.setdefault(group, {" / ".join(names.values()): (row["answered"], row["answered"])})
        assert told is not None
        told[" / ".join(names[code] for code in row["choice"].split("+"))] = row["at_least"], row["at_most"]
    return found


def records(tables: Unpacked | Workbook, name: str) -> list[Mapping[str, Any]]:
    """A table's rows, from either file."""
    if isinstance(tables, Unpacked):
        return list(tables.rows(name))
    header, *rows = tables[name].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def from_sheets(book: Workbook) -> Printed:
    """The same of a workbook for reading, whichever of its sheets have the question."""
    label = next(q.label["en"] for q in built_in()["parent"].questions if q.name == SCREEN)
    schools = {name: school for school, name in SCHOOLS.items()}
    found: Printed = {}
    for sheet in book.sheetnames:
        for row in book[sheet].iter_rows(values_only=True):
            if label not in row:
                continue
            at = row.index(label)
            school = schools[str(row[0])] if sheet == "Answers by school" else None
            grade = int(str(row[0]).split()[1]) if sheet == "Answers by grade" else None
            words, answer = str(row[at + 2]), str(row[at + 1])
            if words.startswith("not shown"):
                found[school, grade] = None
                continue
            told = found.setdefault((school, grade), {})
            assert told is not None
            told[answer] = band(words)
    return found


def band(words: str) -> tuple[int, int]:
    """A cell's number, or the ends of its bound."""
    if words.startswith("≤"):
        return 0, int(words[1:])
    if words.startswith("≥"):
        return int(words[1:]), MORE_THAN_ANY
    low, _, high = words.partition("–")
    return int(low), int(high or low)


@pytest.mark.parametrize("seed", range(12))
def test_the_files_let_nobody_work_out_a_small_school_or_grade(campaign: str, seed: int) -> None:
    cells = a_district(random.Random(seed))
    for (school, grade), given in cells.items():
        answers(school, grade, given)
    release = released(a_round(invited=200, grades=(3, 4, 5)))
    told = printed(release)
    question = next(q for q in built_in()["parent"].questions if q.name == SCREEN)
    names = [c.label["en"] for c in question.choices]
    for group in told:
        size = sum(len(given) for (s, g), given in cells.items() if group[0] in (None, s) and group[1] in (None, g))
        if 0 < size < SMALLEST_GROUP:
            assert told[group] is None
            few, many = (extreme(told, names, group, sign) for sign in (1.0, -1.0))
            assert many - few >= SMALLEST_GROUP


def extreme(
    told: Mapping[tuple[str | None, int | None], Mapping[str, tuple[int, int]] | None],
    names: Sequence[str],
    group: tuple[str | None, int | None],
    sign: float,
) -> int:
    """How few (1) or many (−1) people a hidden group may have, to whoever adds up every cell."""
    programme = IntegerProgramme()
    cells = {(s, g, n): programme.number(MORE_THAN_ANY) for s in SCHOOLS for g in (3, 4, 5) for n in names}
    for (school, grade), figures in told.items():
        for answer, (low, high) in (figures or {}).items():
            parts = answer.split(" / ")
            of = {v: 1.0 for (s, g, n), v in cells.items() if n in parts and school in (None, s) and grade in (None, g)}
            programme.at_least(of, low)
            programme.at_most(of, high)
    asked = [v for (s, g, _), v in cells.items() if group[0] in (None, s) and group[1] in (None, g)]
    for variable in asked:
        programme.costs[variable] = sign
    values = programme.solve().values
    return round(sum(values[variable] for variable in asked))


@pytest.mark.parametrize("seed", range(5))
def test_answers_counted_together_are_those_counted_one_by_one_in_whatever_order_and_parts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    asked = [question for question in built_in()["parent"].questions if question.choices]
    grades = (*range(1, 10), OTHER_GRADES)
    people = [(chance.choice("abcdefgh"), chance.choice(grades), a_person(asked, chance)) for _ in range(300)]
    counted = published.tallies("parent", people)
    chance.shuffle(people)
    monkeypatch.setattr(counting, "PEOPLE_AT_ONCE", seed + 1)
    again = published.tallies("parent", people)
    assert again.groups == counted.groups
    for row, group in enumerate(counted.groups):
        here = [given for school, grade, given in people if group in groups_of(school, grade)]
        assert counted.people[row] == again.people[row] == len(here)
        for question in asked:
            said = [given[question.name] for given in here if question.name in given]
            told = [{*each} if question.several else {each} for each in said]
            expected = [len(told), *(sum(choice.name in each for each in told) for choice in question.choices)]
            assert counted.answers[question.name][row].tolist() == expected
            assert again.answers[question.name][row].tolist() == expected


def a_person(asked: Sequence[Question], chance: random.Random) -> dict[str, Any]:
    """What somebody answered: not everything, some things twice, some that are no longer on offer."""
    given: dict[str, Any] = {}
    for question in asked:
        names = [choice.name for choice in question.choices] + ["no_longer"]
        several = chance.choices(names, k=chance.randint(0, 3))
        if chance.random() < 0.9:
            given[question.name] = several if question.several else chance.choice(names)
    return given
