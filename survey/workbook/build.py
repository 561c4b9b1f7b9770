"""The workbook for reading: its sheets in order, in one language, the same bytes for the same summary."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale
from flask_babel import gettext as _

from survey.workbook import answers, answers_by_group, burden, cover, flags, grades, needs, notice, overview, sources
from survey.workbook.book import Book
from survey.workbook.layout import Frame, write_page
from survey.workbook.page import Page
from survey.workbook.summary import Summary

SHEETS: tuple[Callable[[Summary, str], Page], ...] = (
    cover.page,
    overview.page,
    burden.page,
    grades.page,
    flags.page,
    notice.page,
    needs.page,
    answers.page,
    answers_by_group.by_school,
    answers_by_group.by_grade,
    sources.page,
)


def build(summary: Summary, language: str) -> bytes:
    """The summary as an .xlsx file, in Chinese ("zh") or English ("en"). Needs an application context."""
    book = Book(language)
    with force_locale(language):
        footer = f"{summary.bureau_name} · {summary.release.campaign_title} · {summary.made_on.isoformat()}"
        if summary.synthetic:
            footer += " · " + _("synthetic data")
        for make in SHEETS:
            write_page(book, make(summary, language), Frame(footer, summary.synthetic))
        return book.pack(cover.title(summary), summary.made_on)
