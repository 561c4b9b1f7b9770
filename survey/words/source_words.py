"""How a limit's source is said: who says so, when, and how well the document was read."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l

from estimator.assessment import Source
from estimator.norms import HOUSE
from survey.words.wording import Words

CONFIDENCE_LABELS: Words = {
    "verified": _l("the document's own line was read"),
    "secondary": _l("a report of the document was read"),
    "weak": _l("weakly sourced"),
    "house": _l("no document"),
    "reported": _l("answers, not a document"),
}
HOUSE_RULE = _l("house rule")


@lru_cache(maxsize=1024)
def source_text(source: Source, language: str) -> str:
    """Who says so, in one line: issuer, title, date, how it was read. A house rule says what it is."""
    if source.confidence == HOUSE:
        return source.named(language)
    with force_locale(language):
        parts = {"document": source.named(language), "date": source_date(source)}
        return str(gettext("%(document)s, %(date)s (%(how)s)", how=CONFIDENCE_LABELS[source.confidence], **parts))


def source_date(source: Source) -> str:
    """The document's date; an undated one says so, and when it was read."""
    if source.confidence == HOUSE:
        return "–"
    if source.date is None:
        return str(gettext("undated, read on %(day)s", day=source.checked_on))
    return source.date.isoformat()
