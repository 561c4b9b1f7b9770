"""A lesson of a plan in few words."""

from __future__ import annotations

from flask_babel import gettext

from estimator.field_checks import clock
from estimator.plan import Activity
from survey.words.wording import KIND_LABELS


def lesson_words(lesson: Activity) -> str:
    """Which lesson it is: its subject, delivery, start and length; it may have no start."""
    said = {"subject": lesson.subject, "kind": KIND_LABELS[lesson.kind], "minutes": lesson.minutes}
    start = clock(lesson.start_minute)
    if start is None:
        return str(gettext("%(subject)s (%(kind)s, %(minutes)s min)", **said))
    return str(gettext("%(subject)s (%(kind)s, %(start)s, %(minutes)s min)", start=start, **said))
