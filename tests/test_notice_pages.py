"""The notice on both desks and in the Excel summary: every count leads to its schools, every word to its figure."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import db
from survey.assistance import asking, doors
from survey.assistance.limits import LIMITS
from survey.assistance.store import HelpRequest
from survey.notice.district import OfClause, of_district
from survey.notice.facts import REQUESTS_OPEN_LONG, REQUESTS_WITHOUT_PROMISE, ROUNDS_WITHOUT_ACTION, Counted
from survey.notice.reader import clauses
from survey.notice.rules import HEARD, KEPT, NOT_KNOWN, SEEN, WORDS
from survey.notice.words import WORD_LABELS
from survey.planning.assessments import weigh_district
from survey.planning.own_norms import norms_with
from survey.release.published import Release
from survey.release.store import FrozenRelease
from survey.results.store import SchoolReply
from survey.school.notice_facts import facts_of
from survey.staff.store import Bureau, Deed, School
from survey.words.wording import alone
from survey.workbook import Summary, build
from tests import published
from tests.demo_town import at_desk
from tests.desks import log_in as log_in_district
from tests.desks import two_districts
from tests.pages import page
from tests.published import a_release, people

TABLE = "How many schools, and which"
DAY = date(2020, 4, 3)
# School → parents who answered, and of them those who must check in every day; of two too few answered.
TOLD = {
    "demo-shiyan": (120, 110),
    "demo-chengguan-1": (100, 50),
    "demo-liulin": (100, 3),
    "demo-shiqiao": (6, 3),
    "demo-yunling": (8, 4),
}


@pytest.fixture
def told(district: Bureau) -> Release:
    """A release in which parents of some schools answered."""
    return of_told(district)


def of_told(district: Bureau) -> Release:
    """The release of TOLD, put in the store."""
    names = {school.id: school.name for school in district.schools}
    release = a_release({school: people(*numbers) for school, numbers in TOLD.items()}, names)
    published.publish(release, district.id)
    return release


@pytest.fixture
def clerk(town: Flask) -> FlaskClient:
    """The bureau's clerk."""
    return at_desk(town, "bureau")


def of_clauses(district: Bureau, release: Release | None) -> dict[str, OfClause]:
    """What is computed of the district's schools."""
    facts = facts_of(district.schools, weigh_district(district))
    return {each.clause.id: each for each in of_district(facts, release)}


def test_the_table_counts_what_was_computed_and_each_count_leads_to_its_schools(
    clerk: FlaskClient, district: Bureau, told: Release
) -> None:
    found = of_clauses(district, told)
    seen = page(clerk, "/bureau/notice")
    rows = {row[0].split()[0]: row[1:] for row in seen.tables[TABLE][2:]}
    assert list(rows) == list(clauses())
    for clause, each in found.items():
        numbers = [str(len(each.schools[s][w])) for s in (SEEN, HEARD) if s in each.schools for w in WORDS]
        assert [cell for cell in rows[clause] if cell.isdigit()][: len(numbers)] == numbers
        of_page = page(clerk, f"/bureau/notice/{clause}")
        for side, words in each.schools.items():
            for word, schools in words.items():
                address = f"/bureau/notice/{clause}#{side}-{word}"
                assert ((address, str(len(schools))) in seen.links) == bool(schools)
                assert f"{alone(WORD_LABELS[word])}: {len(schools)}" in of_page.words
                for facts in schools:
                    assert (f"/bureau/schools/{facts.school_id}/notice#{clause}", facts.school_name) in of_page.links


def test_the_sentences_name_how_many_clauses_are_kept_and_where_both_disagree(
    clerk: FlaskClient, district: Bureau, told: Release
) -> None:
    found = of_clauses(district, told)
    seen = page(clerk, "/bureau/notice")
    kept = sum(each.is_kept_by_most(SEEN) for each in found.values())
    assert f"most schools keep {kept} of the 12 clauses that can be seen there" in seen.words
    assert [facts.school_id for facts in found["N7"].only_planned] == ["demo-shiyan"]
    assert [facts.school_id for facts in found["N7"].only_reported] == ["demo-liulin"]
    assert "disagree, at some school, on N7" in seen.words
    of_page = page(clerk, "/bureau/notice/N7")
    assert "At 2 schools one says kept and the other not kept." in of_page.words


def test_a_school_too_few_of_whom_answered_is_not_known_and_none_of_its_figures_stand(
    clerk: FlaskClient, district: Bureau, told: Release
) -> None:
    assert "demo-shiqiao" in {facts.school_id for facts in of_clauses(district, told)["N7"].schools[HEARD][NOT_KNOWN]}
    rows = page(clerk, "/bureau/schools/demo-shiqiao/notice").tables["N7: what it rests on"]
    heard = next(row for row in rows if row[1] == "By report")
    assert "not shown: fewer than 10 answered here" in heard[2]
    assert "%" not in heard[2]


def test_a_word_by_plan_leads_to_the_measure_and_one_by_report_stands_beside_its_share(
    clerk: FlaskClient, told: Release
) -> None:
    seen = page(clerk, "/bureau/schools/demo-liulin/notice")
    measures = [address for address, _ in seen.links if "/measures/" in address]
    assert any(address.endswith("/check_ins") for address in measures)
    for address in measures[::4]:
        assert clerk.get(address).status_code == 200, address
    heard = next(row for row in seen.tables["N7: what it rests on"] if row[1] == "By report")
    assert re.match(r"3% \(3 of 100\); by chance \d%–\d%", heard[2])
    assert (heard[3], "house rule" in heard[4]) == ("kept", True)


def test_the_principal_reads_the_same_of_the_own_school(town: Flask, clerk: FlaskClient) -> None:
    with town.test_request_context():
        of_told(db.session("desk").get_one(Bureau, "demo"))
    own = page(at_desk(town, "shiyan"), "/school/notice")
    assert own.tables == page(clerk, "/bureau/schools/demo-shiyan/notice").tables
    assert not any(address.startswith("/bureau") for address, _ in own.links)
    assert "Plan and report disagree here on: N7" in own.words


def test_the_rules_stand_in_words_with_what_is_ours(clerk: FlaskClient) -> None:
    words = page(clerk, "/bureau/notice/N7").words
    assert "Parents: «Must your child check in online?» answered by «Every day»: kept up to 10%, not kept" in words
    assert "Where these differ, the worst of them counts: the notice forbids it." in words
    assert "Ministry of Education" in words
    assert "house rule" in words
    assert "kept from 1 on, not kept up to 0" in page(clerk, "/bureau/notice/N2").words
    assert "heard only" in page(clerk, "/bureau/notice/N12").words


def test_a_clause_that_there_is_not_and_a_school_of_another_district_are_not_found(
    app: Flask, clerk: FlaskClient
) -> None:
    for clause in ("N15", "N0", "n7", "reports"):
        assert clerk.get(f"/bureau/notice/{clause}").status_code == 404
    districts = two_districts(app)
    other = log_in_district(app, "clerk")
    assert other.get(f"/bureau/schools/{districts.school2}/notice").status_code == 404
    assert log_in_district(app, "principal").get("/bureau/notice").status_code == 404
    with app.app_context():
        assert db.session("desk").query(Deed).filter_by(deed="refused").count() == 2


def test_on_the_first_day_nothing_is_known_and_that_is_said(app: Flask) -> None:
    two_districts(app)
    clerk, principal = log_in_district(app, "clerk"), log_in_district(app, "principal")
    seen = page(clerk, "/bureau/notice")
    assert "Until then nothing is known by plan." in seen.words
    assert "nothing is known by report" in seen.words
    assert "By plans and records nothing is known so far. By what people report nothing is known so far." in seen.words
    assert "Whether they disagree cannot be told" in seen.words
    assert "most schools keep" not in seen.words
    assert seen.tables[TABLE][2][1:] == ["0", "0", "0", "1", "0", "0", "0", "1", "0", "0"]
    assert "Whether they disagree cannot be told" in page(clerk, "/bureau/notice/N7").words
    assert "no plan yet" in page(principal, "/school/notice").words


def test_before_there_is_a_school_the_notice_leads_to_the_roster(app: Flask) -> None:
    two_districts(app)
    with app.app_context():
        bureau = db.session("desk").query(School).filter_by(name="School2").one().bureau
        db.session("desk").query(School).filter_by(name="School").update({"bureau_id": bureau.id})
        db.session("desk").commit()
    assert "There is no school yet." in page(log_in_district(app, "clerk"), "/bureau/notice").words


def test_the_overview_and_a_schools_page_lead_to_the_notice(clerk: FlaskClient) -> None:
    assert [a for a, _ in page(clerk, "/bureau/").links].count("/bureau/notice") == 2  # the navigation, and a sentence
    addresses = [a for a, _ in page(clerk, "/bureau/schools/demo-shiyan").links]
    assert "/bureau/schools/demo-shiyan/notice" in addresses


def test_what_a_school_says_it_changes_is_counted_by_rounds(district: Bureau, told: Release) -> None:
    desk = db.session("desk")
    newest = desk.query(FrozenRelease).filter_by(campaign_id=told.campaign_id).one()

    def rounds_of(school: str) -> Counted | None:
        facts = facts_of(district.schools, weigh_district(district))
        return next(each for each in facts if each.school_id == school).records.get(ROUNDS_WITHOUT_ACTION)

    assert rounds_of("demo-shiyan") == Counted(1)
    assert rounds_of("demo-yangguang") is None  # nobody of it was asked
    desk.add(SchoolReply(release_id=newest.id, school_id="demo-shiyan", words="A", by_when=DAY, written_on=DAY))
    desk.flush()
    assert rounds_of("demo-shiyan") == Counted(0)
    assert rounds_of("demo-liulin") == Counted(1)
    desk.rollback()


def test_of_requests_by_name_only_counts_are_read(district: Bureau) -> None:
    school = db.session("desk").get_one(School, "demo-yunling")

    def counted() -> dict[str, Counted]:
        (facts,) = facts_of([school], {})
        return {name: found for name, found in facts.records.items() if name != ROUNDS_WITHOUT_ACTION}

    assert counted() == {}
    door = doors.of_school(school.id).id
    asked = asking.Asked("Synthetic parent", "nowhere", 3, ("device",), "")
    for form in ("early", "late"):
        asking.ask(door, form * 8, asked, school.pupils)
    first = db.session("assistance").query(HelpRequest).filter_by(door=door).first()
    assert first
    first.asked_on -= timedelta(days=LIMITS.late + 1)
    assert counted() == {REQUESTS_WITHOUT_PROMISE: Counted(1, 2), REQUESTS_OPEN_LONG: Counted(0, 2)}


def test_the_sheet_says_what_the_page_says(district: Bureau, told: Release) -> None:
    found = of_clauses(district, told)
    summary = Summary("Bureau", "CN-34", DAY, True, told, (), norms_with(()), tuple(found.values()))
    book = openpyxl.load_workbook(io.BytesIO(build(summary, "en")))
    rows = {str(row[0]): row for row in book["The notice, clause by clause"].iter_rows(values_only=True)}
    for clause, each in found.items():
        numbers = [len(each.schools[s][w]) for s in (SEEN, HEARD) if s in each.schools for w in WORDS]
        assert [cell for cell in rows[clause] if isinstance(cell, int)] == numbers
    names = {school.id: school.name for school in district.schools}
    assert rows["N7"][10:12] == (names["demo-shiyan"], names["demo-liulin"])
    assert "heard only" in rows["N10"]
    assert any("Parents: «Must your child check in online?»" in said and "house rule" in said for said in rows)


def test_a_district_of_one_school_reads_as_any_other(app: Flask) -> None:
    districts = two_districts(app)
    with app.test_request_context():
        published.publish(a_release({districts.school: people(60, 1)}, {districts.school: "School"}), districts.bureau)
    seen = page(log_in_district(app, "clerk"), "/bureau/notice/N7")
    assert f"{alone(WORD_LABELS[KEPT])}: 1" in seen.words
