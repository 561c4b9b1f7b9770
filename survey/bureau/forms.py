"""The bureau's forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from survey.campaign import closing, days, titles
from survey.campaign.store import Campaign
from survey.campaign.whom import ALL, RURAL, SOME, URBAN
from survey.day import today
from survey.staff.district import ListedSchool
from survey.staff.forms import SafeForm, TicksField
from survey.staff.school_fields import SchoolField, SchoolsField

LONGEST_TITLE = 80
NO_LAST_DAY = _l("Give the last day.")
NO_NAME = _l("Give it a name.")

WHOLE = (
    SelectChoice(ALL, _l("All schools")),
    SelectChoice(URBAN, _l("Schools in town")),
    SelectChoice(RURAL, _l("Schools in the countryside")),
)


class RosterForm(SafeForm):
    """An Excel roster."""

    file = FileField(_l("The roster's file (.xlsx)"))


def not_ahead(_form: object, field: DateField) -> None:
    """A day that has come."""
    if field.data and field.data > today():
        raise ValidationError(_l("This day is still to come. Close the school on the day itself."))


def not_long_ago(_form: object, field: DateField) -> None:
    """A day within the house rule."""
    if field.data and field.data < closing.first_day():
        most = closing.most_days_back()
        raise ValidationError(_l("Give a day at most %(days)s days ago (a house rule).", days=most))


class CloseSchoolForm(SafeForm):
    """A school that is closed, or became part of another."""

    day = DateField(_l("Closed as of"), validators=[InputRequired(_l("Give the day.")), not_ahead, not_long_ago])
    into = SchoolField(_l("It became part of"), default="")


class TakeOverForm(SafeForm):
    """A roster whose changes were shown."""

    sealed = HiddenField()


def not_over(_form: object, field: DateField) -> None:
    """A last day that is still to come, or today."""
    if field.data and field.data < today():
        raise ValidationError(_l("This day is over. Give today or a later one."))


def not_too_far_ahead(_form: object, field: DateField) -> None:
    """A first day within the house rule."""
    if field.data and days.is_too_far_ahead(field.data):
        most = days.rules().most_days_ahead
        raise ValidationError(_l("Give a first day of at most %(days)s days from today (a house rule).", days=most))


def not_too_long(form: CampaignForm, field: DateField) -> None:
    """A last day that an open round could also be moved to."""
    if field.data and days.is_too_long(form.opens_on.data, field.data):
        raise ValidationError(open_at_most())


def open_at_most() -> str:
    """What is said of a last day that is too far from the first one."""
    most = days.rules().most_days_open
    return str(_("Give a last day of at most %(days)s days after the first one (a house rule).", days=most))


def seen(typed: str | None) -> str:
    """What can be seen of a title."""
    return titles.seen(typed or "")


def says_something(_form: object, field: StringField) -> None:
    """A title with a letter or a digit in it."""
    if not titles.says_something(field.data):
        raise ValidationError(NO_NAME)


def not_after_the_last(form: CampaignForm, field: DateField) -> None:
    """A first day that leaves a day to answer."""
    if field.data and form.closes_on.data and field.data > form.closes_on.data:
        raise ValidationError(_l("The first day is after the last one."))


def some_ticked(form: CampaignForm, field: TicksField) -> None:
    """Where only some schools are asked, at least one of them."""
    if form.schools.data == SOME and not field.data:
        raise ValidationError(_l("Tick at least one school."))


class CampaignForm(SafeForm):
    """What a draft of a round says."""

    title = StringField(
        _l("Name of the round"),
        filters=[seen],
        validators=[InputRequired(NO_NAME), says_something, Length(max=LONGEST_TITLE)],
    )
    roles = TicksField(
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
        choices=[*WHOLE, SelectChoice(SOME, _l("The schools ticked below"))],
        default=ALL,
        filters=[lambda chosen: chosen or ALL],
    )
    school_ids = SchoolsField(_l("Schools"), validators=[some_ticked])
    opens_on = DateField(_l("First day"), validators=[Optional(), not_over, not_after_the_last, not_too_far_ahead])
    closes_on = DateField(_l("Last day"), validators=[InputRequired(NO_LAST_DAY), not_over, not_too_long])
    entry = RadioField(
        _l("How people come in"),
        choices=[
            SelectChoice("slips", _l("Printed slips, drawn from a bag: one answer a person")),
            SelectChoice("open_link", _l("Open links for chat groups: repeat answers possible")),
        ],
        default="slips",
        validators=[InputRequired(_l("Choose one."))],
    )

    @classmethod
    def about(
        cls,
        schools: Sequence[ListedSchool],
        sent: Mapping[str, str],
        draft: Campaign | None = None,
        first: Mapping[str, object] | None = None,
    ) -> CampaignForm:
        """The form with the schools that can be ticked; before it is sent, with what a draft or `first` says."""
        form = cls(sent or None, obj=draft, data=first)  # an empty one would untick everything
        form.school_ids.choose_from(schools)
        if form.school_ids.is_long:
            form.schools.choices = [*WHOLE, SelectChoice(SOME, _l("The schools named below"))]
        return form


class LastDayForm(SafeForm):
    """Another last day of an open round."""

    allowed: tuple[date, date]  # the first and the last day to which it can be moved
    closes_on = DateField(_l("Last day"), validators=[InputRequired(NO_LAST_DAY)])

    def validate_closes_on(self, field: DateField) -> None:
        """Raises ValidationError."""
        first, last = self.allowed
        if field.data and not first <= field.data <= last:
            raise ValidationError(_l("Give a day from %(first)s to %(last)s.", first=first, last=last))
