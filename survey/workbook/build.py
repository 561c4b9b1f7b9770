"""The workbook: its sheets in order, in one language, the same bytes for the same summary."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

from flask_babel import force_locale
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from survey.workbook import answers, answers_by_group, burden, cover, flags, grades, needs, notice, sources
from survey.workbook.layout import write_page
from survey.workbook.page import Page
from survey.workbook.summary import Summary

SHEETS: tuple[Callable[[Summary, str], Page], ...] = (
    cover.page,
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
CREATOR = "Jianfu"  # the program; no person is named in the file


def build(summary: Summary, language: str) -> bytes:
    """The summary as an .xlsx file, in Chinese ("zh") or English ("en"). Needs an application context."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    with force_locale(language):
        pages = [make(summary, language) for make in SHEETS]
        footer = f"{summary.bureau_name} · {summary.release.campaign_title} · {summary.made_on.isoformat()}"
        if summary.synthetic:
            footer += " · " + _("synthetic data")
        for page in pages:
            write_page(book, page, language, footer, summary.synthetic)
    content = io.BytesIO()
    book.save(content)
    return _without_clock(content.getvalue(), pages[0].title, summary.made_on)


def _without_clock(content: bytes, title: str, day: date) -> bytes:
    """The same archive with the day of the summary in place of the moment and machine it was written on."""
    moment = datetime.combine(day, time())
    properties = DocumentProperties(
        creator=CREATOR, lastModifiedBy=CREATOR, title=title, created=moment, modified=moment
    )
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as written,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for member in written.namelist():
            entry = zipfile.ZipInfo(member, date_time=(day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, tostring(properties.to_tree()) if member == ARC_CORE else written.read(member))
    return packed.getvalue()
