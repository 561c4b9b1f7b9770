"""The order of names: Chinese by pinyin, syllable by syllable, and all others by their letters.

Pages, sheets and lists that stand «by name» take it from here, so that a school is at the same place in each.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
WORDS = re.compile(r"\w+|\W")
KEPT = 65536  # names; a province has fewer schools
Place = tuple[tuple[str, str, str], ...]  # of each character or word: how it is read, its tone, and itself


@lru_cache(maxsize=KEPT)
def name_order(name: str) -> Place:
    """Where a name stands among others: what to sort by."""
    found: list[tuple[str, str, str]] = []
    end = 0
    for run in CHINESE.finditer(name):
        found += _letters(name[end : run.start()])
        # The whole run at once: how 重 or 长 is read depends on what stands beside it.
        read = lazy_pinyin(run[0], style=Style.TONE3, neutral_tone_with_five=True)
        found += ((said[:-1], said[-1], each) for each, said in zip(run[0], read, strict=True))
        end = run.end()
    return (*found, *_letters(name[end:]))


def _letters(words: str) -> list[tuple[str, str, str]]:
    return [(each.casefold(), "", each) for each in WORDS.findall(words)]
