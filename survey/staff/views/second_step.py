"""The second step of one's log-in: turned on with a first right code, turned off with password and code."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.staff import audit, guessing, scope, second_step
from survey.staff.access import is_second_step_missing, staff_only
from survey.staff.forms import SecondStepForm
from survey.staff.sessions import end_others
from survey.staff.views import bp
from survey.staff.views.login import wrong_code
from survey.staff.views.own_account import password_problems


@bp.route("/account/second-step", methods=["GET", "POST"], endpoint="second_step")
@staff_only
def page():
    own, form = scope.account(), SecondStepForm(request.form)
    problems = []
    if request.method == "POST" and form.validate():
        problems = password_problems(own, form.password.data) or code_problems(own, form)
        if not problems:
            return turned(own)
    offer = None if own.second_step else second_step.offer(own, form.sealed.data)
    return render_template(
        "staff/second_step.html",
        account=own,
        offer=offer,
        form=form,
        problems=problems + form.problems,
        is_demanded=is_second_step_missing(own),
    )


def code_problems(own, form):
    """Use the code to turn the step on or off, or say what is wrong with it; the caller commits."""
    if own.second_step is None:
        right = second_step.turn_on(own, form.sealed.data, form.code.data)
    elif right := second_step.use(own, form.code.data):
        second_step.turn_off(own)
    return [] if right else [("code", wrong_code())]


def turned(own):
    guessing.forget(own.login)
    end_others(own)
    audit.record("turned_second_step_on" if own.second_step else "turned_second_step_off")
    db.session("desk").commit()
    if own.second_step:
        flash(_("The second step is on. From now on, logging in takes your password and a code of the app."))
    else:
        flash(_("The second step is off. From now on, your password is enough."))
    return redirect(url_for("staff.account"), 303)
