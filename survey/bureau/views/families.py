"""Which families plans are weighed with: what stands, choosing another, and the files to begin from."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from estimator import families, families_template
from survey import db
from survey.bureau import families_form, families_words
from survey.bureau.before_after import before_and_after, broken
from survey.bureau.families_form import FamiliesForm
from survey.bureau.release_files import XLSX
from survey.bureau.views import bp
from survey.planning import families_chosen
from survey.planning.basis import basis_of
from survey.planning.families_chosen import OWN, SETTINGS
from survey.planning.fit import Fit, families_of
from survey.planning.plan_begun import currency_of
from survey.school import definitions, inputs
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.words import wording
from survey.words.file_names import file_name

PUT_IN_FORCE = "in_force"
MIMETYPES = {"toml": "application/toml", "xlsx": XLSX}


@bp.route("/families", methods=["GET", "POST"])
@bureau_only
def families_page():
    """The choice; once it is sound, what it would change; once that was seen, the choice in force."""
    bureau, form = scope.bureau(), FamiliesForm(request.form)
    before = families_chosen.chosen(bureau)
    if request.method == "GET":
        form.way.data = before.way
        return choice_page(bureau, form, before)
    if not form.validate() or not form.is_of_one_mind(request.files, before):
        return choice_page(bureau, form, before)
    sent = families_form.sent(form, request.files, before)
    if sent.choice is None:
        back = url_for("bureau.families_page")
        filename = _(", ").join(sent.names) or _("What was sent")
        return render_template("problems.html", problems=sent.problems, filename=filename, back=back)
    if sent.choice != before and PUT_IN_FORCE not in request.form:
        return preview(bureau, form, before, sent.choice)
    if sent.choice == before:
        flash(_("Just these families are in force already. Nothing more is to be done."))
    else:
        put_in_force(bureau, sent.choice)
    return redirect(url_for("bureau.families_page"), 303)


def put_in_force(bureau, choice):
    families_chosen.choose(bureau, choice, scope.account().login)
    if choice.way == OWN:
        audit.record("chose_own_families", settings=" ".join(file.setting for file in choice.files))
    else:
        audit.record("chose_families", way=choice.way)
    db.session("desk").commit()
    flash(_("Chosen: every school's score is now computed with these families."))


def choice_page(bureau, form, before):
    release = families_words.reported_in(bureau)
    return render_template(
        "bureau/families.html",
        form=form,
        problems=[(name, sentence) for name, sentence in form.problems if name],
        chosen=before,
        newest=families_chosen.newest(bureau),
        standing=families_words.standing(before, release),
        release=release,
        figures={setting: figures_of(setting, before, bureau) for setting in SETTINGS},
        settings_told=SETTINGS,
        own=OWN,
        fits=families_template.fits,
        definitions=definitions,
    )


def figures_of(setting, choice, bureau):
    """Each figure of the file, or of the usual families: its name, its words, who says so."""
    found = families_of(Fit(setting, file=choice.file(setting)))
    currency = currency_of(bureau.place)
    named = [name for name in found.sources if name in definitions.FAMILY_LABELS]
    return [(name, inputs.assumed_words(found, name, currency, g.language), found.sources[name]) for name in named]


def preview(bureau, form, before, choice):
    other = replace(basis_of(bureau), families=choice)
    return render_template(
        "bureau/families_preview.html",
        form=form,
        choice=choice,
        standing=families_words.standing(choice, families_words.reported_in(bureau)),
        out_of_use=families_words.out_of_use(before, choice),
        changed=before_and_after(bureau, scope.schools(), other)[0],
        broken=broken,
    )


@bp.get("/families/<any(usual, own):whose>-<any(urban, rural):setting>.<any(toml, xlsx):ending>")
@bureau_only
def families_file(whose, setting, ending):
    """The usual families (as TOML with their comments), to begin from; or the bureau's own that are in force."""
    if whose == OWN:
        file = families_chosen.chosen(scope.bureau()).file(setting) or abort(404)
        if ending == "xlsx" and not families_template.fits(file.families):
            abort(404)
        content = file.text.encode("utf-8")
    else:
        content = (families.PACKAGE / f"{setting}.toml").read_bytes()
    if ending == "xlsx":
        content = families_template.write(tomllib.loads(content.decode("utf-8")), g.language)
    name = file_name(_("Families, %(setting)s", setting=wording.SETTING_LABELS[setting]), ending)
    return send_file(io.BytesIO(content), mimetype=MIMETYPES[ending], as_attachment=True, download_name=name)
