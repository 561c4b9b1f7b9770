"""Every number followed to where it comes from: a page for each measure of a grade, and one for its score."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for

from estimator import burden
from estimator.assess import MEASURES
from estimator.explain import SUMS, explain
from estimator.field_checks import clock
from estimator.uncertainty import DRAWS
from survey.planning.assessments import grade_week, weigh_school, weigh_versions
from survey.school import definitions, family_words, inputs
from survey.school.score_steps import worked
from survey.school.views import bp
from survey.staff import scope
from survey.staff.access import principal_only


@bp.app_template_global()
def measure_links(grade, names):
    """The pages of these measures."""
    return [measure_address(grade, name) for name in names]


@bp.app_template_global()
def measure_address(grade, name, version=None):
    """Where a measure of the school that is read about is followed to its source."""
    return of_school("measure", grade=grade, name=name, version=version)


@bp.app_template_global()
def score_address(grade, version=None):
    """Where the score of a grade is worked through."""
    return of_school("score", grade=grade, version=version)


def of_school(page, **asked):
    """A page about one school: the principal's own, or the bureau's of the school that its address names."""
    school = (request.view_args or {}).get("school_id")
    return url_for(f"bureau.{page}", school_id=school, **asked) if school else url_for(f"school.{page}", **asked)


@bp.get("/measures/<int:grade>/<name>")
@principal_only
def measure(grade, name):
    weighed = asked_version(scope.own_school())
    return redirect(url_for("school.burden")) if weighed is None else measure_page(weighed, grade, name)


def measure_page(weighed, grade, name, read_by_bureau=None):
    """One measure of one grade: what makes it, what it rests on, who limits it; the school, where a bureau reads."""
    if name not in MEASURES or name not in burden_of(weighed, grade).measures:
        abort(404)
    week = grade_week(weighed, grade)
    found = weighed.assessment.grades[grade].measures[name]
    return render_template(
        "school/measure.html",
        read_by_bureau=read_by_bureau,
        weighed=weighed,
        week=week,
        measure=found,
        told=explain(week, name),
        in_words=family_words.sentence(weighed, grade, found, g.language),
        is_sum=name in SUMS,
        definitions=definitions,
        inputs=inputs,
        clock=clock,
    )


@bp.get("/score/<int:grade>")
@principal_only
def score(grade):
    weighed = asked_version(scope.own_school())
    return redirect(url_for("school.burden")) if weighed is None else score_page(weighed, grade)


def score_page(weighed, grade, read_by_bureau=None):
    """How one grade's score is made."""
    found = burden_of(weighed, grade)
    return render_template(
        "school/score.html",
        read_by_bureau=read_by_bureau,
        weighed=weighed,
        grade=found,
        worked=worked(grade_week(weighed, grade), found),
        draws=DRAWS,
        bounds=burden.WORDS,
        definitions=definitions,
        inputs=inputs,
    )


def asked_version(school):
    """The plan in force, or the version that the address names; 404 for one that is not there."""
    number = request.args.get("version")
    if number is None:
        return weigh_school(school)
    return {str(each): weighed for each, weighed in weigh_versions(school).items()}.get(number) or abort(404)


def burden_of(weighed, grade):
    return weighed.assessment.grades.get(grade) or abort(404)
