"""Forms of the desks: protected against posts from elsewhere."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, session
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, HiddenField, PasswordField, SelectMultipleField, StringField
from wtforms.csrf.session import SessionCSRF
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp, ValidationError

from survey.staff.passwords import SHORTEST, is_tried_first
from survey.staff.sessions import SESSION_LASTS, current_account

LONGEST_LOGIN, LONGEST_NAME, LONGEST_PASSWORD = 80, 80, 200  # characters
TOO_LONG = _l("This is too long.")


class OwnPagesOnly(SessionCSRF):
    """Refuses what this session's own pages did not send, in words for whoever let a page lie too long."""

    def validate_csrf_token(self, form: Form, field: Field) -> None:
        """Raises ValidationError."""
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(_l("This page was open for too long. Please try again.")) from None


class ToldForm(Form):
    """A form that tells what is wrong in it."""

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Each field that cannot be taken, and why, the first reason of each; None stands for the whole form."""
        return [(name, str(errors[0])) for name, errors in self.errors.items()]


class SafeForm(ToldForm):
    """A form that only this session's own pages can send."""

    class Meta:
        csrf = True

        @property
        def locales(self) -> list[str]:
            """WTForms' own sentences in the language of the page."""
            return [str(g.language)]

        csrf_class = OwnPagesOnly
        csrf_time_limit = SESSION_LASTS

        @property
        def csrf_secret(self) -> bytes:
            secret: bytes = current_app.config["SECRET_KEY"]
            return secret

        @property
        def csrf_context(self) -> Any:
            return session


class TicksField(SelectMultipleField):
    """Several of the choices, refused in the page's language: WTForms says this sentence in English alone."""

    def pre_validate(self, form: Form) -> None:
        """Raises ValidationError."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_l("Something was sent that is none of the choices. Tick again.")) from None


def _trimmed(typed: str | None) -> str:
    return (typed or "").strip()


def _digits(typed: str | None) -> str:
    return "".join((typed or "").split())


def _login(complaint: str, *more: Regexp) -> StringField:
    # A phone would begin the word with a capital letter, and log-ins are told apart by it.
    as_it_is = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    said = (DataRequired(complaint), Length(max=LONGEST_LOGIN, message=TOO_LONG), *more)
    return StringField(_l("Login"), filters=[_trimmed], validators=said, render_kw=as_it_is)


def _password(label: str) -> PasswordField:
    said = (InputRequired(_l("Type your password.")), Length(max=LONGEST_PASSWORD, message=TOO_LONG))
    return PasswordField(label, validators=said, render_kw={"autocomplete": "current-password"})


def _new_password() -> PasswordField:
    too_short = _l("Type a password of at least %(number)s characters.", number=SHORTEST)
    said = (Length(min=SHORTEST, message=too_short), Length(max=LONGEST_PASSWORD, message=TOO_LONG), _not_tried_first)
    return PasswordField(_l("New password"), validators=said, render_kw={"autocomplete": "new-password"})


def _not_tried_first(form: Form, field: Field) -> None:
    account = current_account()
    own = [account.login, account.name] if account else []
    typed = [form[name].data or "" for name in ("login", "name") if name in form]
    # What was not sent at all is none: other validators say so.
    if is_tried_first(field.data or "", *own, *typed):
        raise ValidationError(
            _l("This password is one of the first that are tried. Choose another, such as four words at random.")
        )


def _same_again() -> PasswordField:
    said = EqualTo("new", message=_l("The two passwords are not the same."))
    label = _l("New password, once more")
    return PasswordField(label, validators=[said], render_kw={"autocomplete": "new-password"})


def _code() -> StringField:
    said = Regexp(r"[0-9]{6}\Z", message=_l("Type the six digits that the app shows now."))
    as_digits = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return StringField(_l("Code of six digits"), filters=[_digits], validators=[said], render_kw=as_digits)


class LoginForm(SafeForm):
    """Login and password."""

    login = _login(_l("Type your login."))
    password = _password(_l("Password"))


class CodeForm(SafeForm):
    """The second step's code."""

    code = _code()


class SecondStepForm(SafeForm):
    """What turns the second step on or off; `sealed` carries the secret that is to be put in force."""

    sealed = HiddenField()
    password = _password(_l("Password"))
    code = _code()


class ChangePasswordForm(SafeForm):
    """Another password for the own account."""

    password = _password(_l("Present password"))
    new = _new_password()
    again = _same_again()


class InvitedForm(SafeForm):
    """The account that somebody invited makes."""

    login = _login(
        _l("Choose a login."),
        Regexp(r"[\w.-]+\Z", message=_l("Use letters, digits, dots, hyphens and underscores only.")),
    )
    name = StringField(
        _l("Your name"),
        filters=[_trimmed],
        validators=[DataRequired(_l("Type your name.")), Length(max=LONGEST_NAME, message=TOO_LONG)],
        render_kw={"autocomplete": "name"},
    )
    new = _new_password()
    again = _same_again()
