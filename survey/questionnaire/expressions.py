"""The conditions of a questionnaire: XLSForm's expression language, the part of it that questionnaires use.

An expression is a tree of lists (expression_reader.py reads it), which a page can carry as JSON; `holds` and `value_of`
evaluate it for some answers. survey/static/walk.js does the same in the page, for comfort; what the server finds,
counts. tests/cases/expressions.toml holds both to the same cases.

Values are words, numbers and truth values, as in XPath 1.0. A question without an answer is "" and no number: every
comparison with a number fails, `!=` alone holds. A day, written YYYY-MM-DD, counts as days since 1970-01-01 where a
number is needed. `=` and `!=` compare words with words, and as numbers as soon as one side is a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey.day import today

Tree = str | float | list[Any]  # a literal, or an operation with its operands
Value = str | float | bool

LONGEST_MATCHED = 500  # characters of an answer that `regex` looks at
ANSWER, HERE, COLUMN = "answer", ".", "column"  # ${name}, the answer in question, a column of a choice
NOT_A_NUMBER = math.nan


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition, as written and as a tree."""

    written: str
    tree: Tree

    @property
    def answers(self) -> frozenset[str]:
        """The questions that it looks at."""
        return frozenset(_named(self.tree, ANSWER))

    @property
    def operations(self) -> frozenset[str]:
        """What is done in it."""
        return frozenset(_operations(self.tree))

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a choice that it looks at."""
        return frozenset(_named(self.tree, COLUMN))


def holds(expression: Expression | None, answers: Mapping[str, Any], **here: Any) -> bool:
    """Whether a condition is true of the answers; no condition is. `here` as for `value_of`."""
    return expression is None or as_truth(value_of(expression, answers, **here))


def value_of(
    expression: Expression, answers: Mapping[str, Any], *, said: Any = "", columns: Mapping[str, str] | None = None
) -> Value:
    """The value for some answers. `said` is what «.» stands for, `columns` the choice's own."""
    return _evaluate(expression.tree, {ANSWER: answers, HERE: said, COLUMN: columns or {}})


def _evaluate(tree: Tree, scope: Mapping[str, Any]) -> Value:
    if not isinstance(tree, list):
        return tree
    operation, *operands = tree
    if operation == HERE:
        return _plain(scope[HERE])
    if operation in (ANSWER, COLUMN):
        return _plain(scope[operation].get(operands[0], ""))
    if operation == "or":
        return any(as_truth(_evaluate(operand, scope)) for operand in operands)
    if operation == "and":
        return all(as_truth(_evaluate(operand, scope)) for operand in operands)
    if operation == "if":
        condition, then, otherwise = operands
        return _evaluate(then if as_truth(_evaluate(condition, scope)) else otherwise, scope)
    return OPERATIONS[operation].work(*(_evaluate(operand, scope) for operand in operands))


def _plain(given: Any) -> Value:
    """An answer as a value: several choices stand in one line, as XLSForm writes them."""
    if isinstance(given, list):
        return " ".join(given)
    return given if isinstance(given, (bool, str)) else float(given)


def as_number(value: Value) -> float:
    """XPath's number(): what is none becomes NaN; a day becomes days since 1970-01-01."""
    if not isinstance(value, str):
        return float(value)
    if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value, re.ASCII):
        return float(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return float((date.fromisoformat(value) - date(1970, 1, 1)).days)
        except ValueError:
            return NOT_A_NUMBER
    return NOT_A_NUMBER


def as_words(value: Value) -> str:
    """XPath's string(): whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else f"{value:.12g}"
    return value


def as_truth(value: Value) -> bool:
    """XPath's boolean(): words that are there, a number that is not 0."""
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return as_truth(left) == as_truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return as_number(left) == as_number(right)
    return left == right


def _rounded(value: Value) -> float:
    number = as_number(value)
    return number if math.isnan(number) else float(math.floor(number + 0.5))


def _divided(left: Value, right: Value) -> float:
    dividend, divisor = as_number(left), as_number(right)
    return dividend / divisor if divisor else NOT_A_NUMBER


def _remainder(left: Value, right: Value) -> float:
    dividend, divisor = as_number(left), as_number(right)
    return math.fmod(dividend, divisor) if divisor and not math.isnan(dividend) else NOT_A_NUMBER


def _least(*values: Value) -> float:
    return min(map(as_number, values), key=lambda number: (not math.isnan(number), number))


def _greatest(*values: Value) -> float:
    return max(map(as_number, values), key=lambda number: (math.isnan(number), number))


def _matches(value: Value, pattern: Value) -> bool:
    # ASCII: a digit is what the page takes for one.
    return re.search(as_words(pattern), as_words(value)[:LONGEST_MATCHED], re.ASCII) is not None


def _chosen(value: Value, place: Value) -> str:
    listed, number = as_words(value).split(), as_number(place)
    return listed[int(number)] if 0 <= number < len(listed) else ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation does, and how many operands it takes."""

    work: Callable[..., Value]
    least: int
    most: int


MANY = 99
OPERATIONS: Mapping[str, Operation] = {
    "or": Operation(lambda *_: False, 2, 2),  # looked at one by one, in `_evaluate`
    "and": Operation(lambda *_: False, 2, 2),
    "if": Operation(lambda *_: False, 3, 3),
    "=": Operation(_equal, 2, 2),
    "!=": Operation(lambda a, b: not _equal(a, b), 2, 2),
    "<": Operation(lambda a, b: as_number(a) < as_number(b), 2, 2),
    "<=": Operation(lambda a, b: as_number(a) <= as_number(b), 2, 2),
    ">": Operation(lambda a, b: as_number(a) > as_number(b), 2, 2),
    ">=": Operation(lambda a, b: as_number(a) >= as_number(b), 2, 2),
    "+": Operation(lambda a, b: as_number(a) + as_number(b), 2, 2),
    "-": Operation(lambda a, b: as_number(a) - as_number(b), 2, 2),
    "*": Operation(lambda a, b: as_number(a) * as_number(b), 2, 2),
    "div": Operation(_divided, 2, 2),
    "mod": Operation(_remainder, 2, 2),
    "true": Operation(lambda: True, 0, 0),
    "false": Operation(lambda: False, 0, 0),
    "not": Operation(lambda a: not as_truth(a), 1, 1),
    "number": Operation(as_number, 1, 1),
    "int": Operation(lambda a: float(math.trunc(n)) if not math.isnan(n := as_number(a)) else n, 1, 1),
    "round": Operation(_rounded, 1, 1),
    "min": Operation(_least, 1, MANY),
    "max": Operation(_greatest, 1, MANY),
    "string": Operation(as_words, 1, 1),
    "concat": Operation(lambda *a: "".join(map(as_words, a)), 1, MANY),
    "coalesce": Operation(lambda a, b: a if as_words(a) else b, 2, 2),
    "contains": Operation(lambda a, b: as_words(b) in as_words(a), 2, 2),
    "starts-with": Operation(lambda a, b: as_words(a).startswith(as_words(b)), 2, 2),
    "string-length": Operation(lambda a: float(len(as_words(a))), 1, 1),
    "regex": Operation(_matches, 2, 2),
    "selected": Operation(lambda a, b: as_words(b) in as_words(a).split(), 2, 2),
    "selected-at": Operation(_chosen, 2, 2),
    "count-selected": Operation(lambda a: float(len(as_words(a).split())), 1, 1),
    "today": Operation(lambda: today().isoformat(), 0, 0),
}


# What survey/static/walk.js does too; a condition that needs more waits for the server.
PAGE_OPERATIONS = frozenset(
    ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "and", "or", "not", "regex", "selected", "count-selected")
)


def _operations(tree: Tree) -> Iterator[str]:
    if isinstance(tree, list) and tree[0] not in (ANSWER, COLUMN, HERE):
        yield tree[0]
        for operand in tree[1:]:
            yield from _operations(operand)


def _named(tree: Tree, kind: str) -> Iterator[str]:
    if not isinstance(tree, list):
        return
    if tree[0] == kind:
        yield tree[1]
    else:
        for operand in tree[1:]:
            yield from _named(operand, kind)
