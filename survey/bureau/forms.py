"""The bureau's forms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from survey.campaign.rounds import today
from survey.campaign.whom import ALL, RURAL, SOME, URBAN
from survey.staff.forms import SafeForm

LONGEST_TITLE = 80


class RosterForm(SafeForm):
    """An Excel roster."""

    file = FileField(_l("The roster's file (.xlsx)"))


def not_ahead(_form: object, field: DateField) -> None:
    """A day that has come."""
    if field.data and field.data > today():
        raise ValidationError(_l("This day is still to come. Close the school on the day itself."))


class CloseSchoolForm(SafeForm):
    """A school that is closed, or became part of another."""

    day = DateField(_l("Closed as of"), validators=[InputRequired(_l("Give the day.")), not_ahead])
    into = SelectField(_l("It became part of"), default="")


class TakeOverForm(SafeForm):
    """A roster whose changes were shown."""

    sealed = HiddenField()


def not_over(_form: object, field: DateField) -> None:
    """A last day that is still to come, or today."""
    if field.data and field.data < today():
        raise ValidationError(_l("This day is over. Give today or a later one."))


def not_after_the_last(form: CampaignForm, field: DateField) -> None:
    """A first day that leaves a day to answer."""
    if field.data and form.closes_on.data and field.data > form.closes_on.data:
        raise ValidationError(_l("The first day is after the last one."))


def some_ticked(form: CampaignForm, field: SelectMultipleField) -> None:
    """Where only some schools are asked, at least one of them."""
    if form.schools.data == SOME and not field.data:
        raise ValidationError(_l("Tick at least one school."))


class CampaignForm(SafeForm):
    """A new round."""

    title = StringField(
        _l("Name of the round"), validators=[InputRequired(_l("Give it a name.")), Length(max=LONGEST_TITLE)]
    )
    roles = SelectMultipleField(
        _l("Who is asked"),
        choices=[
            SelectChoice("parent", _l("Parents")),
            SelectChoice("pupil", _l("Pupils from grade 3 on")),
            SelectChoice("teacher", _l("Teachers")),
        ],
        validators=[DataRequired(_l("Choose at least one."))],
    )
    schools = RadioField(
        _l("In which schools"),
        choices=[
            SelectChoice(ALL, _l("All schools")),
            SelectChoice(URBAN, _l("Schools in town")),
            SelectChoice(RURAL, _l("Schools in the countryside")),
            SelectChoice(SOME, _l("The schools ticked below")),
        ],
        default=ALL,
        filters=[lambda chosen: chosen or ALL],
    )
    school_ids = SelectMultipleField(_l("Schools"), validators=[some_ticked])
    opens_on = DateField(_l("First day"), validators=[Optional(), not_over, not_after_the_last])
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
