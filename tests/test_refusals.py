"""What is not yours is not there; whoever asks all the same is written down, and the trail says it in words."""

from __future__ import annotations

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_babel import force_locale
from werkzeug.exceptions import NotFound

from survey import db
from survey.assistance import asking, casework, doors, lending, once, people, receipts
from survey.assistance.views.stock import ENDS
from survey.bureau.steps import STEPS
from survey.campaign import rounds
from survey.config import LANGUAGES
from survey.planning import own_norms
from survey.staff import accounts, audit, deeds, refusals, scope
from survey.staff.store import Account, Bureau, Deed, School
from tests.addresses import address_of
from tests.desks import Districts, log_in
from tests.test_own_norms import own as own_norm

SURVEY = Path(__file__).resolve().parent.parent / "survey"
DESKS = {"staff", "school", "bureau", "assistance"}
WITHOUT_LOGIN = {"staff.invitation"}
RECORDING = ("audit.record", "audit.record_of", "audit.note")
FIELD = re.compile(r"%\((\w+)\)s")


def refused(app: Flask, login: str) -> list[dict[str, str | int]]:
    """What an account was refused."""
    with app.app_context():
        deeds_of = db.session("desk").query(Deed).filter_by(login=login, deed="refused").order_by(Deed.id)
        return [deed.fields for deed in deeds_of]


def a_round(app: Flask, districts: Districts) -> tuple[str, str]:
    """An open round of the first district with slips, and one of its groups."""
    with app.app_context():
        bureau = accounts.bureau_named("Bureau")
        made = rounds.create_campaign(bureau, "Round", "slips", date.today() + timedelta(days=7))  # noqa: DTZ011
        rounds.open_campaign(made)
        return made.id, rounds.groups_of(made)[0].id


def a_request(app: Flask, school: str) -> tuple[str, str]:
    """A request at a school, and a tablet lent for it."""
    with app.app_context():
        door = doors.of_school(school).id
        code = asking.ask(door, once.new_form(), asking.Asked("Synthetic parent", "none", 3, ("device",), ""), 40)
        lending.receive(door, "tablet", 1, once.new_form())
        request = asking.of_code(code)
        assert request is not None
        lending.lend(request, "tablet", "", date(2099, 1, 1), once.new_form())
        return request.id, lending.of_request(request)[0].loan.id


def a_norm(app: Flask, bureau_id: str) -> str:
    """A norm of a bureau's own."""
    with app.app_context():
        bureau = db.session("desk").get_one(Bureau, bureau_id)
        row = own_norms.add(bureau, own_norm(1), "clerk")
        db.session("desk").commit()
        return row.id


@pytest.mark.parametrize("login", ["clerk2", "principal2"])
def test_every_address_with_an_id_is_404_to_other_districts_and_written_down(
    app: Flask, districts: Districts, login: str
) -> None:
    campaign, group = a_round(app, districts)
    with app.app_context():
        theirs = accounts.of_login("principal").id
    ids = {"school_id": districts.school, "campaign_id": campaign, "group_id": group, "account_id": theirs}
    request, loan = a_request(app, districts.school)
    ids |= {"number": "1", "request_id": request, "loan_id": loan, "norm_id": a_norm(app, districts.bureau)}
    others = {"step": "close", "grade": "3", "name": "screen_minutes"}
    with app.app_context():
        references = [receipts.reference(each) for each in (request, loan)]
    with app.app_context():  # a colleague's rights elsewhere open nothing here
        people.name(accounts.of_login(login)) if login.startswith("principal") else None
        db.session("desk").commit()
    stranger, walked = log_in(app, login), 0

    routes = [
        (method, address_of(app, rule, ids | others), rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in DESKS and rule.arguments & ids.keys() and rule.endpoint not in WITHOUT_LOGIN
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    for method, address, rule in routes:
        answer = stranger.open(address, method=method)
        assert answer.status_code == 404, rule
        walked += 1
        told = refused(app, login)
        assert len(told) == walked, rule
        # A request is named by its reference: its row's id would outlive it in the trail.
        named = references if told[-1]["thing"] in ("request", "loan") else address
        assert str(told[-1]["asked"]) in named, rule
    assert walked >= 20


def test_staff_of_one_kind_are_refused_the_other_kinds_pages_and_that_is_written_down(
    app: Flask, districts: Districts
) -> None:
    assert log_in(app, "principal").get("/bureau/campaigns").status_code == 404
    assert log_in(app, "clerk").get("/school/plan").status_code == 404
    assert refused(app, "principal") == [{"thing": "page", "asked": "/bureau/campaigns"}]
    assert refused(app, "clerk") == [{"thing": "page", "asked": "/school/plan"}]


def test_what_was_asked_for_is_cut_to_forty_characters_that_print(app: Flask, districts: Districts) -> None:
    log_in(app, "clerk").get("/bureau/schools/%0Aevil%E2%80%AE" + "x" * 100)
    assert refused(app, "clerk") == [{"thing": "school", "asked": "evil" + "x" * 36}]


def test_a_refusal_is_kept_although_the_request_aborts_and_nothing_else_is(app: Flask, districts: Districts) -> None:
    with app.test_request_context():
        own = accounts.of_login("clerk")
        session["account"], session["stamp"] = own.id, own.stamp
        own.name = "half done"
        db.session("desk").add(School(bureau_id=districts.bureau, name="half done", setting="urban"))
        db.session("desk").flush()
        audit.record("saved_plan", number=1)
        with pytest.raises(NotFound):
            scope.school(districts.school2)
    with app.app_context():
        desk = db.session("desk")
        assert desk.query(School).filter_by(name="half done").count() == 0
        assert desk.query(Account).filter_by(name="half done").count() == 0
        assert [deed.deed for deed in desk.query(Deed)] == ["refused"]
    assert refused(app, "clerk") == [{"thing": "school", "asked": districts.school2[:40]}]


def test_one_account_does_not_fill_the_disk_with_refusals(app: Flask, districts: Districts) -> None:
    clerk = log_in(app, "clerk")
    for _ in range(refusals.MOST_RECORDED + 5):
        assert clerk.get("/bureau/schools/other").status_code == 404
    assert len(refused(app, "clerk")) == refusals.MOST_RECORDED
    assert "Was refused more often than is written down one by one" in clerk.get("/staff/trail").text
    log_in(app, "principal").get("/bureau/")  # another account has a count of its own
    assert len(refused(app, "principal")) == 1
    with app.app_context():
        for deed in db.session("desk").query(Deed):
            deed.at -= refusals.SPAN
        db.session("desk").commit()
    clerk.get("/bureau/schools/other")
    assert len(refused(app, "clerk")) == refusals.MOST_RECORDED + 1


def rows(client: FlaskClient, page: str) -> list[str]:
    """The last column of the trail's table."""
    return re.findall(r'<td class="words anywhere">([^<]*)</td></tr>', client.get(page).text)


def test_a_bureau_reads_its_districts_trail_and_a_principal_that_of_the_own_desk(
    app: Flask, districts: Districts
) -> None:
    clerk, principal, other = (log_in(app, login) for login in ("clerk", "principal", "clerk2"))
    principal.get("/bureau/")
    said = "Was refused: page «/bureau/»."
    assert rows(principal, "/staff/trail") == [said, "Logged in."]
    assert rows(clerk, "/staff/trail") == [said, "Logged in.", "Logged in."]
    assert rows(clerk, "/staff/trail?login=clerk") == ["Logged in."]
    assert rows(other, "/staff/trail") == ["Logged in."]
    assert rows(principal, "/staff/trail?login=clerk") == []
    assert "principal<span" in clerk.get("/staff/trail").text
    assert "School" in clerk.get("/staff/trail").text


def test_the_trail_is_read_by_fifty_the_newest_first(app: Flask, districts: Districts) -> None:
    clerk = log_in(app, "clerk")
    with app.test_request_context():
        for number in range(120):
            audit.record_of(accounts.of_login("principal"), None, "saved_plan", number=number)
        db.session("desk").commit()
    page, told = "/staff/trail?login=principal", []
    for expected in (50, 50, 20):
        found = rows(clerk, page)
        assert len(found) == expected
        told += [int(n) for row in found for n in re.findall(r"\d+", row)]
        older = re.search(r'href="(/staff/trail\?[^"]*before=\d+[^"]*)">Older', clerk.get(page).text)
        page = older[1].replace("&amp;", "&") if older else ""
    assert page == ""
    assert told == [*range(119, -1, -1)]
    assert rows(clerk, f"/staff/trail?before={10**30}")
    assert rows(clerk, "/staff/trail?before=x")


def test_every_deed_is_told_in_every_language(app: Flask) -> None:
    samples = {name: next(iter(words)) for name, words in deeds.WORDS.items()}
    with app.test_request_context():
        for name, sentence in deeds.DEEDS.items():
            fields = {field: samples.get(field, f"<{field}>") for field in FIELD.findall(str(sentence))}
            told = set()
            for language in LANGUAGES:
                with force_locale(language):
                    told.add(deeds.told(Deed(deed=name, fields=fields)))
            assert len(told) == len(LANGUAGES), name
            assert all(f"<{field}>" in each for each in told for field in fields if field not in samples), name


def test_a_page_of_ones_own_that_is_not_there_yet_is_no_refusal(app: Flask, districts: Districts) -> None:
    campaign, _ = a_round(app, districts)
    clerk = log_in(app, "clerk")
    for page in ("release", "release/2", "summary.xlsx", "nowhere"):
        assert clerk.get(f"/bureau/campaigns/{campaign}/{page}").status_code == 404
    assert refused(app, "clerk") == []


def test_a_refusal_of_something_without_a_name_is_told_without_one(app: Flask) -> None:
    nameless = Deed(deed="refused", fields={"thing": "release", "asked": ""})
    with app.test_request_context(), force_locale("en"):
        assert deeds.told(nameless) == "Was refused: release."


def test_every_deed_that_is_recorded_is_in_the_table_with_its_fields(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        left_open = {name: set(FIELD.findall(str(sentence))) for name, sentence in deeds.DEEDS.items()}
    recorded = {step.deed: {"round"} for step in STEPS.values()} | {"refused": {"thing", "asked"}}
    recorded |= {step.deed: {"request"} for step in casework.STEPS.values()}
    recorded |= {deed: {"item", "request"} for deed in ENDS.values()}
    recorded |= {"refused_link": {"why"}, "printed_slips": {"school", "questionnaire"}, "failed_to_log_in": {"number"}}
    recorded |= {"created_round": {"round"}, "changed_draft": {"round"}, "moved_last_day": {"round", "before", "day"}}
    recorded |= {"printed_slips_of_grade": {"school", "questionnaire", "grade"}}
    recorded |= dict.fromkeys(("added_norm", "took_norm_back"), {"measure", "grades", "limit", "unit", "issuer"})
    for path in SURVEY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDING:
                names = {ast.literal_eval(each) for each in ast.walk(node) if isinstance(each, ast.Constant)}
                fields = {keyword.arg for keyword in node.keywords}
                for name in names & set(left_open):
                    if None not in fields:
                        recorded[str(name)] = {str(field) for field in fields}
    assert recorded == left_open


def test_everything_that_can_be_refused_has_its_words(app: Flask) -> None:
    asked = {
        ast.literal_eval(node.args[0])
        for path in SURVEY.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("scope.refuse", "refuse")
        and isinstance(node.args[0], ast.Constant)
    }
    tables, once = {"school", "campaign", "account", "own_norm"}, {"release"}
    assert asked | tables | once == set(deeds.WORDS["thing"])
