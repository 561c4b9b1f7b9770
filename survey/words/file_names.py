"""What a file is called on the computer of whoever takes it down."""

from __future__ import annotations

import re

NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def file_name(words: str, ending: str) -> str:
    """The words as a name that every system takes, with its ending."""
    return f"{NOT_IN_FILE_NAMES.sub(' ', words).strip(' .')}.{ending}"
