"""What the school has to lend, what is out and when it is due back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.assistance import erasing, lending, receipts
from survey.assistance.forms import StockForm
from survey.assistance.limits import LIMITS
from survey.assistance.store import LOST, RETURNED, Loan
from survey.assistance.views import bp
from survey.assistance.views.case import refuse
from survey.assistance.views.worklist import helper_only, own_door
from survey.staff import audit, scope
from survey.staff.forms import SafeForm
from survey.words import help_words

ENDS = {RETURNED: "took_back", LOST: "noted_lost"}


@bp.route("/stock", methods=["GET", "POST"])
@helper_only
def stock():
    door, form = own_door(), StockForm(request.form)
    if request.method == "POST" and form.validate() and change(door, form):
        return redirect(url_for("assistance.stock"), 303)
    return render_template(
        "assistance/stock.html",
        school=scope.own_school(),
        stock=lending.stock(door.id),
        out=lending.out_at(door.id),
        ended=lending.ended_at(door.id),
        reference=receipts.reference,
        form=form,
        problems=form.problems,
        help_words=help_words,
    )


def change(door, form):
    try:
        is_new = lending.receive(door.id, form.kind.data, form.change, form.once.data)
    except (lending.NoneFree, lending.TooMany) as problem:
        form.pieces.errors = [why_not(problem)]
        return False
    if is_new:
        audit.record("changed_stock", item=form.kind.data, number=form.change)
        db.session("desk").commit()
    return True


def why_not(problem):
    """Why so many pieces can neither come nor go."""
    if isinstance(problem, lending.NoneFree):
        return _("So many do not lie there free.")
    return _("A school's stock holds %(most)s of a kind at most (a house rule).", most=LIMITS.most_pieces)


def own_loan(loan_id):
    return db.session("assistance").get(Loan, (loan_id, own_door().id)) or refuse("loan", loan_id)


@bp.get("/loans/<loan_id>/lost")
@helper_only
def ask_lost(loan_id):
    """Lost is asked once more: it takes a piece out of the stock."""
    loan = own_loan(loan_id)
    return render_template(
        "assistance/lost.html", loan=loan, reference=receipts.reference, form=SafeForm(), help_words=help_words
    )


@bp.post("/loans/<loan_id>")
@helper_only
def end_loan(loan_id):
    loan, how = own_loan(loan_id), request.form.get("do", "")
    kind, reference = loan.kind, receipts.reference(loan.request_id)
    if not SafeForm(request.form).validate():
        flash(_("This page was open for too long. Please try again."))
    elif how not in ENDS:
        flash(_("Nothing was changed. Please press «It is back» or «It is lost»."))
    else:
        end(loan, how, kind, reference)
    return redirect(url_for("assistance.stock"), 303)


def end(loan, how, kind, reference):
    try:
        is_erased = erasing.end_loan(loan.id, loan.door, how)
    except lending.WrongEnd:
        flash(_("This was noted before: %(end)s.", end=help_words.LOAN_ENDS[loan.end]))
        return
    audit.record(ENDS[how], item=kind, request=reference)
    if is_erased:
        audit.record("erased_request", request=reference)
        flash(_("Noted. The request %(reference)s was withdrawn; it is erased now.", reference=reference))
    else:
        flash(_("Noted."))
    db.session("desk").commit()
