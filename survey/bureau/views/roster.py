"""The roster of schools: the template, and taking one over."""

from __future__ import annotations

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from survey import db
from survey.bureau.forms import RosterForm
from survey.bureau.release_files import XLSX
from survey.bureau.views import bp
from survey.roster import file as roster_file
from survey.roster.importing import take_over
from survey.staff import audit, scope
from survey.staff.access import bureau_only


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
