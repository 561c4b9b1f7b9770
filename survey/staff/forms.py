"""Forms of the desks: protected against posts from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, session
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, PasswordField, StringField
from wtforms.csrf.session import SessionCSRF
from wtforms.validators import InputRequired, ValidationError


class OwnPagesOnly(SessionCSRF):
    """Refuses what this session's own pages did not send, in words for whoever let a page lie too long."""

    def validate_csrf_token(self, form: Form, field: Field) -> None:
        """Raises ValidationError."""
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(_l("This page was open for too long. Please try again.")) from None


class SafeForm(Form):
    """A form that only this session's own pages can send."""

    class Meta:
        csrf = True
        csrf_class = OwnPagesOnly
        csrf_time_limit = timedelta(hours=8)

        @property
        def csrf_secret(self) -> bytes:
            secret: bytes = current_app.config["SECRET_KEY"]
            return secret

        @property
        def csrf_context(self) -> Any:
            return session


class LoginForm(SafeForm):
    """Login and password."""

    login = StringField(_l("Login"), validators=[InputRequired(_l("Type your login."))])
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password."))])
