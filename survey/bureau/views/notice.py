"""The Ministry's notice, clause by clause: which schools keep it, by plan and by report, and where these disagree."""

from __future__ import annotations

from flask import abort, render_template

from survey import wording
from survey.bureau import pictures
from survey.bureau.schools_told import schools_told
from survey.bureau.views import bp
from survey.bureau.views.releases import newest_release
from survey.notice import rule_words, words
from survey.notice.district import of_clause, of_district
from survey.notice.reader import clauses
from survey.notice.reader import notice as document
from survey.notice.rules import SIDES, WORDS
from survey.planning.assessments import weigh_district
from survey.school.notice_facts import facts_of
from survey.school.notice_page import shown
from survey.staff import scope
from survey.staff.access import bureau_only


@bp.get("/notice")
@bureau_only
def notice():
    release = newest_release()
    schools = schools_told(scope.all_schools(), release)
    weighed = weigh_district(scope.bureau())
    told = of_district(facts_of(schools, weighed), release)
    return render_template(
        "notice/district.html",
        schools=schools,
        weighed=weighed,
        release=release,
        told=told,
        chart=schools and pictures.notice_of(told),
        **what_is_said(),
    )


@bp.get("/notice/<clause>")
@bureau_only
def clause(clause):
    found, release = clauses().get(clause) or abort(404), newest_release()
    facts = facts_of(schools_told(scope.all_schools(), release), weigh_district(scope.bureau()))
    return render_template(
        "notice/clause.html",
        told=of_clause(found, facts, release),
        clause=found,
        release=release,
        **what_is_said(),
    )


@bp.get("/schools/<school_id>/notice")
@bureau_only
def school_notice(school_id):
    return shown(scope.school(school_id), newest_release(), is_bureau=True)


def what_is_said():
    """The words of the notice, of its rules, and of what they find."""
    return {
        "document": document(),
        "sides": SIDES,
        "states": WORDS,
        "rules": rule_words,
        "words": words,
        "wording": wording,
    }
