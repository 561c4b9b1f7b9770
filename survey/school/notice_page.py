"""One school beside each clause of the Ministry's notice: the page that its principal and its bureau read."""

from __future__ import annotations

from flask import g, render_template

from survey.notice import rule_words, words
from survey.notice.reader import notice as document
from survey.notice.rules import SIDES
from survey.notice.verdicts import verdicts
from survey.planning.assessments import weigh_school
from survey.release.published import Release
from survey.school.notice_facts import facts_of
from survey.staff.store import School


def shown(school: School, release: Release | None, *, is_bureau: bool) -> str:
    """The page, by the plan in force and by a release; a bureau's leads to what only a bureau may open."""
    weighed = weigh_school(school)
    (facts,) = facts_of([school], {school.id: weighed} if weighed else {})
    return render_template(
        "notice/school.html",
        school=school,
        release=release,
        told=verdicts(facts, release),
        read_by_bureau=school if is_bureau else None,
        document=document(),
        sides=SIDES,
        language=g.language,
        rules=rule_words,
        words=words,
    )
