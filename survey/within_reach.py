"""Who may look at a file; and whether it is there, which is another question."""

from __future__ import annotations

from pathlib import Path

OWNER_ONLY = 0o600  # the mode of what nobody else may read


def exists(path: Path) -> bool:
    """Whether a file or folder is there. Raises PermissionError where that cannot be seen.

    `Path.exists` answers no then, from Python 3.14 on: keys that are out of reach would be taken for missing.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
