"""The bureau's pages read back: every figure is what the plans and the release say, and hidden stays hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from estimator.burden import is_over
from estimator.family_counts import FamilyCount
from survey import db
from survey.bureau import glance, heat
from survey.bureau.gaps import Middle, gaps, parted
from survey.bureau.order import Order
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.planning.assessments import Weighed, WeighedDistrict, weighed_district
from survey.planning.families_hit import families_hit
from survey.planning.likeness import heaviest_doses
from survey.questionnaire import built_in
from survey.questionnaire.model import Question
from survey.release.findings import LESS, MORE, NOT_CLEAR, OPEN_LINK, TOO_FEW, needs
from survey.release.published import Release
from survey.results.quantities import Quantity, quantities, share_of
from survey.staff import accounts
from survey.staff.district import district_of
from survey.staff.store import Bureau, Deed, School
from survey.words import amount_words, wording
from survey.words.name_order import name_order
from tests import published
from tests.demo_town import at_desk
from tests.desks import PASSWORD, two_districts
from tests.desks import log_in as log_in_district
from tests.pages import page, read
from tests.published import a_release, people

# What plans ask, and what families report: the regions of the heat tables.
PLANS, REPORTS = "What plans ask", "What families report"
TOLD = {  # school → parents who answered, and of them those who must check in every day
    "demo-shiyan": (120, 96),
    "demo-chengguan-1": (100, 30),
    "demo-chengguan-2": (100, 28),
    "demo-yangguang": (90, 27),
    "demo-bailu-primary": (60, 20),
    "demo-liulin": (40, 12),
    "demo-yunling": (30, 3),
    "demo-shiqiao": (6, 3),
    "demo-dongshan": (8, 3),
}


@pytest.fixture
def found(district: Bureau) -> WeighedDistrict:
    """Its schools, and what their plans ask."""
    return weighed_district(district)


@pytest.fixture
def weighed(found: WeighedDistrict) -> Mapping[str, Weighed]:
    """What the plans of its schools ask."""
    return found.plans


@pytest.fixture
def told(district: Bureau) -> Release:
    """A release of a round by slips in which parents of some schools answered; two of them too few."""
    return of_told(district, "slips")


def of_told(district: Bureau, entry: str) -> Release:
    """The release of TOLD, put in the store."""
    schools = {school.id: school.name for school in district.schools}
    given = {school: people(*numbers, less_screen=numbers[1]) for school, numbers in TOLD.items()}
    release = a_release(given, schools, entry)
    published.publish(release, district.id)
    return release


@pytest.fixture
def clerk(town: Flask) -> FlaskClient:
    """The bureau's clerk."""
    return at_desk(town, "bureau")


def test_every_cell_of_the_heat_table_is_what_the_plans_ask(
    clerk: FlaskClient, district: Bureau, found: WeighedDistrict, weighed: Mapping[str, Weighed]
) -> None:
    header, *rows = page(clerk, "/bureau/measures").tables[PLANS]
    limited = heat.measures_limited(found)
    assert [cell.rstrip(" ▲") for cell in header] == [
        "School", "Pupils", "Score", *(str(wording.MEASURE_LABELS[name]) for name in limited)
    ]  # fmt: skip
    assert [row[0] for row in rows] == sorted((school.name for school in district.schools), key=name_order)
    for row, school in zip(rows, sorted(district.schools, key=lambda s: name_order(s.name)), strict=True):
        assessment = weighed[school.id].assessment
        assert row[1:3] == [str(school.pupils), str(round(assessment.school.score))]
        doses = heaviest_doses(weighed[school.id])
        for cell, name in zip(row[3:], limited, strict=True):
            banned = [g.measures[name] for g in assessment.grades.values() if g.measures[name].limit == 0]
            if name in doses and not any(measure.value for measure in banned):
                assert float(cell) == pytest.approx(doses[name], abs=0.0501), (school.name, name)
            elif banned:
                worst = max(banned, key=lambda measure: measure.dose or 0.0)
                assert cell == amount_words.number_text(worst.value, worst.unit, "en") + "†" * bool(worst.value)


def test_what_is_over_its_limit_is_bold_and_darker_than_what_is_not(
    found: WeighedDistrict,
) -> None:
    rows = heat.plan_rows(found, Order())
    cells = [cell for row in rows for cell in row.cells.values()]
    over = {cell.strength for cell in cells if cell.is_over}
    within = {cell.strength for cell in cells if not cell.is_over}
    assert min(over) > max(within)
    assert all(cell.is_over == is_over(cell.measure.dose or 0.0) for cell in cells)


def test_the_heat_table_is_sorted_by_the_column_that_is_pressed_and_says_so(
    clerk: FlaskClient, weighed: Mapping[str, Weighed]
) -> None:
    seen = page(clerk, "/bureau/measures")
    score = next(address for address, words in seen.links if words == "Score")
    assert score == "/bureau/measures?plans=score-down#plans"
    text = clerk.get("/bureau/measures?plans=score-down&lang=en").text
    assert text.count('aria-sort="descending"') == 1
    scores = [int(row[2]) for row in read(text).tables[PLANS][1:]]
    assert scores == sorted(scores, reverse=True)
    again = next(address for address, words in read(text).links if words == "Score")
    assert again == "/bureau/measures?plans=score-up#plans"
    scores = [int(row[2]) for row in page(clerk, "/bureau/measures?plans=score-up").tables[PLANS][1:]]
    assert scores == sorted(scores)


@pytest.mark.parametrize("asked", ["", "happiness-down", "score", "score-sideways", "-down", "name-up"])
def test_an_order_that_there_is_not_is_that_of_names(clerk: FlaskClient, asked: str) -> None:
    text = clerk.get("/bureau/measures", query_string={"plans": asked, "lang": "en"}).text
    names = [row[0] for row in read(text).tables[PLANS][1:]]
    assert names == sorted(names, key=name_order)
    assert 'aria-sort="ascending"' in text


def test_a_school_without_a_plan_is_said_to_have_none_and_comes_last_either_way(
    town: Flask, clerk: FlaskClient
) -> None:
    with town.app_context():
        db.session("desk").add(School(id="new", bureau_id="demo", name="A new school", setting="rural"))
        db.session("desk").commit()
    for way in ("up", "down"):
        rows = page(clerk, f"/bureau/measures?plans=score-{way}").tables[PLANS]
        assert rows[-1] == ["A new school", "0", "no plan yet"]
    assert "1 school has no plan yet." in page(clerk, "/bureau/").words
    with town.app_context():
        db.session("desk").delete(db.session("desk").get_one(School, "new"))
        db.session("desk").commit()


def test_every_share_that_families_report_is_that_of_the_release_and_hidden_ones_are_counted(
    clerk: FlaskClient, district: Bureau, told: Release
) -> None:
    seen = page(clerk, "/bureau/measures")
    header, *rows = seen.tables[REPORTS]
    listed = [q for q in quantities() if q.questionnaire == "parent"]
    asked = [q for q in listed if any(t.question == q.question for t in told.of_district())]
    assert [cell.rstrip(" ▲") for cell in header[2:]] == [str(wording.alone(q.label["en"])) for q in asked]
    names = {school.name: school.id for school in district.schools}
    hidden = 0
    for row in rows:
        school = names[row[0]]
        answered = told.response("parent", school).answered
        assert row[1] == ("–" if answered is None else str(answered))
        for cell, quantity in zip(row[2:], asked, strict=True):
            share = share_of(told, quantity, school)
            hidden += share is None
            assert cell == ("–" if share is None else amount_words.share_words(share.low, share.high))
    assert hidden
    assert f"«–», {hidden} times: not shown: fewer than 10 answered here" in seen.words


def test_the_overview_says_in_sentences_what_plans_and_release_say(
    clerk: FlaskClient, found: WeighedDistrict, weighed: Mapping[str, Weighed], told: Release
) -> None:
    seen = page(clerk, "/bureau/")
    over = [w for w in weighed.values() if w.assessment.school.norms_broken]
    assert f"Schools whose plan asks more of families than a norm allows: {len(over)} of {len(weighed)}." in seen.words
    plans = glance.plans(found)
    for name, number in plans.most:
        of_it = [w for w in over if any(f.measure == name for g in w.assessment.grades.values() for f in g.flags)]
        assert number == len(of_it)
        assert f"{wording.MEASURE_LABELS[name]} · {number} of {len(weighed)} schools" in seen.words
    for hit in plans.families.values():
        said = f"About {round(hit.expected)} of {hit.families} families ({hit.low}–{hit.high}, nine times in ten)"
        assert said in seen.words
    answered = told.response("parent").answered
    asked = told.response("parent").invited
    assert answered
    assert asked
    assert ["Parents", f"{answered / asked:.0%}", str(answered), str(asked), "20%"] in seen.tables[
        "The figures of the chart: Who answered, Answered of invited, Answered, Asked, Line"
    ]
    share = next(s for s in needs(told, "parent") if s.choice == "less_screen")
    assert f"{share.least} of {share.of} parents name «Less time on screens»." in seen.words
    assert "Nothing: every school has a plan, and no round waits for a step." in seen.words


def test_families_of_all_schools_are_added_up_and_their_range_holds_what_is_expected(
    weighed: Mapping[str, Weighed],
) -> None:
    for measure in glance.FAMILIES:
        whole = families_hit(weighed.values(), measure)
        parts = [families_hit([each], measure) for each in weighed.values()]
        assert whole.expected == pytest.approx(sum(part.expected for part in parts))
        assert whole.families == sum(part.families for part in parts)
        assert whole.low < whole.expected < whole.high
        # All schools are redrawn together, so that doubt adds up and does not average out.
        assert whole.high - whole.low > 0.6 * sum(part.high - part.low for part in parts)
        assert whole == families_hit(weighed.values(), measure)
    assert families_hit([], glance.FAMILIES[0]) == FamilyCount(0, 0.0, 0, 0)


def test_a_school_beyond_the_limits_is_named_and_small_ones_are_counted(clerk: FlaskClient, told: Release) -> None:
    seen = page(clerk, "/bureau/standouts")
    # 96 of 120, where the district has four in ten: far beyond; 3 of 30 is less.
    assert re.search(r"Clearly more than chance would do: 实验小学 \(80%\)", seen.words)
    row = next(row for row in seen.tables["How many schools stand out"] if "check in online every day" in row[0])
    district = share_of(told, next(q for q in quantities() if q.name == "check_ins"), None)
    assert district
    assert row[1] == f"{district.share:.0%}"
    assert int(row[2]) == 1
    assert int(row[-1]) >= 2
    assert f"Of {row[-1]} schools nothing is shown here." in seen.words
    assert ("#check_ins", row[2]) in seen.links
    assert "石桥村小学" not in seen.words
    figures = seen.tables["The figures of the chart: the child must check in online every day"]
    assert ["A · 实验小学", "120", "80%"] in [line[:3] for line in figures]
    assert re.search(r"Clearly less than chance would do: 云岭小学 \(10%\)", seen.words)
    assert all(len(line) == 6 for line in figures)


def test_with_open_links_it_is_said_that_the_same_may_answer_twice(clerk: FlaskClient, district: Bureau) -> None:
    release = of_told(district, "open_link")
    for path in ("/bureau/standouts", "/bureau/gaps", "/bureau/needs", "/bureau/measures", "/bureau/"):
        assert "open link: repeat answers possible" in page(clerk, path).words, path
    assert "if nobody had answered twice" in page(clerk, "/bureau/standouts").words
    found = {gap.word for gap in gaps(release, district_of(district).schools) if gap.urban and gap.rural}
    assert found == {OPEN_LINK}
    assert "Nothing can be compared." in page(clerk, "/bureau/gaps").words


def test_town_and_countryside_are_what_anybody_adds_up_from_the_schools_that_are_shown(
    clerk: FlaskClient, district: Bureau, told: Release
) -> None:
    check_ins = next(gap for gap in gaps(told, district_of(district).schools) if gap.quantity.name == "check_ins")
    settings = {school.id: school.setting for school in district.schools}
    for setting, side in (("urban", check_ins.urban), ("rural", check_ins.rural)):
        tables = [
            t
            for t in told.of_schools()
            if t.question == "check_ins" and settings[t.audience.school_id or ""] == setting
        ]
        shown = [t for t in tables if not t.hidden]
        assert side is not None
        assert (side.shown, side.hidden) == (len(shown), len(tables) - len(shown))
        daily = sum(count.count or 0 for t in shown for count in t.counts if count.choice == "daily")
        assert (side.share.least, side.share.most) == (daily, daily)
        assert side.share.of == sum(t.answered or 0 for t in shown)
    assert check_ins.word == MORE
    seen = page(clerk, "/bureau/gaps")
    assert "clearly more in town" in seen.words
    assert "Only schools that are shown are added up" in seen.words
    figures = seen.tables["The figures of the chart: What families report, Town, Countryside, In a word"]
    row = next(line for line in figures if "check in online" in line[0])
    assert check_ins.urban
    assert check_ins.rural
    assert row[1:] == [f"{check_ins.urban.share.share:.0%}", f"{check_ins.rural.share.share:.0%}", "town: more"]


def test_alike_schools_are_not_called_different_and_few_people_are_not_compared(district: Bureau) -> None:
    schools = {school.id: school.name for school in district.schools}
    town = [school.id for school in district.schools if school.setting == "urban"][:3]
    country = [school.id for school in district.schools if school.setting == "rural"][:3]
    alike = a_release({school: people(60, 20) for school in town + country}, schools)
    found = {gap.quantity.name: gap for gap in gaps(alike, district_of(district).schools)}
    assert found["check_ins"].word == NOT_CLEAR
    few = a_release({town[0]: people(60, 50), country[0]: people(14, 2)}, schools)
    assert {gap.quantity.name: gap for gap in gaps(few, district_of(district).schools)}["check_ins"].word == TOO_FEW


def test_bounds_are_added_up_as_bounds_and_a_difference_is_clear_only_beyond_them(district: Bureau) -> None:
    schools = {school.id: school.name for school in district.schools}
    town = [school.id for school in district.schools if school.setting == "urban"][:3]
    country = [school.id for school in district.schools if school.setting == "rural"][:3]
    given = {town[0]: people(60, 60), town[1]: people(60, 50), town[2]: people(60, 48)}
    given |= {school: people(60, 6) for school in country}
    gap = {g.quantity.name: g for g in gaps(a_release(given, schools), district_of(district).schools)}["check_ins"]
    assert gap.urban
    assert gap.urban.share.least < 158 <= gap.urban.share.most
    assert gap.word == MORE
    mirrored = {school: people(60, 60 - sum(p["check_ins"] == "daily" for p in given[school])) for school in given}
    gap = {g.quantity.name: g for g in gaps(a_release(mirrored, schools), district_of(district).schools)}["check_ins"]
    assert gap.word == LESS


@pytest.mark.parametrize("quantity", quantities(), ids=lambda quantity: quantity.name)
def test_a_quantity_counts_whole_classes_of_what_is_told_of_few(quantity: Quantity) -> None:
    question = asked(quantity)
    other = next(c.name for c in question.choices if c.name not in quantity.choices and not c.no_answer)
    given = [quantity.choices[0]] * 6 + [other] * 8
    answers = [{question.name: [choice] if question.several else choice} for choice in given]
    names = {"s": "School", "t": "Other"}
    release = a_release({"s": answers, "t": answers}, names, questionnaire=quantity.questionnaire)
    share = share_of(release, quantity, "s")
    assert share is not None
    assert (share.least, share.most, share.of) == (6, 6, 14)


def asked(quantity: Quantity) -> Question:
    """The question of a quantity, as the questionnaire has it."""
    return next(q for q in built_in()[quantity.questionnaire].questions if q.name == quantity.question)


def test_only_where_both_sides_have_a_middle_half_is_it_said_whether_they_part() -> None:
    low, high, alone = Middle(5, 2.0, (1.0, 3.0)), Middle(5, 5.0, (4.0, 6.0)), Middle(1, 2.0, None)
    assert parted({"a": (low, high), "b": (high, low), "c": (low, low)}) == ["a", "b"]
    assert parted({"a": (low, low)}) == []
    assert parted({"a": (low, alone), "b": (None, high)}) is None


def test_plans_of_town_and_countryside_stand_side_by_side(clerk: FlaskClient, weighed: Mapping[str, Weighed]) -> None:
    rows = page(clerk, "/bureau/gaps").tables[PLANS]
    score = next(row for row in rows if row[0] == "Score")
    assert int(score[1]) + int(score[4]) == len(weighed)


def test_needs_are_ranked_with_their_range(clerk: FlaskClient, told: Release) -> None:
    seen = page(clerk, "/bureau/needs")
    rows = seen.tables["The figures of the chart Parents: Need, Share, People, By chance"][1:]
    shares = [float(row[1].strip("≤≥ %")) for row in rows]
    assert shares == sorted(shares, reverse=True)
    assert re.fullmatch(r"\d+%–\d+%", rows[0][3])


def test_a_bureau_follows_a_figure_on_the_same_page_as_the_principal(town: Flask, clerk: FlaskClient) -> None:
    principal = at_desk(town, "shiyan")
    for path in ("measures/1/screen_minutes", "score/1"):
        own, of_bureau = page(principal, f"/school/{path}"), page(clerk, f"/bureau/schools/demo-shiyan/{path}")
        assert own.tables == of_bureau.tables
        assert any(address == "/bureau/schools/demo-shiyan" for address, _ in of_bureau.links)
        assert not any(address.startswith("/school/") for address, _ in of_bureau.links)
    for path in ("measures/1/happiness", "measures/13/screen_minutes", "score/13", "score/1?version=9"):
        assert clerk.get(f"/bureau/schools/demo-shiyan/{path}").status_code == 404, path


def test_every_figure_of_the_heat_table_and_of_a_school_leads_to_a_page(clerk: FlaskClient) -> None:
    found = {a for p in ("/bureau/measures", "/bureau/schools/demo-shiyan") for a, _ in page(clerk, p).links}
    led = sorted(a for a in found if "/measures/" in a or "/score/" in a)
    assert len(led) > 100
    for address in led[::9]:
        assert clerk.get(address).status_code == 200, address


def test_another_bureaus_school_is_not_there_and_that_is_written_down(app: Flask) -> None:
    districts = two_districts(app)
    clerk = log_in_district(app, "clerk")
    for path in ("measures/3/screen_minutes", "score/3"):
        assert clerk.get(f"/bureau/schools/{districts.school2}/{path}").status_code == 404
        assert clerk.get(f"/bureau/schools/{districts.school}/{path}").status_code == 302  # it has no plan
    with app.app_context():
        refused = db.session("desk").query(Deed).filter_by(deed="refused").all()
        assert [deed.fields["asked"] for deed in refused] == [districts.school2] * 2


def test_on_the_first_day_every_page_says_what_to_do(app: Flask) -> None:
    two_districts(app)
    clerk = log_in_district(app, "clerk")
    assert "No school has a plan yet." in page(clerk, "/bureau/").words
    assert "No school has a plan yet." in page(clerk, "/bureau/measures").words
    assert "No school has a plan yet." in page(clerk, "/bureau/gaps").words
    for path in ("/bureau/standouts", "/bureau/needs"):
        assert "It fills once a round of questionnaires is published." in page(clerk, path).words


def test_before_there_is_a_school_the_overview_leads_to_the_roster(app: Flask) -> None:
    with app.app_context():
        bureau = Bureau(name="Bureau", place="CN-34")
        db.session("desk").add(bureau)
        accounts.add("clerk", "Clerk", PASSWORD, bureau)
        db.session("desk").commit()
    seen = page(log_in_district(app, "clerk"), "/bureau/")
    assert "There is no school yet. Three steps lead to the first figures:" in seen.words
    assert ("/bureau/schools/roster", "Bring the schools in") in seen.links


def test_what_waits_is_a_draft_a_closed_round_and_groups_behind(app: Flask) -> None:
    districts = two_districts(app)
    clerk = log_in_district(app, "clerk")
    with app.app_context():
        bureau = db.session("desk").get_one(Bureau, districts.bureau)
        last = today()
        rounds.create_campaign(bureau, "Drafted", "slips", last)
        running = rounds.create_campaign(bureau, "Running", "slips", last)
        rounds.open_campaign(running)
        closed = rounds.create_campaign(bureau, "Ended", "slips", last)
        rounds.open_campaign(closed)
        rounds.close_campaign(closed)
        db.session("desk").commit()
    words = page(clerk, "/bureau/").words
    assert "«Drafted» is a draft and not open yet." in words
    assert "«Ended» is closed, and too few have answered to publish it: late answers can be taken." in words
    assert "«Running»" not in words  # on the first day nobody is behind
    with app.app_context():
        found = db.session("desk").query(Campaign).filter_by(title="Running").one()
        assert found.opened_on
        found.opened_on -= timedelta(days=1)
        db.session("desk").commit()
        path = f"/bureau/campaigns/{found.id}"
    # The three teachers can never come to ten.
    assert "«Running»: 2 groups are behind." in page(clerk, "/bureau/").words
    assert "2 groups are behind:" in page(clerk, path).words


def test_where_all_are_too_few_nothing_is_shown_and_that_is_said(app: Flask) -> None:
    districts = two_districts(app)
    with app.test_request_context():
        release = a_release({districts.school: people(4, 2)}, {districts.school: "School"})
        published.publish(release, districts.bureau)
    clerk = log_in_district(app, "clerk")
    hidden = "not shown: fewer than 10 answered here"
    assert hidden in page(clerk, "/bureau/needs").words
    assert hidden in page(clerk, "/bureau/").words
    assert "no school can be held against it" in page(clerk, "/bureau/standouts").words
    gaps_said = page(clerk, "/bureau/gaps").words
    assert "Nothing can be compared." in gaps_said
    assert "Nothing clearly differs." not in gaps_said
    assert page(clerk, "/bureau/measures").tables[REPORTS][1][:2] == ["School", "–"]
