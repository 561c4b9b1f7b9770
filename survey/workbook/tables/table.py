"""A tidy table as values: one header row, typed columns that each say what they mean, one row a count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

Kind = Literal["text", "whole", "number", "yes_no", "day"]
Cell = str | int | float | bool | date | None
Row = tuple[Cell, ...]
Words = Mapping[Any, Any]  # code → what it means

ROSTER, ANSWERS, ESTIMATE, DOCUMENT = (
    _l("the bureau's list of schools"),
    _l("what people answered, after protection"),
    _l("computed from the school's plan"),
    _l("the document that sets the limit"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name for machines, what it holds, and for codes what each means."""

    name: str
    kind: Kind
    meaning: Any  # a sentence that speaks the language of whoever asks
    source: Any
    unit: Any = ""
    codes: Words = field(default_factory=dict)

    @property
    def of_one_type(self) -> bool:
        """Whether equal cells are written alike: a number may be 1 or 1.0."""
        return self.kind != "number"


@dataclass(frozen=True, slots=True)
class Table:
    """One table. Its rows are made anew each time they are asked for: a province has a million of them."""

    name: str
    about: Any
    fields: tuple[Field, ...]
    make: Callable[[], Iterator[Row]]

    @property
    def rows(self) -> Iterator[Row]:
        """The rows, from the first."""
        return self.make()


def in_both(words: Any) -> tuple[str, str]:
    """A sentence in English and in Chinese."""
    said = []
    for language in ("en", "zh"):
        with force_locale(language):
            said.append(str(words))
    return said[0], said[1]
