"""A workbook with one sheet a school, made of a release's frozen tables alone: nothing can differ from what was published.

An index in front leads to each sheet.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from survey.words import wording
from survey.workbook.book import Book
from survey.workbook.layout import Frame, write_page
from survey.workbook.measures import HIGHEST_WITHIN_LIMIT
from survey.workbook.page import ONE_DIGIT, WHOLE, Column, Link, Page, Shown
from survey.workbook.school_page import Meanings, Record, SchoolTables, page, why_no_plan
from survey.workbook.tables import Unpacked
from survey.workbook.text import sheet_name

OF_SCHOOLS = ("grades", "measures", "flags", "responses", "answers")


def how_many(content: bytes) -> int:
    """How many schools the frozen tables have."""
    return sum(1 for _row in Unpacked(content).rows("schools"))


def build(content: bytes, language: str) -> Generator[int, None, bytes]:
    """The .xlsx file of an archive of tables; on the way it says how many schools are written."""
    tables = Unpacked(content)
    release = next(tables.rows("release"))
    means = _meanings(tables, release, language)
    schools = list(_schools(tables))
    book = Book(language)
    footer = f"{release['bureau']} · {release['campaign']} · {release['published_on']}"
    with force_locale(language):
        index = sheet_name(_("Index"))
        names = _sheet_names(index, schools)
        frame = Frame(footer + (" · " + _("synthetic data") if release["synthetic"] else ""), release["synthetic"])
        write_page(book, _index(release, index, schools, names), frame)
        back = Link(_("Back to the index"), index)
    for number, (school, name) in enumerate(zip(schools, names, strict=True), start=1):
        # A generator that waits must not leave its language to whoever runs meanwhile.
        with force_locale(language):
            write_page(book, page(school, name, back, means), frame)
        yield number
    return book.pack(release["campaign"], release["published_on"])


def _schools(tables: Unpacked) -> Iterator[SchoolTables]:
    found: dict[str, dict[str, list[Record]]] = {}
    for table in OF_SCHOOLS:
        of_table: dict[str, list[Record]] = {}
        for row in tables.rows(table):
            # Answers of the district stand in the same table.
            if row.get("level", "school") == "school":
                of_table.setdefault(row["school_id"], []).append(row)
        found[table] = of_table
    for about in tables.rows("schools"):
        yield SchoolTables(about, *(found[table].get(about["school_id"], []) for table in OF_SCHOOLS))


def _sheet_names(index: str, schools: list[SchoolTables]) -> list[str]:
    taken = [index]
    for school in schools:
        taken.append(sheet_name(school.about["school"], taken))
    return taken[1:]


def _meanings(tables: Unpacked, release: Record, language: str) -> Meanings:
    words: dict[tuple[str, str, str], str] = {}
    titles: dict[str, str] = {}
    said = f"meaning_{language}"
    for row in tables.rows("codebook"):
        if row["kind"] == "question":
            words[row["questionnaire"], row["question"], ""] = row[said]
        elif row["kind"] == "choice":
            words[row["questionnaire"], row["question"], row["code"]] = row[said]
        elif row["kind"] == "code" and row["column"] == "questionnaire":
            titles[row["code"]] = row[said]
    with force_locale(language):
        named = {name: str(wording.QUESTIONNAIRE_LABELS.get(name) or title) for name, title in titles.items()}
    norms = {row["norm"]: row for row in tables.rows("norms")}
    return Meanings(language, release["smallest_group"], release["entry"] == "open_link", named, words, norms)


def _index(release: Record, name: str, schools: list[SchoolTables], names: list[str]) -> Page:
    return Page(
        name=name,
        title=_("%(bureau)s: a sheet for each school", bureau=release["bureau"]),
        lead=(
            _("Round: %(title)s, release %(number)s", title=release["campaign"], number=release["release"]),
            _("Press a school's name to come to its sheet. Schools stand in the order of their names: no ranking."),
        ),
        columns=(
            Column(_("School"), 44),
            Column(_("Setting"), 12),
            Column(_("Pupils"), 10, WHOLE),
            Column(_("Burden score (limit 50)"), 14, ONE_DIGIT, limit=HIGHEST_WITHIN_LIMIT),
            Column(_("In a word"), 18),
            Column(_("Norms broken"), 12, WHOLE, limit=0),
        ),
        rows=tuple(_entry(school.about, sheet) for school, sheet in zip(schools, names, strict=True)),
    )


def _entry(about: dict[str, Any] | Record, sheet: str) -> tuple[Shown, ...]:
    link = Link(about["school"], sheet)
    where = str(wording.SETTING_LABELS[about["setting"]])
    if not about["has_plan"]:
        return link, where, about["pupils"], why_no_plan(about), "–", "–"
    word = str(wording.BURDEN_WORDS[about["burden_word"]])
    return link, where, about["pupils"], about["score"], word, about["norms_broken"]
