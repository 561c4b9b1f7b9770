"""A bureau of many schools: its lists stand by pages, and what is asked of a list is asked of all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import select

from benchmarks import desks as measured
from survey import create_app, db
from survey.campaign.store import Campaign
from survey.day import today
from survey.planning.plans import save_plan
from survey.staff.district import district_of
from survey.staff.paging import ROWS
from survey.staff.store import Bureau, Enrolment, School
from tests import published
from tests.browser import press, served
from tests.campaigns import begin
from tests.desk import a_plan
from tests.desks import PASSWORD, Districts, log_in, send, two_districts
from tests.equal_plans import LESSONS
from tests.pages import Seen, read
from tests.published import a_release, people
from tests.rounds import mixer_key

MANY = 120  # schools of the first district: School, and those that are numbered
LISTED, PLANS, REPORTS = "Schools and their burden", "What plans ask", "What families report"
PROVINCE = 290  # schools of a district with many pages: School, and those that are numbered
NARROW = 360
HIGH = "n007"  # at this school every parent must check in every day
# Pages of a desk that are documents, answer a form that was sent, or belong to somebody who is not logged in.
NO_PAGES = {
    *("bureau.posters", "bureau.release_file", "bureau.roster_template", "bureau.families_file"),
    *("school.download", "school.template", "staff.login", "staff.code", "staff.invitation"),
    *("assistance.paper", "assistance.stock", "assistance.case", "assistance.erase", "assistance.everything"),
    *("assistance.ask_lost", "staff.close", "school.ask_drop"),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Districts]:
    """Two districts, the first of MANY schools: one has a plan, and all were asked in a round that was published."""
    app = create_app(instance=tmp_path_factory.mktemp("many") / "instance")
    app.testing = True
    mixer_key(app)
    found = two_districts(app)
    with app.test_request_context():
        desk = db.session("desk")
        for number in range(1, MANY):
            rows = [Enrolment(grade=3, pupils=20 + number * 37 % 101, teachers=3)]
            desk.add(
                School(
                    id=f"n{number:03}", bureau_id=found.bureau, name=name_of(number), setting="urban", enrolment=rows
                )
            )
        desk.flush()
        save_plan(desk.get_one(School, found.school), a_plan(*LESSONS), "principal")
        desk.commit()
        given = {f"n{number:03}": people(30, 30 if f"n{number:03}" == HIGH else 8) for number in range(1, MANY)}
        release = a_release(given, {school: school for school in given})
        published.publish(release, found.bureau)
    return app, found


@pytest.fixture
def many(town: tuple[Flask, Districts]) -> Flask:
    """The installation."""
    return town[0]


@pytest.fixture
def districts(town: tuple[Flask, Districts]) -> Districts:
    """Its districts."""
    return town[1]


@pytest.fixture
def clerk(many: Flask) -> FlaskClient:
    """The clerk of the many schools."""
    return log_in(many, "clerk")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A district of many pages: School has a plan, the others have an official code."""
    app = create_app(instance=tmp_path_factory.mktemp("province") / "instance")
    app.testing = True
    found = two_districts(app)
    bureau = found.bureau
    with app.test_request_context():
        save_plan(db.session("desk").get_one(School, found.school), a_plan(*LESSONS), "principal")
        db.session("desk").add_all(
            School(
                bureau_id=bureau,
                name="青禾希望小学" if number == 77 else name_of(number),
                code=code_of(number),
                setting="rural",
                enrolment=[Enrolment(grade=3, pupils=20, teachers=3)],
            )
            for number in range(1, PROVINCE)
        )
        db.session("desk").commit()
    return app


@pytest.fixture
def officer(province: Flask) -> FlaskClient:
    """Its clerk."""
    return log_in(province, "clerk")


@pytest.fixture
def address(province: Flask) -> Iterator[str]:
    """It, served."""
    with served(province) as found:
        yield found


def code_of(number: int) -> str:
    """A school's official code."""
    return f"2134{number:06}"


def name_of(number: int) -> str:
    """What a school is called."""
    return f"Village {number:03}"


def page(clerk: FlaskClient, path: str) -> Seen:
    """A page of the desk."""
    answer = clerk.get(path)
    assert answer.status_code == 200, path
    return read(answer.text)


def names(seen: Seen, table: str = LISTED) -> list[str]:
    """The schools of a table."""
    return [row[0] for row in seen.tables[table][1:]]


def leads(seen: Seen, words: str) -> str:
    """Where a link leads."""
    return next(address for address, said in seen.links if said.startswith(words))


def test_a_bureau_of_many_schools_sees_fifty_at_a_time_and_every_one_on_one_page(clerk: FlaskClient) -> None:
    seen = page(clerk, "/bureau/schools")
    assert (len(names(seen)), f"1–{ROWS} of {MANY}." in seen.words, "Page 1 of 3" in seen.words) == (ROWS, True, True)
    found = names(seen)
    while any(words == "Next page" for _, words in seen.links):
        seen = page(clerk, leads(seen, "Next page"))
        found += names(seen)
    assert found == ["School", *(name_of(number) for number in range(1, MANY))]


def test_sorting_runs_over_all_schools_not_the_page(clerk: FlaskClient) -> None:
    seen = page(clerk, "/bureau/measures?plans=people-down&reports=check_ins-down")
    pupils = [int(row[1]) for row in seen.tables[PLANS][1:]]
    assert pupils == sorted((20 + number * 37 % 101 for number in range(1, MANY)), reverse=True)[:ROWS]
    assert names(seen, REPORTS)[0] == name_of(7)
    after = page(clerk, leads(seen, "Next page"))
    assert int(after.tables[PLANS][1][1]) <= pupils[-1]
    assert names(after, REPORTS)[0] == name_of(7)  # the other table stays where it was


def test_what_was_chosen_stays_in_the_address_and_another_order_begins_at_the_first_page(clerk: FlaskClient) -> None:
    seen = page(clerk, "/bureau/measures?plans=people-down&plans_page=2&reports_page=3&lang=en")
    assert leads(seen, "Next page") == "/bureau/measures?plans=people-down&plans_page=3&reports_page=3#plans"
    assert leads(seen, "Score") == "/bureau/measures?plans=score-down&reports_page=3#plans"
    text = clerk.get("/bureau/measures?plans=people-down&plans_page=2&search=Village").text
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text.partition('role="search"')[2])
    assert ("plans", "people-down") in hidden
    assert not {"plans_page", "search"} & {name for name, _ in hidden}


def test_the_search_is_of_all_pages_and_says_when_it_finds_nothing(clerk: FlaskClient) -> None:
    seen = page(clerk, "/bureau/schools?search=village 11")
    assert names(seen) == [name_of(number) for number in range(110, 120)]
    assert f"1–10 of 10 found for «village 11», of {MANY} in all." in seen.words
    none = page(clerk, "/bureau/schools?search=<b>nowhere</b>")
    assert f"Nothing is found for «<b>nowhere</b>» among {MANY}." in none.words
    assert names(none) == []


@pytest.mark.parametrize(
    ("asked", "number"),
    [("99", 3), ("0", 1), ("-4", 1), ("two", 1), ("", 1), ("9" * 5000, 1), ("9" * 40, 3), ("2.5", 1), ("٢", 2)],
)
def test_a_page_that_there_is_none_such_gives_a_plain_answer(clerk: FlaskClient, asked: str, number: int) -> None:
    assert f"Page {number} of 3" in page(clerk, f"/bureau/schools?page={asked}").words


def test_a_list_of_fifty_stands_whole_with_nothing_around_it(many: Flask) -> None:
    text = log_in(many, "clerk2").get("/bureau/schools?search=nobody&page=7").text
    assert names(read(text)) == ["School2"]
    assert 'role="search"' not in text
    assert "Page" not in read(text).words


def test_a_change_is_seen_at_once_wherever_schools_are_listed(many: Flask, districts: Districts) -> None:
    with many.test_request_context():
        desk = db.session("desk")
        bureau = desk.get_one(Bureau, districts.bureau2)
        before = district_of(bureau)
        assert district_of(bureau) is before
        school = desk.get_one(School, districts.school2)
        school.name = "Another name"
        assert [each.label for each in district_of(bureau).schools] == ["Another name"]
        school.enrolment[0].pupils = 77
        desk.commit()
        assert district_of(bureau).schools[0].pupils == 77
        school.closed_on = date(2020, 3, 1)
        desk.commit()
        assert district_of(bureau).open == ()
        desk.add(School(bureau_id=bureau.id, name="Another name", code="7", setting="rural"))
        school.closed_on, school.code = None, "6"
        desk.commit()
        labels = [each.label for each in district_of(bureau).schools]
        assert labels == ["Another name · 6", "Another name · 7"] == [each.label for each in bureau.schools]
        desk.delete(desk.scalars(select(School).where(School.code == "7")).one())
        school.name, school.code = "School2", None
        desk.commit()


def test_stand_outs_of_many_schools_are_of_one_quantity_and_come_first(clerk: FlaskClient) -> None:
    seen = page(clerk, "/bureau/standouts?of=check_ins")
    (figures,) = (rows for name, rows in seen.tables.items() if "figures of the chart" in name.lower())
    assert figures[1][0] == f"A · {name_of(7)}"
    assert len(figures) == ROWS + 1
    assert len(re.findall("<figure", clerk.get("/bureau/standouts").text)) == 1
    again = page(clerk, "/bureau/standouts?of=nothing")
    assert seen.tables["How many schools stand out"] == again.tables["How many schools stand out"]


def test_where_ticks_would_be_many_schools_are_named_one_a_line(many: Flask, clerk: FlaskClient) -> None:
    form = {"title": "Some", "roles": "parent", "schools": "some", "entry": "slips", "closes_on": in_a_week()}
    refused = send(clerk, "/bureau/campaigns", **form, school_ids="Village 003\nAtlantis")
    assert "These name no school, or more than one: Atlantis. Give their codes." in read(refused.text).words
    assert "Village 003\r\nAtlantis" in refused.text.replace("\n", "\r\n")
    made = send(clerk, "/bureau/campaigns", **form, school_ids=" village 003 \r\nn005\r\n\r\nVillage 003")
    assert made.status_code == 303
    with many.app_context():
        found = db.session("desk").scalars(select(Campaign).where(Campaign.title == "Some")).one()
        assert found.school_ids == ["n003", "n005"]
    assert "Village 003\nVillage 005" in clerk.get(made.location + "/change").text
    send(clerk, made.location + "/throw-away")


def test_the_school_that_another_became_part_of_is_named(clerk: FlaskClient, districts: Districts) -> None:
    path = "/bureau/schools/n050/close"
    text = send(clerk, path, day=str(today()), into="Nowhere").text
    assert "No school has this name or code, or several have it." in read(text).words
    assert 'value="Nowhere"' in text
    foreign = send(clerk, path, day=str(today()), into=districts.school2)
    assert "No school has this name or code" in read(foreign.text).words
    assert send(clerk, path, day=str(today()), into="village 051").status_code == 303
    assert "Village 051" in page(clerk, "/bureau/schools/n050").words
    send(clerk, "/bureau/schools/n050/reopen")


@pytest.mark.parametrize(("entry", "step"), [("slips", "slips"), ("open_link", "links")])
def test_slips_and_links_of_many_schools_stand_with_each_school(
    many: Flask, clerk: FlaskClient, districts: Districts, entry: str, step: str
) -> None:
    path = begin(many, entry, title=step)
    seen = page(clerk, f"{path}/{step}")
    assert len([address for address, _ in seen.links if "school=" in address]) == ROWS
    own = clerk.get(f"{path}/{step}?school=n003").text
    assert own.count("<details") == 1
    assert "Village 003" in read(own).words
    assert "Village 004" not in read(own).words.partition("School by school")[2 * (step == "slips")]
    assert f"1–{ROWS} of {MANY}." in page(clerk, f"{path}/{step}?school={districts.school2}").words
    send(clerk, f"{path}/close")


def test_reminders_to_many_groups_are_noted_page_by_page(many: Flask, clerk: FlaskClient) -> None:
    path = begin(many, "open_link", title="Reminded")
    with many.app_context():
        found = db.session("desk").scalars(select(Campaign).where(Campaign.title == "Reminded")).one()
        found.opened_on, found.counted_on = date(2020, 3, 1), None
        db.session("desk").commit()
    seen = page(clerk, path)
    assert len(seen.tables["Groups behind"]) == ROWS + 1
    assert clerk.get(f"{path}/reminders?page=2").text.count('<section class="reminder">') == ROWS
    send(clerk, f"{path}/reminders?page=2")
    assert sum(row[4] == "not yet" for row in page(clerk, f"{path}?behind_page=2").tables["Groups behind"]) == 0
    assert sum(row[4] == "not yet" for row in page(clerk, path).tables["Groups behind"]) == ROWS
    send(clerk, f"{path}/close")


def test_every_page_of_both_desks_is_measured_or_told_to_be_none(many: Flask) -> None:
    rules = many.url_map.bind("localhost")
    found = {rules.match(path.partition("?")[0])[0] for pages in measured.PAGES.values() for path in pages}
    desks = ("bureau.", "school.", "assistance.", "staff.")
    pages = {rule.endpoint for rule in many.url_map.iter_rules() if rule.endpoint.startswith(desks)}
    reads = {rule.endpoint for rule in many.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert (pages & reads) - found == NO_PAGES


def in_a_week() -> str:
    """A last day."""
    return str(today() + timedelta(days=7))


@pytest.mark.parametrize(
    "typed",
    ["2134000012", "２１３４ 000012", "ＶＩＬＬＡＧＥ 012", "village012", " Vil lage  0 12 "],
)
def test_a_school_is_found_by_its_code_and_however_its_name_is_typed(officer: FlaskClient, typed: str) -> None:
    assert names(page(officer, f"/bureau/schools?search={typed}")) == [name_of(12)]


@pytest.mark.parametrize("typed", ["希望", "希 望", "青禾　希望"])
def test_spaces_between_chinese_letters_hide_no_school(officer: FlaskClient, typed: str) -> None:
    assert names(page(officer, f"/bureau/schools?search={typed}")) == ["青禾希望小学"]


def test_a_name_and_a_code_are_searched_each_by_itself(officer: FlaskClient) -> None:
    assert names(page(officer, "/bureau/schools?search=0122134")) == []


@pytest.mark.parametrize("path", ["bureau/schools", "bureau/measures", "assistance/district"])
def test_every_list_of_schools_finds_them_by_code(officer: FlaskClient, path: str) -> None:
    assert (
        f"1–1 of 1 found for «{code_of(12)}», of {PROVINCE} in all."
        in page(officer, f"/{path}?search={code_of(12)}").words
    )


def test_lists_of_a_release_find_schools_by_the_code_they_have_now(many: Flask, clerk: FlaskClient) -> None:
    with many.app_context():
        db.session("desk").get_one(School, HIGH).code = code_of(7)
        db.session("desk").commit()
    seen = page(clerk, f"/bureau/measures?search={code_of(7)}")
    assert names(seen, PLANS) == names(seen, REPORTS) == [name_of(7)]
    (figures,) = (
        rows
        for name, rows in page(clerk, f"/bureau/standouts?of=check_ins&search={code_of(7)}").tables.items()
        if "figures of the chart" in name.lower()
    )
    assert [row[0] for row in figures[1:]] == [f"A · {name_of(7)}"]
    path = begin(many, "slips", title="by code")
    assert f"1–1 of 1 found for «{code_of(7)}»" in page(clerk, f"{path}/slips?search={code_of(7)}").words
    send(clerk, f"{path}/close")


def test_two_schools_whose_names_differ_in_spaces_alone_are_not_taken_for_one_another(
    many: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    with many.app_context():
        db.session("desk").add(
            School(id="near", bureau_id=districts.bureau, name="Village051", setting="urban", enrolment=[])
        )
        db.session("desk").commit()
    path = "/bureau/schools/n052/close"
    refused = send(clerk, path, day=str(today()), into="Village 051")
    assert "No school has this name or code, or several have it." in read(refused.text).words
    with many.app_context():
        db.session("desk").delete(db.session("desk").get_one(School, "near"))
        db.session("desk").commit()


def test_of_many_pages_any_is_one_number_away(officer: FlaskClient, clerk: FlaskClient) -> None:
    assert "Go to page" in page(officer, "/bureau/schools").words
    assert "Go to page" not in page(clerk, "/bureau/schools").words  # of three, links lead to each
    text = officer.get("/bureau/measures?plans=people-down&search=0&plans_page=2").text
    form = text.partition('aria-label="What plans ask: pages"')[2].partition("</form>")[0]
    assert 'action="/bureau/measures#plans"' in form
    assert set(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)) == {
        ("plans", "people-down"),
        ("search", "0"),
    }
    assert 'name="plans_page"' in form


def test_on_a_phone_the_list_of_schools_is_paged_and_read_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": NARROW, "height": 740}, java_script_enabled=False)
    seen = context.new_page()
    seen.goto(f"{address}/staff/login?lang=zh")
    seen.get_by_label("用户名").fill("clerk")
    seen.get_by_label("密码").fill(PASSWORD)
    press(seen.locator("main").get_by_role("button", name="登录"))
    seen.goto(f"{address}/bureau/schools")
    region, without_plan = seen.locator(".table-scroll").bounding_box(), seen.get_by_text("还没有计划").first
    words = without_plan.evaluate(
        "cell => { const range = document.createRange(); range.selectNodeContents(cell);"
        " return range.getBoundingClientRect().right }"
    )
    assert region
    assert words <= region["x"] + region["width"]
    field, button = seen.get_by_label("转到第几页"), seen.get_by_role("button", name="前往")
    for each in (field, button, seen.locator(".pager a").last):
        box = each.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= NARROW
    field.fill("4")
    press(button)
    assert seen.get_by_text("第 4 页").count() == 1
    context.close()
