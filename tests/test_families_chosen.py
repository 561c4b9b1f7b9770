"""Families that a bureau chooses: which stand when, what is refused of a file, and that the command line agrees."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from estimator import families, norm_file
from estimator.assess import assess
from estimator.families import MOST_BYTES, PACKAGE, FamiliesProblems
from survey import db
from survey.bureau.families_words import reported_in, standing
from survey.bureau.publishing import summary_of
from survey.planning import families_chosen
from survey.planning.assessments import Weighed, weigh_school
from survey.planning.families_chosen import AS_REPORTED, OWN, REPORTED, USUAL, FamiliesChosen, FamiliesFile
from survey.planning.fit import Fit, families_of
from survey.planning.store import FamiliesChoice
from survey.staff.store import Bureau, School
from survey.workbook import build
from tests.desks import Districts, log_in
from tests.equal_plans import with_plans
from tests.pages import read, token
from tests.published import a_release, people, publish
from tests.test_fit import counted, figure, fits, release, table

TOWN, COUNTRY = ((PACKAGE / f"{setting}.toml").read_text(encoding="utf-8") for setting in ("urban", "rural"))
# Nobody has a computer, and mobile data cost more than it does.
POOR = TOWN.replace("[0.38, 0.53, 0.08, 0.01]", "[1.0]").replace(
    "[income]",
    """[prices.price_gb]
value = 20
source = { issuer = "County", title = "Prices", date = 2020-01-01, url = "here", confidence = "verified" }

[income]""",
)


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two bureaus, each with a school in the town that has the same plan."""
    return with_plans(app)


def send(clerk: FlaskClient, way: str = OWN, ending: str = "toml", **sent: Any) -> Any:
    """Send the form; bytes become a file."""
    form: dict[str, Any] = {"way": way, "csrf_token": token(clerk.get("/bureau/families?lang=en").text)}
    for name, said in sent.items():
        is_file = isinstance(said, bytes)
        form[name] = FileStorage(io.BytesIO(said), f"{name}.{ending}", name) if is_file else said
    boundary, body = encode_multipart(form)
    return clerk.post("/bureau/families", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def choose(clerk: FlaskClient, way: str = OWN, **texts: str) -> None:
    """Put a choice in force."""
    answer = send(clerk, way, in_force="y", **{f"{setting}_text": text for setting, text in texts.items()})
    assert answer.status_code == 303, read(answer.text).words


def choices(app: Flask) -> list[FamiliesChoice]:
    """Every choice of every bureau."""
    with app.app_context():
        return list(db.session("desk").query(FamiliesChoice))


def weighed(app: Flask, school: str) -> Weighed:
    """A school's plan as it is weighed now."""
    with app.app_context():
        found = weigh_school(db.session("desk").get_one(School, school))
        assert found
        return found


def told() -> Any:
    """A release in which of 40 families in the town 10 have no computer."""
    return release(table("computers", None, *counted(10, 30, 0, 0)), table("computers", "town", *counted(10, 30, 0, 0)))


def test_a_file_comes_before_what_parents_report_and_that_before_what_is_usual() -> None:
    bureau, file = {"town": "urban", "village": "rural"}, FamiliesFile("urban", POOR)
    reported = fits(bureau, told(), AS_REPORTED)
    assert figure(reported["town"], "computer").used.shares[0] == pytest.approx(0.25)
    assert fits(bureau, told(), FamiliesChosen(USUAL)) == {"town": Fit("urban"), "village": Fit("rural")}
    own = fits(bureau, told(), FamiliesChosen(OWN, (file,)))
    assert own == {"town": Fit("urban", file=file), "village": reported["village"]}
    assert asdict(families_of(own["town"])) == asdict(families.read(POOR.encode(), "own.toml"))


def test_what_is_weighed_is_what_the_estimator_makes_of_the_same_file(
    app: Flask, clerk: FlaskClient, districts: Districts, tmp_path: Path
) -> None:
    before = weighed(app, districts.school)
    choose(clerk, urban=POOR)
    found = weighed(app, districts.school)
    (tmp_path / "own.toml").write_text(POOR, encoding="utf-8")
    assert found.assessment == assess(found.plan, families.load(tmp_path / "own.toml"), norm_file.load())
    assert found.assessment != before.assessment
    assert weighed(app, districts.school2).assessment == before.assessment
    choose(clerk, USUAL)
    assert weighed(app, districts.school).assessment == before.assessment


def test_every_figure_of_the_file_names_its_source_to_the_principal(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    choose(clerk, urban=POOR.replace('issuer = "China Internet Network Information Center"', 'issuer = "Lotus County"'))
    principal = log_in(app, "principal")
    page = principal.get("/school/measures/3/families_out_of_reach?lang=en").text
    assert "Lotus County" in page
    assert "families as the bureau&#39;s own file gives them" in principal.get("/school/?lang=en").text
    prices = read(principal.get("/school/measures/3/data_cost_month?lang=en").text).tables["Prices and figures used"]
    assert ["Mobile data", "20 yuan a GB"] in [row[:2] for row in prices]
    assert next(row for row in prices if row[0] == "Mobile data")[2].startswith("County: Prices")


def test_the_excel_summary_says_whose_families_and_who_says_so(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    choose(clerk, urban=POOR)
    with app.test_request_context():
        bureau = db.session("desk").get_one(Bureau, districts.bureau)
        published = a_release({districts.school: people(30, 9)}, {districts.school: "School"})
        book = openpyxl.load_workbook(io.BytesIO(build(summary_of(bureau, published), "en")))
    cells = [str(cell) for row in book["Sources and method"].iter_rows(values_only=True) for cell in row if cell]
    assert any("the bureau's own file" in cell for cell in cells)
    assert "County: Prices, 2020-01-01 (the document's own line was read)" in cells


def test_before_and_after_are_shown_and_nothing_is_saved_until_it_is_put_in_force(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    before = weighed(app, districts.school).assessment
    answer = send(clerk, urban=POOR.replace("\n", "\r\n").encode())
    seen = read(answer.text)
    assert "Schools in the town: every figure is that of the bureau's own file." in seen.words
    assert "Schools in the countryside: every figure is the usual one." in seen.words
    assert seen.tables["Before and after"][1][0] == "School"
    assert choices(app) == []
    assert weighed(app, districts.school).assessment == before


def test_what_stands_is_said_where_a_file_and_a_release_are_both_there(
    app: Flask, clerk: FlaskClient, districts: Districts
) -> None:
    with app.app_context():
        publish(a_release({districts.school: people(30, 9)}, {districts.school: "School"}), districts.bureau)
    words = read(clerk.get("/bureau/families?lang=en").text).words
    assert "Schools in the town: what parents report in «Told round», release 1, stands for children" in words
    choose(clerk, urban=POOR)
    words = read(clerk.get("/bureau/families").text).words
    assert "own file. What parents report in «Told round» does not count there." in words
    assert "Schools in the countryside: what parents report in «Told round»" in words
    with app.test_request_context():
        found = reported_in(db.session("desk").get_one(Bureau, districts.bureau))
        usual = standing(FamiliesChosen(USUAL), found)
    assert all("does not count there" in said or "不采用" in said for said in usual)


def test_a_file_in_force_stays_until_it_is_replaced_or_left_out(app: Flask, clerk: FlaskClient) -> None:
    choose(clerk, urban=POOR)
    assert clerk.get("/bureau/families/own-urban.toml").text == POOR
    assert clerk.get("/bureau/families/own-rural.toml").status_code == 404
    assert send(clerk, in_force="y", rural=COUNTRY.encode()).status_code == 303
    assert choices(app)[-1].files == {"urban": POOR, "rural": COUNTRY}
    assert send(clerk, in_force="y", no_urban="y").status_code == 303
    assert choices(app)[-1].files == {"rural": COUNTRY}
    assert [choice.number for choice in choices(app)] == [1, 2, 3]
    trail = read(clerk.get("/staff/trail?lang=en").text).words
    for settings in ("town", "town and the countryside", "countryside"):
        assert f"families that plans are weighed with: the bureau's own file for schools in the {settings}." in trail


def test_a_second_press_is_told_that_just_these_families_are_in_force_and_nothing_is_recorded_twice(
    app: Flask, clerk: FlaskClient
) -> None:
    for press in range(2):
        assert send(clerk, in_force="y", urban_text=POOR, no_rural="y").status_code == 303
        words = read(clerk.get("/bureau/families").text).words
        assert ("Just these families are in force already." in words) == (press == 1)
        assert ("Chosen: every school" in words) == (press == 0)
    assert len(choices(app)) == 1
    assert read(clerk.get("/staff/trail").text).words.count("Chose the families") == 1


def test_who_has_no_file_yet_and_sends_one_need_not_choose_it_besides(typist: FlaskClient) -> None:
    words = read(send(typist, REPORTED, urban=POOR.encode()).text).words
    assert "Schools in the town: every figure is that of the bureau's own file." in words


def test_a_file_beside_another_way_is_refused_at_its_field_and_the_file_in_force_stays(
    app: Flask, clerk: FlaskClient
) -> None:
    for before, way in (({}, USUAL), ({"urban": POOR}, REPORTED)):
        choose(clerk, OWN if before else REPORTED, **before)
        page = send(clerk, way, rural=COUNTRY.encode(), in_force="y").text
        assert '<p class="error" id="rural-error">You chose a file, but not the bureau' in page
    assert choices(app)[-1].files == {"urban": POOR}


def test_a_new_file_and_none_any_more_are_two_minds(app: Flask, clerk: FlaskClient) -> None:
    choose(clerk, urban=POOR)
    page = send(clerk, urban=TOWN.encode(), no_urban="y", in_force="y").text
    assert '<p class="error" id="urban-error">You chose a file, and that there is to be none' in page
    assert choices(app)[-1].files == {"urban": POOR}


@pytest.mark.parametrize("sent", [{"way": USUAL}, {"no_urban": "y", "rural_text": COUNTRY}])
def test_before_a_file_goes_out_of_use_that_is_said(clerk: FlaskClient, sent: dict[str, str]) -> None:
    choose(clerk, urban=POOR)
    words = read(send(clerk, **sent).text).words
    assert "The file in force for schools in the town would be used no more." in words
    assert "schools in the countryside would be used no more" not in words


@pytest.mark.parametrize("setting", ["urban", "rural"])
def test_the_template_is_the_usual_file_with_its_comments_and_can_be_sent_back(
    typist: FlaskClient, setting: str
) -> None:
    sent = typist.get(f"/bureau/families/usual-{setting}.toml").data
    assert b"# " in sent
    assert "Before it is put in force" in send(typist, **{setting: sent}).text


def test_the_wide_space_of_a_chinese_keyboard_may_stand_in_a_title(typist: FlaskClient) -> None:
    wide = TOWN.replace('title = "', 'title = "某县\u3000', 1)
    assert "Before it is put in force" in send(typist, urban=wide.encode()).text


def with_bom(text: str) -> bytes:
    """As an editor of Windows saves it."""
    return b"\xef\xbb\xbf" + text.encode()


def test_a_file_that_an_editor_marked_as_utf_8_is_read(typist: FlaskClient) -> None:
    assert "Before it is put in force" in send(typist, urban=with_bom(TOWN)).text


WRONG: dict[str, tuple[bytes, str]] = {
    "two megabytes": (b"# " + b"x" * 2_000_000, "The file is too large."),
    "not UTF-8": (TOWN.replace("urban", "城镇").encode("gbk"), "The file cannot be read."),
    "no TOML": (b"[[[", "The file cannot be read."),
    "a workbook": (b"PK\x03\x04" + bytes(range(256)), "The file cannot be read."),
    "nothing": (b"", "This key is missing."),
    "lists within lists": (b"a = " + b"[" * 20_000, "The file cannot be read."),
    "a number of five thousand digits": (TOWN.replace("3.5", "9" * 5_000).encode(), "The file cannot be read."),
    "a number of four hundred digits": (TOWN.replace("3.5", "9" * 400).encode(), "So many people are no family."),
    "nobody in a family": (TOWN.replace("3.5", "0").encode(), "So many people are no family."),
    "a fifth of a person in a family": (TOWN.replace("3.5", "0.2").encode(), "So many people are no family."),
    "a document of the far future": (
        TOWN.replace("2026-11-23", "2999-11-23", 1).encode(),
        "This day lies in the future.",
    ),
    "an issuer that turns the line about": (
        TOWN.replace('issuer = "Jianfu"', 'issuer = "Jian\u202efu"', 1).encode(),
        "A line break or an invisible sign stands in this name.",
    ),
    "more devices than are reckoned with": (
        TOWN.replace("[0.03, 0.74, 0.2, 0.03]", f"[{', '.join(['0.001'] * 1000)}]").encode(),
        "So many shares are not reckoned with.",
    ),
    "no word for how it was read": (TOWN.replace('"weak"', '"hearsay"', 1).encode(), "This is no word for how well"),
    "a moment for a date": (
        TOWN.replace("2026-11-23", "2026-11-23T10:00:00", 1).encode(),
        "The value is of another kind.",
    ),
    "an issuer without a name": (
        TOWN.replace('issuer = "Jianfu"', 'issuer = " "', 1).encode(),
        "The source is missing.",
    ),
    "a price nobody knows": (POOR.replace("price_gb", "price_bread").encode(), "Nobody knows this key."),
    "a price that is none": (POOR.replace("value = 20", "value = -1").encode(), "This is no price."),
    "shares that do not add up": (TOWN.replace("[0.8, 0.18, 0.02]", "[0.8, 0.18, 0.12]").encode(), "add up to 1"),
}


def test_tables_within_tables_are_refused_whole_or_by_what_they_lack(unchanged: Flask, typist: FlaskClient) -> None:
    # How deep Python reads them differs by its version.
    words = read(send(typist, urban=b"a" + b".a" * 5_000 + b" = 1").text).words
    assert "Nothing was saved" in words
    assert ("The file cannot be read." in words) != ("This key is missing." in words)


@pytest.mark.parametrize(("content", "says"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_is_refused_with_all_its_problems_and_nothing_is_saved(
    unchanged: Flask, typist: FlaskClient, content: bytes, says: str
) -> None:
    for more in ({}, {"in_force": "y"}):
        seen = read(send(typist, urban=content, **more).text)
        assert "Nothing was saved" in seen.words
        assert says in seen.words
        rows = seen.tables["What is wrong"][1:]
        assert all(row[0].startswith("urban.toml") for row in rows)
    assert choices(unchanged) == []


def test_a_sign_that_is_no_toml_is_told_by_line_and_column_and_in_no_parsers_words(typist: FlaskClient) -> None:
    seen = read(send(typist, urban=TOWN.replace("value = 3.5", "value = ，3.5").encode()).text)
    (row,) = seen.tables["What is wrong"][1:]
    line = TOWN[: TOWN.index("value = 3.5")].count("\n") + 1
    assert row[1] == "value = ，3.5"
    assert row[3].startswith(f"Look at line {line}, column 9: is a quotation mark")
    assert "Invalid" not in seen.words


def test_the_file_of_the_countryside_is_not_taken_for_the_towns(unchanged: Flask, typist: FlaskClient) -> None:
    words = read(send(typist, urban=TOWN.replace('name = "urban"', 'name = "rural"').encode()).text).words
    assert "urban.toml: name" in words
    assert "The file says that it is for another kind of place." in words
    assert choices(unchanged) == []


def test_a_key_is_told_with_its_words(typist: FlaskClient) -> None:
    words = read(send(typist, urban=TOWN.replace("value = 3.5", "value = -1").encode()).text).words
    assert "urban.toml: [persons] (People in a family)" in words


def test_the_problems_of_both_files_are_told_at_once(unchanged: Flask, typist: FlaskClient) -> None:
    bad = TOWN.replace("value = 3.5", "value = -1").encode()
    words = read(send(typist, urban=bad, rural=b"[[[").text).words
    assert "urban.toml: [persons]" in words
    assert "rural.toml" in words


def test_markup_in_a_file_is_words_on_every_page(app: Flask, clerk: FlaskClient) -> None:
    choose(clerk, urban=POOR.replace('issuer = "County"', 'issuer = "<script>alert(1)</script>"'))
    page = clerk.get("/bureau/families?lang=en").text
    assert "<script>alert" not in page
    principal = log_in(app, "principal").get("/school/measures/3/data_cost_month").text
    assert "&lt;script&gt;" in principal
    assert "<script>alert" not in principal


@pytest.mark.parametrize(("way", "says"), [("none", "Choose one."), ("", "Choose one."), (OWN, "There is no file.")])
def test_a_way_that_there_is_not_and_a_file_that_is_missing_are_told(
    unchanged: Flask, typist: FlaskClient, way: str, says: str
) -> None:
    assert says in read(send(typist, way).text).words
    assert choices(unchanged) == []


def test_a_form_that_another_site_sends_changes_nothing(unchanged: Flask, typist: FlaskClient) -> None:
    assert typist.post("/bureau/families", data={"way": USUAL, "in_force": "y"}).status_code == 200
    assert choices(unchanged) == []


def test_a_stored_file_that_is_no_longer_read_is_left_out(app: Flask, clerk: FlaskClient, districts: Districts) -> None:
    choose(clerk, urban=POOR)
    with app.app_context():
        row = db.session("desk").query(FamiliesChoice).one()
        row.files = {"urban": "once = 'good'"}
        db.session("desk").commit()
        bureau = db.session("desk").get_one(Bureau, districts.bureau)
        assert families_chosen.chosen(bureau) == FamiliesChosen(OWN)
    assert weighed(app, districts.school).fit == Fit("urban")


def test_no_file_is_read_beyond_its_most_bytes() -> None:
    long = TOWN + "#" * MOST_BYTES
    with pytest.raises(FamiliesProblems):
        families.read(long.encode(), "long.toml")
