"""Inviting principals: one, or all of the schools that nobody logs in for. Links are shown this once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, qr_code
from survey.bureau.streaming import streamed
from survey.bureau.views import bp
from survey.staff import invitation_cards, invitations, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm

ANEW = "anew"


@bp.post("/schools/<school_id>")
@bureau_only
def invite(school_id):
    found = scope.school(school_id)
    if not SafeForm(request.form).validate():
        flash(_("This page was open for too long. Please try again."))
        return redirect(url_for("bureau.school", school_id=found.id), 303)
    if found.is_closed:
        flash(_("This school is closed: nobody can be invited for it."))
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


@bp.get("/invitations")
@bureau_only
def all_invitations():
    return render_template(
        "bureau/invitations.html",
        schools=scope.schools(),
        lacking=invitation_cards.lacking(scope.bureau()),
        days_valid=invitations.DAYS_VALID,
        form=SafeForm(),
        mark=db.new_id(),
    )


@bp.post("/invitations")
@bureau_only
def invite_all():
    mark, known = request.form.get("mark", ""), request.form.get("known", "")
    if not SafeForm(request.form).validate() or len(mark) != invitation_cards.MARK_CHARACTERS:
        return not_made(_("This page was open for too long. Please try again."))
    try:
        made = invitation_cards.cards(scope.bureau(), mark, anew=request.form.get("whom") == ANEW, known=known)
    except invitation_cards.Overtaken:
        return not_made(_("Cards were made or used since this page was opened. Look again before you end links."))
    db.session("desk").commit()
    if not made:
        return not_made(_("There was nobody left to invite."))
    of_school = {card.school_id: card for card in made}
    return streamed(
        "bureau/invitation_cards.html",
        bureau=scope.bureau().name,
        days_valid=invitations.DAYS_VALID,
        cards=[(school.label, of_school[school.id]) for school in scope.schools() if school.id in of_school],
        qr=qr_code.drawn,
    )


def not_made(why):
    """The page again, with the reason."""
    flash(why)
    return redirect(url_for("bureau.all_invitations"), 303)
