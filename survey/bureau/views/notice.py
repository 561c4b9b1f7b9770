"""The Ministry's notice, clause by clause: which schools keep it, by plan and by report, and where these disagree."""

from __future__ import annotations

from flask import abort, render_template, request

from survey.bureau import pictures
from survey.bureau.notice_told import clause_told, clauses_told
from survey.bureau.schools_told import schools_told
from survey.bureau.views import bp
from survey.bureau.views.releases import newest_id, newest_release
from survey.notice import rule_words, words
from survey.notice.reader import clauses
from survey.notice.reader import notice as document
from survey.notice.rules import SIDES, WORDS
from survey.planning.assessments import weighed_district
from survey.release import freeze
from survey.school.notice_page import shown
from survey.staff import scope
from survey.staff.access import bureau_only
from survey.staff.paging import ROWS, paged


@bp.get("/notice")
@bureau_only
def notice():
    newest, found = newest_id(), weighed_district(scope.bureau())
    release = newest and freeze.of_district(newest)
    told = clauses_told(found, newest)
    schools = len(schools_told(found.district.schools, release))
    return render_template(
        "notice/district.html",
        schools=schools,
        weighed=found.plans,
        release=release,
        told=told,
        is_long=schools > ROWS,
        chart=schools and pictures.notice_of(told),
        **what_is_said(),
    )


@bp.get("/notice/<clause>")
@bureau_only
def clause(clause):
    """Which schools have which word; of a list that is long, a page once it is asked for."""
    found, newest, words_of = clauses().get(clause) or abort(404), newest_id(), scope.words()
    return render_template(
        "notice/clause.html",
        told=clause_told(found, weighed_district(scope.bureau()), newest),
        clause=found,
        release=newest and freeze.of_district(newest),
        asked=request.args.get("list"),
        paged=paged,
        school_words=lambda facts: words_of(facts.school_id, facts.school_name),
        most=ROWS,
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
    }
