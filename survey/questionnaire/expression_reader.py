"""Expressions as they are written in a questionnaire → trees, every mistake in words for whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.questionnaire.expressions import ANSWER, COLUMN, HERE, OPERATIONS, Expression, Tree

LONGEST_PATTERN = 200
# What input methods and word processors write instead.
TYPED = str.maketrans("‘’“”（），＝＜＞！＋－＊．\u00a0\u3000", "''\"\"(),=<>!+-*.  ")
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<words>'[^']*'|"[^"]*")|\$\{\s*(?P<answer>[A-Za-z_][\w-]*)\s*\}
    |(?P<sign><=|>=|!=|[=<>+\-*(),.])|(?P<name>[A-Za-z_][\w]*(?:-[A-Za-z]\w*)*))""",
    re.VERBOSE,
)
# Loosest first; those of one row bind alike, from left to right.
BINDING = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))


class ExpressionProblem(ValueError):
    """An expression that cannot be used, in words for whoever wrote it."""


def parse(written: str) -> Expression:
    """The expression in a cell. Raises ExpressionProblem."""
    reader = _Reader(written.translate(TYPED))
    tree = reader.whole()
    if isinstance(tree, list) and tree[0] in (ANSWER, HERE):
        raise ExpressionProblem(f"«{written}» asks nothing; write {written} != ''")
    return Expression(written, tree)


class _Reader:
    """Reads by precedence: each level takes what binds tighter on both sides of its signs."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.tokens = list(_tokens(written))
        self.at = 0

    def whole(self) -> Tree:
        tree = self.level(0)
        if self.next is not None:
            raise self.problem(f"«{self.next[1]}» is too much here")
        return tree

    @property
    def next(self) -> tuple[str, str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> tuple[str, str]:
        if self.next is None:
            raise self.problem("something is missing at the end")
        self.at += 1
        return self.tokens[self.at - 1]

    def level(self, depth: int) -> Tree:
        if depth == len(BINDING):
            return self.single()
        tree = self.level(depth + 1)
        while self.next and self.next[0] != "words" and self.next[1] in BINDING[depth]:
            sign = self.take()[1]
            tree = [sign, tree, self.level(depth + 1)]
        return tree

    def single(self) -> Tree:
        kind, said = self.take()
        if kind == "number":
            return float(said)
        if kind == "words":
            return said
        if kind == "answer":
            return [ANSWER, said]
        if kind == "name":
            return self.called(said) if self.next == ("sign", "(") else [COLUMN, said]
        if said == "-":
            return ["-", 0.0, self.single()]
        if said == ".":
            return [HERE]
        if said == "(":
            tree = self.level(0)
            self.expect(")")
            return tree
        raise self.problem(f"«{said}» cannot stand here")

    def called(self, name: str) -> Tree:
        self.expect("(")
        operands: list[Tree] = []
        while self.next != ("sign", ")"):
            operands.append(self.level(0))
            if self.next == ("sign", ","):
                self.take()
            elif self.next != ("sign", ")"):
                raise self.problem(f"«{name}(» is not closed")
        self.take()
        operation = OPERATIONS.get(name)
        if operation is None or not name[0].isalpha():
            raise self.problem(f"nobody knows «{name}()»")
        if not operation.least <= len(operands) <= operation.most:
            raise self.problem(f"«{name}()» takes {operation.least} values, not {len(operands)}")
        if name == "regex":
            self.check_pattern(operands[1])
        return [name, *operands]

    def check_pattern(self, pattern: Tree) -> None:
        """A pattern is written out, short, and cannot take for ever: nothing repeated is repeated again."""
        if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
            raise self.problem(f"a pattern is written out, in at most {LONGEST_PATTERN} characters")
        if re.search(r"[+*}]\)*[+*{]", pattern):
            raise self.problem(f"«{pattern}» repeats what is repeated already")
        try:
            re.compile(pattern)
        except re.error as error:
            raise self.problem(f"«{pattern}» is no pattern: {error}") from None

    def expect(self, sign: str) -> None:
        if self.next != ("sign", sign):
            raise self.problem(f"«{sign}» is missing")
        self.take()

    def problem(self, what: str) -> ExpressionProblem:
        return ExpressionProblem(f"«{self.written}»: {what}")


def _tokens(written: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(written.rstrip())
    while at < end:
        found = TOKEN.match(written, at)
        if found is None:
            raise ExpressionProblem(f"«{written}»: «{written[at:].strip()[:10]}» cannot be read")
        kind = found.lastgroup or ""
        said = found[kind]
        yield kind, said[1:-1] if kind == "words" else said
        at = found.end()
