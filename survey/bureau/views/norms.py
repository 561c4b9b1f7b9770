"""The norms that apply here, and those that the bureau adds: shown before they are put in force, and taken back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.bureau import limits, norm_form
from survey.bureau.before_after import before_and_after, broken
from survey.bureau.norm_form import NormForm
from survey.bureau.views import bp
from survey.day import today
from survey.planning import own_norms
from survey.planning.assessments import weigh_district
from survey.planning.basis import basis_of
from survey.planning.plan_begun import currency_of
from survey.planning.store import NormOfBureau
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.words import amount_words, wording

PUT_IN_FORCE, CHANGE = "in_force", "again"  # the buttons of the page that shows what would become of every school


@bp.get("/norms")
@bureau_only
def norms():
    bureau, rows = scope.bureau(), own_norms.rows(scope.bureau())
    basis, day = basis_of(bureau), asked_day()
    weeks = Counter(each.assessment.date for each in weigh_district(bureau).values())
    own = {row.id: own_norms.own_norm(row, bureau.place) for row in rows}
    return render_template(
        "bureau/norms.html",
        bureau=bureau,
        day=day,
        weeks=sorted(weeks.items()),
        measures=limits.limits(basis.norms, bureau.place, day, currency_of(bureau.place)),
        rows=sorted(rows, key=lambda row: row.added_at, reverse=True),
        own=own,
        asleep={norm.id for norm in own_norms.asleep(basis.own_norms)},
        stricter={row_id: limits.stricter_elsewhere(norm, [day, *weeks]) for row_id, norm in own.items()},
        unit_of=lambda measure: norm_form.unit_of(measure, bureau),
        reasons=limits.REASONS_OF_DAY,
    )


@bp.route("/norms/new", methods=["GET", "POST"])
@bureau_only
def new_norm():
    """The form; once it is sound, what it would change; once that was seen, the norm in force."""
    bureau = scope.bureau()
    form = NormForm(request.form)
    form.offer(bureau)
    typed = norm_form.typed(form, bureau) if request.method == "POST" else norm_form.NOTHING
    if typed.norm is None or CHANGE in request.form:
        return render_template("bureau/norm_form.html", bureau=bureau, form=form, problems=typed.problems)
    if PUT_IN_FORCE in request.form:
        return put_in_force(typed.norm, bureau)
    return preview(typed.norm, form, bureau)


def preview(norm, form, bureau):
    basis = basis_of(bureau)
    other = replace(basis, own_norms=(*basis.own_norms, norm))
    changed, then = before_and_after(bureau, scope.schools(), other)
    speaks, silent = limits.silence(norm, other.norms, then)
    days = {today(), *(each.assessment.date for each in then.values())}
    return render_template(
        "bureau/norm_preview.html",
        norm=norm,
        unit=norm_form.unit_of(norm.measure, bureau),
        stricter=limits.stricter_elsewhere(norm, days),
        speaks=speaks,
        silent=silent,
        changed=changed,
        **preview_words(form),
    )


def put_in_force(norm, bureau):
    own_norms.add(bureau, norm, scope.account().login)
    record("added_norm", norm, bureau)
    db.session("desk").commit()
    flash(_("The norm is in force. Every plan is held against it in the weeks for which it holds."))
    return redirect(url_for("bureau.norms", _anchor="own"), 303)


@bp.route("/norms/<norm_id>/take-back", methods=["GET", "POST"])
@bureau_only
def take_norm_back(norm_id):
    row, bureau = scope.one(NormOfBureau, norm_id), scope.bureau()
    norm, form = own_norms.own_norm(row, bureau.place), SafeForm(request.form)
    if row.taken_back_at is not None:
        flash(_("That norm was taken back already."))
        return redirect(url_for("bureau.norms", _anchor="own"), 303)
    if request.method == "POST" and form.validate():
        own_norms.take_back(row, scope.account().login)
        record("took_norm_back", norm, bureau)
        db.session("desk").commit()
        flash(_("The norm is taken back. It stays listed, and what was published with it keeps its words."))
        return redirect(url_for("bureau.norms", _anchor="own"), 303)
    basis = basis_of(bureau)
    rest = replace(basis, own_norms=tuple(each for each in basis.own_norms if each.id != row.id))
    return render_template(
        "bureau/norm_back.html",
        row=row,
        norm=norm,
        unit=norm_form.unit_of(norm.measure, bureau),
        changed=before_and_after(bureau, scope.schools(), rest)[0],
        **preview_words(form),
    )


def preview_words(form):
    """What every page of before and after needs."""
    return {
        "form": form,
        "broken": broken,
        "language": g.language,
        "reasons": limits.REASONS_OF_DAY,
    }


def record(deed, norm, bureau):
    unit = norm_form.unit_of(norm.measure, bureau)
    audit.record(
        deed,
        measure=norm.measure,
        grades="–".join(map(str, norm.grades)),
        limit=amount_words.number_text(norm.value, unit, "en"),
        unit=deed_unit(norm.measure, unit),
        issuer=norm.issuer,
    )


def deed_unit(measure, unit):
    """The unit as the trail's words have it (staff.deeds)."""
    if measure in wording.SHARE_UNITS:
        return "share of teachers"
    return unit if unit in wording.UNIT_LABELS else "money"


def asked_day():
    """The day that the address asks for; today without one, or with one that there is not."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()
