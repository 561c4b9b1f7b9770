"""What is needed, what there is, what was asked for: the anonymous release beside counts of the assistance room."""

from __future__ import annotations

from flask import g, render_template

from survey.assistance import counts
from survey.planning.assessments import weigh_school
from survey.release import freeze
from survey.school import family_words
from survey.school.asked_for import rows
from survey.school.views import bp
from survey.school.views.answers import newest_release
from survey.staff import scope
from survey.staff.access import principal_only
from survey.words import help_words


@bp.get("/needs")
@principal_only
def needs():
    school, frozen = scope.own_school(), newest_release()
    weighed, release = weigh_school(school), frozen and freeze.of_school(frozen.id, school.id)
    asked = counts.of_school(school)
    return render_template(
        "school/needs.html",
        school=school,
        asked=asked,
        release=release,
        rows=rows(release, school.id, asked),
        hardest=family_words.hardest(weighed, g.language) if weighed else [],
        help_words=help_words,
    )
