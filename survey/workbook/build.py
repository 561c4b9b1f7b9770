"""The workbooks for reading, the summary and the listings: their sheets in order, in one language, the same bytes for the same summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    sources.page,
)
# Too long to be read or printed with the rest: a book of their own.
LISTINGS: tuple[Callable[[Summary, str], Page], ...] = (answers_by_group.by_school, answers_by_group.by_grade)


def build(summary: Summary, language: str, sheets: Sequence[Callable[[Summary, str], Page]] = SHEETS) -> bytes:
    """The summary, or others of its sheets, as an .xlsx file in Chinese ("zh") or English ("en").

    Needs an application context.
    """
    book = Book(language)
    with force_locale(language):
        footer = f"{summary.bureau_name} · {summary.release.campaign_title} · {summary.made_on.isoformat()}"
        if summary.synthetic:
            footer += " · " + _("synthetic data")
        for make in sheets:
            write_page(book, make(summary, language), Frame(footer, summary.synthetic))
        return book.pack(cover.title(summary), summary.made_on)
