"""What is told of a file that is no TOML: the line and column, what stands there, and what would do."""

from __future__ import annotations

import re

from estimator.plan import N_, Problem

LONGEST_LINE = 80  # characters told of the line
AT = re.compile(r"\(at line (\d+), column (\d+)\)")
MESSAGE = N_("The file cannot be read.")


def flaw(name: str, content: bytes, error: Exception) -> Problem:
    """The problem of a file's content that made tomllib, or its decoding, fail; the parser's own words are not told."""
    place = AT.search(str(error))
    if place is None:
        return Problem(name, "", MESSAGE, N_("Write it as TOML in UTF-8."))
    line, column = int(place[1]), int(place[2])
    lines = content.decode("utf-8-sig", "replace").splitlines()
    found = lines[line - 1].strip()[:LONGEST_LINE] if line <= len(lines) else ""
    remedy = N_(
        "Look at line %(line)s, column %(column)s: is a quotation mark, a bracket, a comma or = missing there, or "
        "typed as a Chinese sign?"
    )
    return Problem(
        name, "".join(c for c in found if c.isprintable()), MESSAGE, remedy, {"line": line, "column": column}
    )
