"""The bureau's forms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from survey.campaign.rounds import today
from survey.staff.forms import SafeForm

LONGEST_TITLE = 80


class RosterForm(SafeForm):
    """An Excel roster."""

    file = FileField(_l("The roster's file (.xlsx)"))


class TakeOverForm(SafeForm):
    """A roster whose changes were shown."""

    sealed = HiddenField()


def not_over(_form: object, field: DateField) -> None:
    """A last day that is still to come, or today."""
    if field.data and field.data < today():
        raise ValidationError(_l("This day is over. Give today or a later one."))


class CampaignForm(SafeForm):
    """A new round."""

    title = StringField(
        _l("Name of the round"), validators=[InputRequired(_l("Give it a name.")), Length(max=LONGEST_TITLE)]
    )
    closes_on = DateField(_l("Last day"), validators=[InputRequired(_l("Give the last day.")), not_over])
    entry = RadioField(
        _l("How people come in"),
        choices=[
            SelectChoice("slips", _l("Printed slips, drawn from a bag: one answer a person")),
            SelectChoice("open_link", _l("Open links for chat groups: repeat answers possible")),
        ],
        default="slips",
        validators=[InputRequired(_l("Choose one."))],
    )
