"""The roster of schools: the template, what one would change, and taking it over."""

from __future__ import annotations

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from survey import db
from survey.bureau.forms import RosterForm, TakeOverForm
from survey.bureau.release_files import XLSX
from survey.bureau.views import bp
from survey.roster import file as roster_file
from survey.roster import importing, preview
from survey.roster.changes import changes
from survey.staff import audit, scope
from survey.staff.access import bureau_only


@bp.route("/schools/roster", methods=["GET", "POST"])
@bureau_only
def roster():
    form, sent = RosterForm(request.form), request.files.get("file")
    if request.method == "GET" or not form.validate() or not sent:
        return render_template("bureau/roster.html", form=form)
    try:
        listed = roster_file.read(sent.read(), sent.filename or "roster.xlsx")
        return shown(listed, changes(listed, scope.bureau()))
    except roster_file.RosterProblems as found:
        return render_template(
            "problems.html", problems=found.problems, filename=sent.filename, back=url_for("bureau.roster")
        )


@bp.post("/schools/roster/take-over")
@bureau_only
def take_over_roster():
    form = TakeOverForm(request.form)
    try:
        listed, told = preview.open_sealed(form.sealed.data or "")
        found = changes(listed, scope.bureau())
    except (preview.PreviewOver, roster_file.RosterProblems):
        flash(_("This page was open for too long. Please try again."))
        return redirect(url_for("bureau.roster"), 303)
    if not form.validate() or preview.shown(found) != told:
        return shown(listed, found, is_other=True)
    importing.take_over(found, scope.bureau())
    added, renewed = len(found.added), len(found.known)
    audit.record("imported_roster", added=added, renewed=renewed)
    db.session("desk").commit()
    flash(
        _(
            "Schools added: %(added)s; renewed: %(renewed)s; not listed and left as they are: %(rest)s.",
            added=added,
            renewed=renewed,
            rest=len(found.not_listed),
        )
    )
    return redirect(url_for("bureau.schools"), 303)


def shown(listed, found, is_other=False):
    """What taking this roster over would do; nothing is stored before the button."""
    form = TakeOverForm(data={"sealed": preview.seal(listed, found)})
    return render_template("bureau/roster_changes.html", changes=found, form=form, is_other=is_other)


@bp.get("/schools/roster/template.xlsx")
@bureau_only
def roster_template():
    content = io.BytesIO(roster_file.template(g.language))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name="roster-template.xlsx")
