"""What stands in a cell or field ↔ the value it means: English and Chinese words, full-width digits, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from estimator.plan import DAYS
from estimator.plan_columns import DAY_WORDS, Column

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
UP_TO = re.compile(r"\s*[-–—~至到]+\s*")  # 1-5, 周一至周五
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
BETWEEN_WORDS = re.compile(r"[\s、，,;；]+")
YES = {"yes", "y", "true", "1", "是", "有"}
NO = {"no", "n", "false", "0", "否", "无"}


def value_of(value: Any, column: Column) -> Any:
    """A cell's value in the plan's own terms; what cannot be told is passed on for the strict reader to refuse."""
    if isinstance(value, str) and column.holds != "text":
        # Full-width digits and letters, as a Chinese keyboard writes them.
        value = unicodedata.normalize("NFKC", value).strip()
    return READERS[column.holds](value, column)


def text_of(value: Any, column: Column, language: str) -> str:
    """The words for a value of `plan_as_dict`, in English or Chinese; `value_of` reads them back."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " ".join(text_of(word, column, language) for word in value)
    if isinstance(value, float):
        return f"{Decimal(str(value)).normalize():f}"
    return column.words.get(value, value) if language == "zh" and isinstance(value, str) else str(value)


@lru_cache(maxsize=65_536)
def lines_needed(said: str, width: int) -> int:
    """How many lines words take in so many characters' width; a Chinese character is two wide."""
    lines = 0
    for line in said.split("\n"):
        wide = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)
        lines += max(1, -(-wide // max(width, 1)))
    return lines


def _text(value: Any, _column: Column) -> Any:
    if isinstance(value, str):
        # Spaces of a Chinese keyboard or a web page are still spaces.
        return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in value).strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _word(value: Any, column: Column) -> Any:
    english = {chinese: word for word, chinese in column.words.items()}
    return english.get(value, value) if isinstance(value, str) else value


def _words(value: Any, column: Column) -> Any:
    return [_word(word, column) for word in BETWEEN_WORDS.split(str(value).lower()) if word]


def _days(value: Any, _column: Column) -> Any:
    said = UP_TO.sub("-", str(value).lower().strip().replace("星期", "周"))
    return [day for word in BETWEEN_WORDS.split(said) if word for day in _days_of(word)]


def _days_of(word: str) -> Sequence[str]:
    """The day that a word names, or those from one day to another."""
    first, _, last = word.partition("-")
    span = [DAYS.index(day) for day in (_one_day(first), _one_day(last)) if day in DAYS]
    return DAYS[span[0] : span[1] + 1] if len(span) == 2 else (_one_day(word),)


def _one_day(word: str) -> str:
    names = {chinese.removeprefix("周"): day for day, chinese in DAY_WORDS.items()} | {"天": "sun"}
    if word.isdecimal() and 1 <= int(word) <= len(DAYS):
        return DAYS[int(word) - 1]
    return names.get(word.removeprefix("周"), word)


def _number(value: Any, _column: Column) -> Any:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _yes_no(value: Any, _column: Column) -> Any:
    said = str(value).lower()
    return True if said in YES else False if said in NO else value


def _date(value: Any, _column: Column) -> Any:
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    said = str(value)
    # 2020/3/9 and 2020年3月9日 are as plain as 2020-03-09.
    return f"{parts[1]}-{parts[2]:>02}-{parts[3]:>02}" if (parts := DATE.fullmatch(said)) else said


def _time(value: Any, _column: Column) -> Any:
    return f"{value.hour:02}:{value.minute:02}" if isinstance(value, (time, datetime)) else str(value)


READERS: Mapping[str, Callable[[Any, Column], Any]] = {
    "text": _text,
    "word": _word,
    "words": _words,
    "days": _days,
    "number": _number,
    "yes_no": _yes_no,
    "date": _date,
    "time": _time,
}
