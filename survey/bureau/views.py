"""The bureau's pages."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from estimator.field_checks import clock
from estimator.shared_flags import shared_flags
from survey import db, qr_code, wording
from survey.bureau.forms import CampaignForm, RosterForm
from survey.bureau.publishing import NotMixed
from survey.bureau.refusals import refusal
from survey.bureau.steps import STEPS
from survey.campaign import rounds, sheets
from survey.campaign.store import Campaign
from survey.planning import pictures as plan_pictures
from survey.planning.assessments import weigh_district, weigh_school
from survey.release import findings, freeze, suppression
from survey.results import change, pictures, sentences
from survey.roster import file as roster_file
from survey.roster.importing import take_over
from survey.staff import accounts, audit, invitations, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm

bp = Blueprint("bureau", __name__, url_prefix="/bureau")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USUAL_DAYS_OPEN = 14


@bp.get("/")
@bureau_only
def overview():
    weighed = weigh_district(scope.bureau())
    over = [w for w in weighed.values() if w.assessment.school.norms_broken]
    return render_template(
        "bureau/overview.html",
        bureau=scope.bureau(),
        schools=scope.schools(),
        weighed=weighed,
        over=over,
        campaigns=all_campaigns(),
    )


@bp.get("/schools")
@bureau_only
def schools():
    return render_template(
        "bureau/schools.html", schools=scope.schools(), weighed=weigh_district(scope.bureau()), wording=wording
    )


@bp.route("/schools/roster", methods=["GET", "POST"])
@bureau_only
def roster():
    form, sent = RosterForm(request.form), request.files.get("file")
    if request.method == "GET" or not form.validate() or not sent:
        return render_template("bureau/roster.html", form=form)
    try:
        done = take_over(roster_file.read(sent.read(), sent.filename or "roster.xlsx"), scope.bureau())
    except roster_file.RosterProblems as found:
        return render_template(
            "problems.html", problems=found.problems, filename=sent.filename, back=url_for("bureau.roster")
        )
    audit.record("imported_roster", added=done.added, renewed=done.renewed)
    db.session("desk").commit()
    flash(
        _(
            "%(added)s schools added, %(renewed)s renewed, %(rest)s not listed and left as they are.",
            added=done.added,
            renewed=done.renewed,
            rest=done.not_listed,
        )
    )
    return redirect(url_for("bureau.schools"), 303)


@bp.get("/schools/roster/template.xlsx")
@bureau_only
def roster_template():
    content = io.BytesIO(roster_file.template(g.language))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name="roster-template.xlsx")


@bp.get("/schools/<school_id>")
@bureau_only
def school(school_id):
    found = scope.school(school_id)
    weighed = weigh_school(found)
    return render_template(
        "bureau/school.html",
        school=found,
        weighed=weighed,
        chart=weighed and plan_pictures.grades(weighed.assessment, found.name),
        flags=weighed and shared_flags(weighed.assessment, weighed.plan),
        accounts=accounts.open_of(found.bureau_id, found.id),
        waiting=invitations.waiting(found),
        days_valid=invitations.DAYS_VALID,
        form=SafeForm(),
        wording=wording,
        clock=clock,
    )


@bp.post("/schools/<school_id>")
@bureau_only
def invite(school_id):
    found = scope.school(school_id)
    if not SafeForm(request.form).validate():
        flash(_("This page was open for too long. Please try again."))
        return redirect(url_for("bureau.school", school_id=found.id), 303)
    token, invitation = invitations.invite(found)
    db.session("desk").commit()
    address = url_for("staff.invitation", token=token, _external=True)
    return render_template(
        "bureau/invited.html",
        school=found,
        address=address,
        qr=qr_code.drawn(address),
        last_day=invitation.last_day,
        days_valid=invitations.DAYS_VALID,
    )


@bp.route("/campaigns", methods=["GET", "POST"])
@bureau_only
def campaigns():
    form = CampaignForm(request.form)
    if request.method == "GET":
        form.closes_on.data = datetime.now(UTC).date() + timedelta(days=USUAL_DAYS_OPEN)
    if request.method == "POST" and form.validate():
        made = rounds.create_campaign(scope.bureau(), form.title.data, form.entry.data, form.closes_on.data)
        audit.record("created_round", round=made.title)
        db.session("desk").commit()
        return redirect(url_for("bureau.campaign", campaign_id=made.id), 303)
    problems = [(name, str(errors[0])) for name, errors in form.errors.items()]
    return render_template("bureau/campaigns.html", campaigns=all_campaigns(), form=form, problems=problems)


@bp.get("/campaigns/<campaign_id>")
@bureau_only
def campaign(campaign_id):
    found = scope.one(Campaign, campaign_id)
    rounds.close_if_over(found)
    return render_template(
        "bureau/campaign.html",
        campaign=found,
        progress=rounds.progress(found),
        is_mixed=rounds.is_mixed(found),
        groups=rounds.groups_of(found),
        releases=freeze.all_of_campaign(found.id),
        form=SafeForm(),
        steps=STEPS,
        wording=wording,
    )


@bp.get("/campaigns/<campaign_id>/<step>")
@bureau_only
def ask(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS.get(step) or abort(404)
    if not rounds.may(found, step):
        flash(_("That step was taken already."))
        return redirect(url_for("bureau.campaign", campaign_id=found.id))
    try:
        remarks = freeze.remarks_to_choose(found.id) if step == "publish" else {}
    except (freeze.TooLittleNew, suppression.NotSafe) as refused:
        return refuse(found, refused)
    return render_template(
        "bureau/ask.html", campaign=found, step=chosen, form=SafeForm(), remarks=remarks, wording=wording
    )


@bp.post("/campaigns/<campaign_id>/<step>")
@bureau_only
def step(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS.get(step) or abort(404)
    if not SafeForm(request.form).validate():
        abort(404)
    try:
        chosen.take(found, request.form.getlist("remark"))
    except rounds.WrongState:
        flash(_("That step was taken already."))
    except rounds.LastDayOver:
        flash(_("The last day of this round is over. Make a new one."))
    except NotMixed:
        flash(_("The last answers are still being mixed. Please try again in a minute."))
    except (freeze.TooLittleNew, suppression.NotSafe) as refused:
        return refuse(found, refused)
    else:
        audit.record(chosen.deed, round=found.title)
        db.session("desk").commit()
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def refuse(campaign, refused):
    db.session("desk").rollback()
    return render_template("bureau/refused.html", campaign=campaign, refused=refusal(refused, campaign)), 409


@bp.get("/campaigns/<campaign_id>/links")
@bureau_only
def links(campaign_id):
    found = scope.one(Campaign, campaign_id)
    if found.entry != "open_link" or found.state != "open":
        abort(404)
    posters = defaultdict(list)
    for group in rounds.groups_of(found):
        address = url_for("answering.start_page", link=group.id, _external=True)
        posters[group.school_name].append((group, address, qr_code.drawn(address)))
    return render_template("bureau/links.html", campaign=found, posters=posters, wording=wording)


@bp.post("/campaigns/<campaign_id>/slips/<group_id>")
@bureau_only
def slips(campaign_id, group_id):
    found = scope.one(Campaign, campaign_id)
    group = next((each for each in rounds.groups_of(found) if each.id == group_id), None)
    if group is None:
        scope.refuse("group", group_id)
    if found.entry != "slips" or found.state != "open" or not SafeForm(request.form).validate():
        abort(404)
    asked = {"school": group.school_name, "questionnaire": group.questionnaire}
    if group.grade is None:
        audit.record("printed_slips", **asked)
    else:
        audit.record("printed_slips_of_grade", **asked, grade=group.grade)
    db.session("desk").commit()
    address = url_for("answering.code_page", _external=True)
    return render_template(
        "bureau/slips.html", slips=sheets.print_slips(group, address), group=group, address=address, wording=wording
    )


@bp.get("/campaigns/<campaign_id>/release")
@bp.get("/campaigns/<campaign_id>/release/<int:number>")
@bureau_only
def release(campaign_id, number=None):
    found = scope.one(Campaign, campaign_id)
    frozen = freeze.of_campaign(found.id, number) or scope.refuse("release", number or "")
    told, before = freeze.read(frozen), freeze.latest(rounds.ids_before(found))
    return render_template(
        "bureau/release.html",
        campaign=found,
        frozen=frozen,
        release=told,
        changed=before and change.since(freeze.read(before), told, None, g.language),
        sentences=sentences,
        schools={school.id: school.name for school in scope.bureau().schools},
        findings=findings,
        pictures=pictures,
        wording=wording,
    )


@bp.get("/campaigns/<campaign_id>/summary.xlsx")
@bp.get("/campaigns/<campaign_id>/summary-<int:number>.xlsx")
@bureau_only
def summary(campaign_id, number=None):
    frozen = freeze.of_campaign(scope.one(Campaign, campaign_id).id, number) or scope.refuse("release", number or "")
    name = f"jianfu-summary-{frozen.published_on}.xlsx"
    return send_file(io.BytesIO(frozen.workbook), mimetype=XLSX, as_attachment=True, download_name=name)


def all_campaigns():
    newest_first = scope.mine(Campaign).order_by(Campaign.opened_on.desc())
    return list(db.session("desk").scalars(newest_first))
