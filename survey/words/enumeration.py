"""Several things in a row within a sentence: «a, b and c»."""

from __future__ import annotations

import re
from collections.abc import Sequence

from babel.lists import format_list

# Chinese puts nothing beside its «和»; beside a digit or a Latin letter every other sentence has a blank.
UNSPACED = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[\u4e00-\u9fff])")


def enumerated(items: Sequence[str], language: str) -> str:
    """The items in a row, as the language lists them."""
    return UNSPACED.sub(" ", format_list(list(items), locale=language))
