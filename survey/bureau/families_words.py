"""Whose families stand for a bureau's schools, in words: for each kind of place one sentence."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.language import in_a_row
from survey.planning.families_chosen import SETTINGS, USUAL, FamiliesChosen
from survey.planning.fit import newest_by_slips
from survey.release import freeze
from survey.release.published import Release
from survey.staff.store import Bureau
from survey.words import wording


def reported_in(bureau: Bureau) -> Release | None:
    """The release by slips that tells of families; None before the first."""
    newest = newest_by_slips(bureau.id)
    return freeze.of_district(newest) if newest else None


def standing(choice: FamiliesChosen, release: Release | None) -> list[str]:
    """Which families would stand by this choice: town and countryside apart."""
    return [_stands(setting, choice, release) for setting in SETTINGS]


def out_of_use(before: FamiliesChosen, choice: FamiliesChosen) -> list[str]:
    """The files in force in whose place no other would stand."""
    gone = [setting for setting in SETTINGS if before.file(setting) and not choice.file(setting)]
    where = (wording.SETTING_LABELS[setting] for setting in gone)
    return [_("The file in force for schools in the %(where)s would be used no more.", where=each) for each in where]


def _stands(setting: str, choice: FamiliesChosen, release: Release | None) -> str:
    where = str(wording.SETTING_LABELS[setting])
    file = choice.file(setting)
    if file is not None:
        said = _("Schools in the %(where)s: every figure is that of the bureau's own file.", where=where)
    elif choice.way != USUAL and release is not None:
        return str(
            _(
                "Schools in the %(where)s: what parents report in «%(round)s», release %(number)s, stands for children "
                "at school, computers, tablets, printer and connection; everything else is as usual.",
                where=where,
                round=release.campaign_title,
                number=release.number,
            )
        )
    else:
        said = _("Schools in the %(where)s: every figure is the usual one.", where=where)
    if release is None:
        return str(said)
    unheard = _("What parents report in «%(round)s» does not count there.", round=release.campaign_title)
    return in_a_row(said, unheard)
