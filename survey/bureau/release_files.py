"""The files of a release: which there are, what each is for, how it is called, and how long they take to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey.release import files
from survey.release.files import File
from survey.release.store import FrozenRelease, ReleaseFile
from survey.words.file_names import file_name
from survey.workbook import LISTINGS, Summary, build, tables

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
SUMMARY, LISTED, ANALYSIS, TABLES = "summary.xlsx", "answers.xlsx", "analysis.xlsx", "tables.zip"
SCHOOLS = "schools.xlsx"
# House rules, from `make bench` with room for a slower machine: what a district of so many schools has to wait for.
SECONDS_A_SCHOOL = 0.2
WORTH_SAYING = 10  # seconds


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: its words, what it is for, and its type."""

    words: Any
    purpose: Any
    mimetype: str
    in_languages: bool = False  # one for each language, made when it is asked for; all others are frozen with a release


KINDS: Mapping[str, FileKind] = {
    SUMMARY: FileKind(
        _l("Summary"),
        _l("To read and to print: overview with charts, schools, limits exceeded, needs, answers"),
        XLSX,
    ),
    LISTED: FileKind(
        _l("Every answer"),
        _l("To look things up: every question by school and by grade, on more pages than anybody prints"),
        XLSX,
    ),
    SCHOOLS: FileKind(
        _l("Sheets of the schools"),
        _l("To read and to print: one sheet for each school, with an index"),
        XLSX,
        True,
    ),
    ANALYSIS: FileKind(
        _l("Tables for analysing"),
        _l("One row a count, with a codebook in both languages"),
        XLSX,
    ),
    TABLES: FileKind(_l("Tables as CSV"), _l("The same tables as CSV files, with a data dictionary"), ZIP),
}


def made(summary: Summary, language: str) -> list[File]:
    """The files that are frozen with a release. Needs an application context."""
    told = summary.release
    listed = tables.tables_of(summary)
    footer = f"{summary.bureau_name} · {told.campaign_title} · {summary.made_on.isoformat()}"
    if summary.synthetic:
        footer += " · synthetic data / 模拟数据"
    return [
        File(SUMMARY, build(summary, language), language),
        File(LISTED, build(summary, language, LISTINGS), language),
        File(TABLES, tables.pack(listed, summary.made_on)),
        File(ANALYSIS, tables.build(listed, told.campaign_title, summary.made_on, footer)),
    ]


def tables_of(frozen: FrozenRelease) -> bytes:
    """The archive of the release's tables, which the sheets of the schools are made of."""
    stored = files.named(frozen.id, TABLES, "")
    assert stored is not None, "every release is frozen with its tables"
    return files.content(stored)


def wait_words(schools: int) -> str:
    """How long the files of so many schools take, where that is worth saying; else nothing."""
    seconds = schools * SECONDS_A_SCHOOL
    if seconds < WORTH_SAYING:
        return ""
    return str(
        ngettext(
            "With %(schools)s schools this takes up to %(num)s minute. Leave the page open until it answers.",
            "With %(schools)s schools this takes up to %(num)s minutes. Leave the page open until it answers.",
            -(-int(seconds) // 60),
            schools=schools,
        )
    )


def other_language(stored: ReleaseFile | None) -> str:
    """In which language a file was frozen, where the page speaks another one; else nothing."""
    if stored is None or stored.language in ("", g.language):
        return ""
    return str(_("in %(language)s", language=Locale.parse(stored.language).get_language_name(g.language)))


def language_of_summary(release_id: str) -> str:
    """The same of a release's summary."""
    return other_language(files.named(release_id, SUMMARY, g.language))


def download_name(stored: ReleaseFile, frozen: FrozenRelease, title: str) -> str:
    """What the file is called on the clerk's computer, in the language of the page; `title` is the round's."""
    words = _(
        "%(file)s, %(round)s, release %(number)s, %(day)s",
        file=KINDS[stored.name].words,
        round=title,
        number=frozen.number,
        day=frozen.published_on,
    )
    return file_name(str(words), stored.name.rpartition(".")[2])


def plain_name(stored: ReleaseFile, frozen: FrozenRelease) -> str:
    """The same for a program that reads only the letters of English."""
    stem, _dot, ending = stored.name.rpartition(".")
    return f"jianfu-{stem}-{frozen.number}-{frozen.published_on}.{ending}"


def listed(frozen: FrozenRelease) -> list[tuple[str, FileKind, ReleaseFile | None]]:
    """Every kind with what is stored of it, in the language of the page where there are several.

    A kind that there was not yet when the release was frozen is not listed.
    """
    stored = files.of_release(frozen.id)
    found: list[tuple[str, FileKind, ReleaseFile | None]] = []
    for name, kind in KINDS.items():
        mine = [each for each in stored if each.name == name]
        in_language = [each for each in mine if each.language == g.language]
        fitting = in_language or ([] if kind.in_languages else mine)
        if fitting or kind.in_languages:
            found.append((name, kind, fitting[0] if fitting else None))
    return found
