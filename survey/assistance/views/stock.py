"""What the school has to lend, what is out and when it is due back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, help_words, wording
from survey.assistance import lending, receipts
from survey.assistance.forms import StockForm
from survey.assistance.store import RETURNED, Loan
from survey.assistance.views import bp
from survey.assistance.views.worklist import helper_only, own_door
from survey.staff import audit, scope
from survey.staff.forms import SafeForm


@bp.route("/stock", methods=["GET", "POST"])
@helper_only
def stock():
    door, form = own_door(), StockForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            lending.receive(door.id, form.kind.data, form.pieces.data)
        except lending.NoneFree:
            form.pieces.errors = [_("So many do not lie there free.")]
        else:
            audit.record("changed_stock", item=form.kind.data, number=form.pieces.data)
            db.session("desk").commit()
            return redirect(url_for("assistance.stock"), 303)
    return render_template(
        "assistance/stock.html",
        school=scope.own_school(),
        stock=lending.stock(door.id),
        out=lending.out_at(door.id),
        reference=receipts.reference,
        form=form,
        problems=[(name, str(errors[0])) for name, errors in form.errors.items()],
        help_words=help_words,
        wording=wording,
    )


@bp.post("/loans/<loan_id>")
@helper_only
def end_loan(loan_id):
    door = own_door()
    loan = db.session("assistance").get(Loan, loan_id)
    if loan is None or loan.door != door.id:
        scope.refuse("loan", loan_id)
    if not SafeForm(request.form).validate():
        flash(_("This page was open for too long. Please try again."))
        return redirect(url_for("assistance.stock"), 303)
    kind, reference, how = loan.kind, receipts.reference(loan.request_id), request.form.get("do", "")
    try:
        lending.end(loan_id, door.id, how)
    except lending.WrongEnd:
        flash(_("This is back already."))
    else:
        if how == RETURNED:
            audit.record("took_back", item=kind, request=reference)
        else:
            audit.record("noted_lost", item=kind, request=reference)
        db.session("desk").commit()
        flash(_("Noted."))
    return redirect(url_for("assistance.stock"), 303)
