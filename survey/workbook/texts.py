"""The texts of a workbook, each once; a cell has its number (ECMA-376 part 1, 18.4.9).

openpyxl writes each text into its cell. A province's tables say the same few texts in millions of cells, and would be a
quarter larger; so this member of the file is written here, and made known to those that list the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.packaging.manifest import Manifest, Override
from openpyxl.packaging.relationship import Relationship, RelationshipList
from openpyxl.xml.constants import (
    ARC_CONTENT_TYPES,
    ARC_SHARED_STRINGS,
    ARC_WORKBOOK_RELS,
    REL_NS,
    SHARED_STRINGS,
    SHEET_MAIN_NS,
)
from openpyxl.xml.functions import fromstring, tostring

from survey.workbook.text import escaped

PLACE = f"/{ARC_SHARED_STRINGS}"


class Texts:
    """The texts met so far."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of each as it will be written

    def number(self, text: str) -> int:
        """The number of a text, from 0."""
        kept = "" if text == " ".join(text.split()) else ' xml:space="preserve"'
        return self._numbers.setdefault(f"<si><t{kept}>{escaped(text)}</t></si>", len(self._numbers))

    def members(self, shell: Mapping[str, bytes]) -> dict[str, str | bytes]:
        """The member of the file that has the texts, and the two of its `shell` that list all members, with this one."""
        listed: Any = Manifest.from_tree(fromstring(shell[ARC_CONTENT_TYPES]))  # type: ignore[arg-type]
        listed.Override.append(Override(PLACE, SHARED_STRINGS))
        related: Any = RelationshipList.from_tree(fromstring(shell[ARC_WORKBOOK_RELS]))
        related.append(Relationship("", f"{REL_NS}/sharedStrings", Target=PLACE))
        texts = f'<sst xmlns="{SHEET_MAIN_NS}" uniqueCount="{len(self._numbers)}">{"".join(self._numbers)}</sst>'
        return {
            ARC_CONTENT_TYPES: tostring(listed.to_tree()),
            ARC_WORKBOOK_RELS: tostring(related.to_tree()),
            ARC_SHARED_STRINGS: texts.encode(),
        }
