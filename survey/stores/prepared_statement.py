"""A statement as a driver takes it: built once for each engine, and told values each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Executable

Values = Mapping[str, Any]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a statement is told must fit it: nothing is filled in, or made to be of its type."""

    text: str
    order: Sequence[str] | None  # of the values, where they are counted; None: they go by their names
    fixed: Values  # values that the statement itself says
    fitting: Mapping[str, Callable[[Any], Any]]  # what makes a value fit the driver, where something must
    reading: Mapping[int, Callable[[Any], Any]] = field(default_factory=dict)  # the same of what it finds, by column

    def arguments(self, values: Values) -> Sequence[Any] | Values:
        """The values as the driver takes them."""
        return self._fit(values) if self.order is None else self.in_order(values)

    def in_order(self, values: Values) -> Sequence[Any]:
        """The values where they are counted."""
        fit = self._fit(values)
        return [fit[name] for name in self.order or ()]

    def read(self, row: Row) -> Row:
        """A row of the driver's, its values as the statement's columns are."""
        return tuple(self.reading[n](value) if n in self.reading else value for n, value in enumerate(row))

    def _fit(self, values: Values) -> Values:
        told = {**self.fixed, **values}
        for name, fit in self.fitting.items():
            told[name] = fit(told[name])
        return told


@lru_cache(maxsize=64)
def prepared(statement: Executable, dialect: Dialect) -> Prepared:
    """The statement for this engine."""
    compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    fits = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required and bind.value is not None}
    columns = getattr(statement, "exported_columns", ())
    reads = {n: each.type.dialect_impl(dialect).result_processor(dialect, None) for n, each in enumerate(columns)}
    return Prepared(
        str(compiled),
        compiled.positiontup,
        fixed,
        {name: fit for name, fit in fits.items() if fit},
        {place: read for place, read in reads.items() if read},
    )
