"""The Ministry's notice at the principal's own school: each clause by plan and by report, with what it rests on."""

from __future__ import annotations

from flask import g, render_template

from survey import wording
from survey.notice import rule_words, words
from survey.notice.reader import notice as document
from survey.notice.rules import SIDES
from survey.notice.verdicts import verdicts
from survey.planning.assessments import weigh_school
from survey.release import freeze
from survey.school.notice_facts import facts_of
from survey.school.views import bp
from survey.school.views.answers import newest_release
from survey.staff import scope
from survey.staff.access import principal_only


@bp.get("/notice")
@principal_only
def notice():
    school, frozen, weighed = scope.own_school(), newest_release(), weigh_school(scope.own_school())
    release = frozen and freeze.of_school(frozen.id, school.id)
    (facts,) = facts_of([school], {school.id: weighed} if weighed else {})
    return render_template(
        "notice/school.html",
        school=school,
        release=release,
        told=verdicts(facts, release),
        read_by_bureau=None,
        document=document(),
        sides=SIDES,
        language=g.language,
        rules=rule_words,
        words=words,
        wording=wording,
    )
