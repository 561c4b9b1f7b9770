"""Schools of one name, and names that a spreadsheet could take for something else, from the roster to the workbook."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl
from flask import Flask

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.mixing import mix
from survey.ballot.store import Group
from survey.staff.store import School
from tests.broken_workbooks import saved
from tests.campaigns import ANSWERS, begin
from tests.desks import log_in, send, two_districts
from tests.pages import read
from tests.rounds import mixer_key
from tests.test_roster import CODED, ODD, upload, workbook

TWINS = ("城关小学 · 01", "城关小学 · 02")


def test_schools_of_one_name_and_odd_names_go_from_the_roster_to_the_workbook(app: Flask) -> None:
    two_districts(app)
    clerk = log_in(app, "clerk")
    rows: list[list[object]] = [["城关小学", "01", "城镇", 3, 20, 3], ["城关小学", "02", "乡村", 3, 22, 3]]
    rows += [[name, "", "城镇", 3, 20, 3] for name in ODD]
    book = openpyxl.load_workbook(io.BytesIO(workbook(*rows, header=CODED)))
    for row in book.worksheets[0].iter_rows(min_row=3, max_col=1):
        row[0].data_type = "s"
    upload(clerk, saved(book))
    names = {*TWINS, *ODD}
    path = begin(app)
    with app.app_context():
        ids = [school.id for school in db.session("desk").query(School)]
        groups = [(g.id, g.enrolled) for g in db.session("ballots").query(Group).filter_by(questionnaire="parent")]
    told = unescape(send(clerk, f"{path}/slips", school=ids).text)
    posters = unescape(clerk.get(f"{path}/posters").text)
    progress = {row[0] for row in read(clerk.get(path).text).tables["Who has answered?"][1:]}
    for name in names:
        assert f"<strong>{name}</strong>" in told
        assert f"<h2>{name}</h2>" in posters
    assert progress == names | {"School"}
    with app.app_context():
        for group, enrolled in groups:
            for number, code in enumerate(slips.issue(group, enrolled)[:12]):
                said = ANSWERS if number % 2 else {"screen_yesterday": "over_240"}
                assert cast(Entry(group, code, slips.normalise(code)), said)
    send(clerk, f"{path}/close")
    with app.app_context():
        mix(mixer_key(app))
    send(clerk, f"{path}/publish")
    summary = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/summary.xlsx").data))
    cells = [cell for sheet in summary.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert names <= {str(cell.value) for cell in cells}
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    pages = [clerk.get(f"/bureau/{page}").text for page in ("schools", "measures", "standouts", "gaps")]
    assert all(re.search("城关小学 · 01", page) for page in pages[:2])
