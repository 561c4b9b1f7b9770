"""What families, pupils and teachers report: beside the plan, and question by question; what the school replies."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, qr_code
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.planning.assessments import weigh_school, weigh_with_usual_families
from survey.release import freeze
from survey.results import change, sentences
from survey.results import school as school_results
from survey.results.store import SchoolReply
from survey.school import having_words, life_pictures, life_words
from survey.school.forms import ReplyForm
from survey.school.life import beside_life
from survey.school.views import bp
from survey.staff import audit, scope
from survey.staff.access import principal_only


@bp.get("/life")
@principal_only
def life():
    school = scope.own_school()
    weighed, frozen = weigh_school(school), newest_release()
    if weighed is None or frozen is None:
        return render_template("school/life_later.html", school=school, weighed=weighed)
    release = freeze.of_school(frozen.id, school.id)
    beside = beside_life(weighed, release, school.id)
    return render_template(
        "school/life.html",
        school=school,
        weighed=weighed,
        release=release,
        beside=beside,
        charts={grade: life_pictures.beside(grade, rows, g.language) for grade, rows in beside.items()},
        words=life_words,
        having=having_words.lines(weighed.fit),
        usual=weigh_with_usual_families(weighed).school,
    )


@bp.route("/results", methods=["GET", "POST"])
@principal_only
def results():
    school, frozen = scope.own_school(), newest_release()
    if frozen is None:
        return render_template("school/life_later.html", school=school, weighed=True)
    desk = db.session("desk")
    form = ReplyForm(request.form, obj=desk.get(SchoolReply, (frozen.id, school.id)))
    if request.method == "POST" and form.validate():
        reply(form, frozen, school)
        flash(_("Published: everybody now reads it on the school's public page."))
        return redirect(url_for("school.results", _anchor="main"), 303)
    release = freeze.of_school(frozen.id, school.id)
    before = freeze.latest_with(rounds.ids_before(desk.get_one(Campaign, frozen.campaign_id)), school.id)
    public = url_for("results.page", release_id=frozen.id, school_id=school.id, _external=True)
    return render_template(
        "school/results.html",
        school=school,
        release=release,
        release_id=frozen.id,
        told=school_results.parts(release, school.id),
        questions=school_results.kept_questions,
        changed=before and change.since(freeze.of_school(before.id, school.id), release, school.id, g.language),
        form=form,
        problems=form.problems,
        public=public,
        qr=qr_code.of_public(public),
        sentences=sentences,
    )


def reply(form, frozen, school):
    """Publish what the school says to a release, in the place of what it said before. Commits."""
    said = {"words": form.words.data, "by_when": form.by_when.data, "written_on": today()}
    db.session("desk").merge(SchoolReply(release_id=frozen.id, school_id=school.id, **said))
    audit.record("replied", round=freeze.of_school(frozen.id, school.id).campaign_title, number=frozen.number)
    db.session("desk").commit()


def newest_release():
    """The newest one that put anything to the school."""
    return freeze.latest_with(scope.ids_of(Campaign), scope.own_school().id)
