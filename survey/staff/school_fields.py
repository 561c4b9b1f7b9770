"""Fields that choose schools: from a list, or where that would be long, by the names or codes that are typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Form, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextArea, TextInput

from survey.staff.district import ListedSchool
from survey.staff.forms import TicksField
from survey.staff.paging import ROWS
from survey.words.visible_text import sought
from survey.words.wording import alone

NONE_SUCH = _l("No school has this name or code, or several have it. Give its code.")


class SchoolField(SelectField):
    """One school, by its id; typed, what was typed stays beside it."""

    data: Any
    typed = ""
    is_long = False

    def choose_from(self, schools: Sequence[ListedSchool], nobody: str) -> None:
        """Let it choose one of these, or nobody."""
        self.is_long = len(schools) > ROWS
        if self.is_long:
            self.choices, self.typed = [], self.data or ""
            self.widget = _typed
            self.data = _known(tuple(schools)).get(sought(self.typed), "")
        else:
            self.choices = [SelectChoice("", alone(nobody)), *(SelectChoice(each.id, each.label) for each in schools)]

    def pre_validate(self, form: Form) -> None:
        """Raises ValidationError."""
        if not self.is_long:
            super().pre_validate(form)
        elif self.typed.strip() and not self.data:
            raise ValidationError(NONE_SUCH)


class SchoolsField(TicksField):
    """Several schools, by their ids: ticked, or typed one a line."""

    data: Any
    typed = ""
    unknown: Sequence[str] = ()
    is_long = False

    def choose_from(self, schools: Sequence[ListedSchool]) -> None:
        """Let it choose some of these."""
        self.is_long = len(schools) > ROWS
        if not self.is_long:
            self.choices = [SelectChoice(each.id, each.label) for each in schools]
            return
        labels, known = {each.id: each.label for each in schools}, _known(tuple(schools))
        lines = [line.strip() for said in self.data or () for line in said.splitlines() if line.strip()]
        self.choices, self.widget = [], _typed_lines
        self.typed = "\n".join(labels.get(line, line) for line in lines)
        found = {line: line if line in labels else known.get(sought(line)) for line in lines}
        self.unknown = [line for line, school in found.items() if school is None]
        self.data = list(dict.fromkeys(school for school in found.values() if school))

    def pre_validate(self, form: Form) -> None:
        """Raises ValidationError."""
        if not self.is_long:
            super().pre_validate(form)
        elif self.unknown:
            raise ValidationError(
                _l(
                    "These name no school, or more than one: %(names)s. Give their codes.",
                    names=str(_("; ")).join(self.unknown[:ROWS]),
                )
            )


@lru_cache(maxsize=8)
def _known(schools: tuple[ListedSchool, ...]) -> Mapping[str, str]:
    """What may be typed → the school's id: each name, label and code that is one school's alone."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for each in schools:
        for word in (each.name, each.label, each.code or each.name):
            said[sought(word)].add(each.id)
    return {word: found.pop() for word, found in said.items() if len(found) == 1}


def _typed(field: Any, **kwargs: object) -> Markup:
    return Markup(TextInput()(field, value=field.typed, autocomplete="off", **kwargs))


class _TypedLines(TextArea):
    """What was typed, line by line."""

    def __call__(self, field: Any, **kwargs: object) -> Markup:
        """The text area."""
        field._value = lambda: field.typed
        return Markup(super().__call__(field, rows=8, **kwargs))


_typed_lines = _TypedLines()
