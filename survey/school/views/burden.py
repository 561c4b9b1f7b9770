"""How heavy the plan is: the burden of each grade, where the school stands, the verdict on one sheet."""

from __future__ import annotations

from collections import defaultdict

from flask import g, redirect, render_template, url_for

from estimator.burden import SCORE_AT_LIMIT
from estimator.shared_flags import shared_flags
from survey.day import today
from survey.planning import drafts, likeness, pictures
from survey.planning.assessments import advise_school, weigh_school, weighed_district
from survey.school import advice_outcome, advice_words, family_words, having_words
from survey.school.advice_effects import effects
from survey.school.views import bp
from survey.school.views.measures import measure_links
from survey.staff import scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm

# On one printed page; the rest is told by its number.
MOST_FLAGS, MOST_CHANGES, MOST_NEAREST = 9, 14, 5


@bp.get("/")
@principal_only
def burden():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None:
        return render_template("school/first_day.html", school=school)
    by, found = standing(school)
    return render_template(
        "school/burden.html",
        school=school,
        weighed=weighed,
        charts={
            "grades": pictures.grades(weighed.assessment, school.name),
            "doses": pictures.doses(weighed.assessment.heaviest, g.language),
            "standing": pictures.standing(found[0]),
            "measures": pictures.standing_of_measures(found[1:]),
        },
        links=links(weighed.assessment),
        flags=by_grades(shared_flags(weighed.assessment, weighed.plan)),
        family_words=family_words.of_flags(weighed, g.language),
        like_by=by,
        standings=found,
        families_words=having_words.families_words,
        has_draft=drafts.draft_of(scope.account(), school).is_changed,
        norms=weighed.basis.norms,
    )


def links(assessment):
    """Where the marks of each chart lead."""
    heaviest = assessment.heaviest
    return {
        "grades": [url_for("school.score", grade=number) for number in assessment.grades],
        "doses": measure_links(heaviest.grade, [m.name for m in pictures.asked(heaviest)]),
        "standing": [url_for("school.score", grade=heaviest.grade)],
    }


def by_grades(flags):
    """Grades → the flags that these have in common."""
    found = defaultdict(list)
    for shared in flags:
        found[shared.grades].append(shared)
    return dict(sorted(found.items()))


def standing(school):
    """By what others are like the school, and where it stands among them; they have no names."""
    return likeness.standing(scope.district().by_id[school.id], weighed_district(school.bureau))


def nearest(weighed):
    """The measures of the heaviest grade that come nearest to their limits."""
    return pictures.asked(weighed.assessment.heaviest)[:MOST_NEAREST]


def advised(weighed):
    """What the pages with the advice tell of it."""
    found = advise_school(weighed)
    return {
        "weighed": weighed,
        "advice": found,
        "effects": effects(found),
        "changes": advice_words.alike(found, weighed.plan, g.language),
        "outcome": advice_outcome.sentence(found),
        "nearest": nearest(weighed),
        "advice_words": advice_words,
    }


@bp.get("/verdict")
@principal_only
def verdict():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None:
        return redirect(url_for("school.burden"))
    return render_template(
        "school/verdict.html",
        **advised(weighed),
        school=school,
        form=SafeForm(),
        limit_score=SCORE_AT_LIMIT,
        hit=family_words.hardest(weighed, g.language),
        most_flags=MOST_FLAGS,
        most_changes=MOST_CHANGES,
        today=today(),
        families_words=having_words.families_words,
    )
