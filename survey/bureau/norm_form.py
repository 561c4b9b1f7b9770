"""The form of a norm of the bureau's own: typed → a norm, or what is wrong with it, field by field.

What makes a norm sound is the norm files' own checker's to say (estimator.norm_checks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from estimator.assess import MEASURES
from estimator.field_checks import Refused, day_by
from estimator.norms import BY_SCREEN, NormProblems
from estimator.plan import GRADES, Problem
from survey.day import today
from survey.language import in_a_row
from survey.planning import own_norms
from survey.planning.own_norms import OwnNorm, norms_with
from survey.planning.plan_begun import currency_of
from survey.staff.forms import TOO_LONG, SafeForm
from survey.staff.store import Bureau
from survey.words import amount_words, problem_words, source_words, wording
from survey.words.visible_text import visible

LONGEST = 300  # characters of a field
LONGEST_NUMBER = 20
HUGE = 10**LONGEST_NUMBER  # cannot be rounded, and is refused for its size
SHORTEST_PLACE = 4  # characters that say where a document can be read; house rule
FIRST_YEAR, LAST_YEAR = 1900, 2100
IN_PER_CENT = 100
NOT_ADDED = "new"  # its id until it is put in force
# A limit screen by screen has minutes for each kind of screen and no form here; it can come by a norm file.
OFFERED = tuple(measure for measure in MEASURES if measure != BY_SCREEN)
READ_HOW = ("verified", "secondary")
# What the checker calls a thing → the field in which it was typed.
FIELD_OF: Mapping[str, str] = {
    "grades": "first_grade",
    "value": "limit",
    "date": "dated",
    "url": "read_at",
    **{name: name for name in ("measure", "issuer", "title", "since", "until", "confidence")},
}


def _is_offered(form: NormForm, field: Field) -> None:
    if field.data not in OFFERED:
        raise ValidationError(_l("Choose one of the measures."))


def _is_grade(form: NormForm, field: Field) -> None:
    if field.data not in map(str, GRADES):
        raise ValidationError(_l("Choose a grade, 1 to 12."))


def _is_of_our_time(form: NormForm, field: Field) -> None:
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("Give a day between 1900 and 2100."))


def _is_not_to_come(form: NormForm, field: Field) -> None:
    try:
        day_by(today())(field.data or date.min)
    except Refused as no:
        raise ValidationError(in_a_row(_(no.message), _(no.remedy))) from None


def _text(label: str, *required: DataRequired | Length) -> StringField:
    words_alone = Regexp(r"[^<>\x00-\x1f\x7f]*\Z", message=_l("Write words alone, without < and >."))
    said = [*required, Length(max=LONGEST, message=TOO_LONG), words_alone]
    # What nobody sees is no word: a name of such signs alone is missing.
    return StringField(label, filters=[lambda typed: visible(typed or "")], validators=said)


def _day(label: str, *checks: InputRequired | Optional | Callable[[NormForm, Field], None]) -> DateField:
    return DateField(label, validators=[*checks, _is_of_our_time])


def _grade(label: str, usual: int) -> SelectField:
    choices = [SelectChoice(str(grade), wording.GRADE_LABELS[grade]) for grade in GRADES]
    return SelectField(label, choices=choices, default=str(usual), validate_choice=False, validators=[_is_grade])


class NormForm(SafeForm):
    """A norm of the bureau's own; `measure` is offered with its unit by `offer`."""

    measure = SelectField(_l("Measure"), validate_choice=False, validators=[_is_offered])
    first_grade = _grade(_l("From grade"), GRADES[0])
    last_grade = _grade(_l("To grade"), GRADES[-1])
    limit = StringField(_l("Limit"), filters=[lambda typed: (typed or "").strip()], render_kw={"inputmode": "decimal"})
    forbids = BooleanField(_l("None is allowed at all"))
    issuer = _text(_l("Who issued it"), DataRequired(_l("Name who says so.")))
    title = _text(_l("Title of the document"), DataRequired(_l("Give the document's title.")))
    chinese_title = _text(_l("Its Chinese title, if the one above is in another language"))
    dated = _day(
        _l("Date of the document"), InputRequired(_l("Give the date that stands on the document.")), _is_not_to_come
    )
    since = _day(_l("In force from"), Optional())
    last_day = _day(_l("Last day in force"), Optional())
    read_at = _text(
        _l("Address, or where it was read"),
        DataRequired(_l("Say where the document can be read.")),
        Length(min=SHORTEST_PLACE, message=_l("Write the document's address or number in full.")),
    )
    confidence = RadioField(
        _l("How it was read"),
        choices=[SelectChoice(how, wording.alone(source_words.CONFIDENCE_LABELS[how])) for how in READ_HOW],
        validate_choice=False,
    )

    def offer(self, bureau: Bureau) -> None:
        """Offer the measures, each with the unit that a limit is typed in."""
        offered = (
            SelectChoice(name, f"{wording.MEASURE_LABELS[name]} · {unit_words(name, bureau)}") for name in OFFERED
        )
        self.measure.choices = [SelectChoice("", _("Choose a measure")), *offered]

    def validate_limit(self, field: Field) -> None:
        """A number in digits, or the tick that says it is forbidden; 0 alone may be a slip."""
        number = _number(field.data)
        if self.forbids.data:
            if field.data and number != 0:
                raise ValidationError(_l("Give a limit, or tick that none is allowed; not both."))
        elif number is None:
            raise ValidationError(_l("Write the limit as a number in digits, such as 60."))
        elif number == 0:
            raise ValidationError(_l("0 would forbid it. If that is meant, tick that none is allowed."))
        elif -HUGE < number < HUGE and number != round(number, amount_words.DIGITS_SHOWN):
            raise ValidationError(_l("Write at most one digit after the point: pages show no more."))

    def validate_confidence(self, field: Field) -> None:
        """One of the two; what was read too weakly would never decide."""
        if field.data not in READ_HOW:
            raise ValidationError(_l("Say how it was read."))


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent: a norm that may be put in force, or what is wrong, by the field's name."""

    norm: OwnNorm | None
    problems: tuple[tuple[str, str], ...] = ()


NOTHING = Typed(None)


def typed(form: NormForm, bureau: Bureau) -> Typed:
    """Read the form, and have the norm checked beside those in use."""
    if not form.validate():
        return Typed(None, tuple((name, sentence) for name, sentence in form.problems if name))
    norm = _norm(form, bureau)
    if any(replace(each, id=norm.id, read_on=norm.read_on) == norm for each in own_norms.not_taken_back(bureau)):
        return Typed(None, (("measure", _("Just this norm is in force already. Nothing more is to be done.")),))
    try:
        own_norms.read_beside(bureau, norm)
    except NormProblems as found:
        return Typed(None, tuple(_told(found.problems, norm, bureau)))
    return Typed(norm)


def unit_of(measure: str, bureau: Bureau) -> str:
    """The unit of a measure in the bureau's place, as `survey.words.wording` knows it."""
    return norms_with(()).measures[measure].unit.replace("currency", currency_of(bureau.place))


def unit_words(measure: str, bureau: Bureau) -> str:
    """The words for it."""
    return amount_words.measure_unit(measure, unit_of(measure, bureau))


def _number(text: str) -> Decimal | None:
    try:
        # Python's own numbers may have _ among their digits; nobody else's.
        found = Decimal(text[:LONGEST_NUMBER].replace("_", "?"))
    except InvalidOperation:
        return None
    return found if found.is_finite() and len(text) <= LONGEST_NUMBER else None


def _norm(form: NormForm, bureau: Bureau) -> OwnNorm:
    number = _number(form.limit.data) or Decimal(0)
    share = norms_with(()).measures[form.measure.data].unit == "share"
    last_day: date | None = form.last_day.data
    return OwnNorm(
        id=NOT_ADDED,
        measure=form.measure.data,
        grades=(int(form.first_grade.data), int(form.last_grade.data)),
        value=float(number / IN_PER_CENT if share else number),
        place=bureau.place,
        issuer=form.issuer.data,
        title=form.title.data,
        chinese_title=form.chinese_title.data,
        dated=form.dated.data,
        since=form.since.data or form.dated.data,
        until=last_day + timedelta(days=1) if last_day else None,
        read_at=form.read_at.data,
        read_on=today(),
        confidence=form.confidence.data,
    )


def _told(problems: tuple[Problem, ...], norm: OwnNorm, bureau: Bureau) -> Iterator[tuple[str, str]]:
    """Each problem in words, with the field to mend."""
    for problem in problems:
        typed_in = IN_PER_CENT if unit_of(norm.measure, bureau) == "share" else 1
        said = {n: value if isinstance(value, str) else value * typed_in for n, value in problem.values.items()}
        in_its_unit = replace(problem, values=said)
        words = [problem_words.what_is_wrong(in_its_unit), problem_words.what_would_do(in_its_unit)]
        key = problem.where.rpartition(" ")[2]
        if key not in FIELD_OF:  # beside another statement
            words.insert(1, _other(problem, norm, bureau))
        yield {"until": "last_day"}.get(key, FIELD_OF.get(key, "issuer")), in_a_row(*words)


def _other(problem: Problem, norm: OwnNorm, bureau: Bureau) -> str:
    """The statement that this one stands beside, in words."""
    ids = {problem.found, problem.where.rpartition(" ")[2]} - {norm.statement_id}
    norms = norms_with(own_norms.not_taken_back(bureau))
    found = [s for s in norms.measures[norm.measure].statements if s.id in ids]
    named = ((s.source.title, wording.grades_words(range(s.grades[0], s.grades[1] + 1))) for s in found)
    return "".join(_("«%(title)s», %(grades)s.", title=title, grades=grades) for title, grades in named)
