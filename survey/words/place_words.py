"""What a place is called in a sentence."""

from __future__ import annotations

from babel import Locale

from estimator import places


def place_words(code: str, language: str) -> str:
    """«Anhui», «India»; the code where no name is known."""
    if found := places.name(code):
        return found.chinese if language == "zh" else found.english
    return str(Locale.parse(language).territories.get(code, code))
