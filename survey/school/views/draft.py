"""The draft: a step taken back, done again, the whole of it dropped."""

from __future__ import annotations

from flask import flash, render_template, request
from flask_babel import gettext as _

from survey import db
from survey.planning import drafts
from survey.planning.plans import current
from survey.school.views import bp
from survey.school.views.plan import only_own_pages, own_draft, to_timetable, told_changes
from survey.staff import scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm


@bp.post("/plan/undo")
@principal_only
def undo():
    only_own_pages()
    is_undone = drafts.undo(scope.account(), scope.own_school())
    db.session("desk").commit()
    flash(undone_words(own_draft()) if is_undone else _("There is nothing left to undo."))
    return to_timetable(request.form.get("grade"))


@bp.post("/plan/redo")
@principal_only
def redo():
    only_own_pages()
    is_redone = drafts.redo(scope.account(), scope.own_school())
    db.session("desk").commit()
    flash(_("Done again.") if is_redone else _("There is nothing to do again."))
    return to_timetable(request.form.get("grade"))


def undone_words(left):
    """That a change is undone, and whether another can be."""
    if not left.is_changed:
        return _("Undone. That was the first change; there is no draft any more.")
    if not left.can_undo:
        return _("Undone. No earlier step is kept; at most %(most)s are (a house rule).", most=drafts.MOST_STEPS)
    return _("Undone.")


@bp.get("/plan/drop")
@principal_only
def ask_drop():
    """Dropping the draft is asked once more: nothing brings it back."""
    school, draft, grade = scope.own_school(), own_draft(), request.args.get("grade", type=int)
    if not draft.is_changed:
        return nothing_to_drop()
    lost, in_force = told_changes(school, draft), current(school.id)
    return render_template("school/drop_draft.html", lost=lost, in_force=in_force, grade=grade, form=SafeForm())


@bp.post("/plan/drop")
@principal_only
def drop():
    only_own_pages()
    if not own_draft().is_changed:
        return nothing_to_drop()
    drafts.drop(scope.account())
    db.session("desk").commit()
    flash(_("The draft is gone."))
    return to_timetable(request.form.get("grade"))


def nothing_to_drop():
    flash(_("There is no draft to drop."))
    return to_timetable(request.values.get("grade"))
