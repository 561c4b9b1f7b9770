"""How cells look, each look named once in a workbook: what openpyxl would otherwise work out anew for every cell."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook import Workbook

INK, RULE_INK, HEADER_FILL, OVER_FILL, OVER_INK, LINK_INK = "1C2B2A", "8A9593", "E3F0EC", "F6E8C3", "7A2E0A", "0A6456"
TITLE_FONTS = {"zh": "黑体"}
BODY_FONTS = {"zh": "仿宋"}
OTHER_FONT = "Arial"
BODY_SIZE = 10.5
INDENT = 1  # keeps words off the number in the cell before


@dataclass(frozen=True, slots=True)
class Look:
    """Font, colours, rules and format of a cell. `quoted` is the mark that Excel sets for a leading apostrophe."""

    title: bool = False  # in the font of titles
    size: float = BODY_SIZE
    bold: bool = False
    ink: str = INK
    fill: str = ""
    rules: str = ""  # the kind of line below the cell; none: no lines at all
    side: str = "left"
    indent: int = 0
    format: str = "General"
    wrap: bool = True
    quoted: bool = False
    underline: bool = False


class Looks:
    """The looks of one workbook in one language, by number."""

    def __init__(self, book: Workbook, language: str):
        self._scratch = Cell(book.create_sheet("looks"), row=1, column=1)
        book.remove(book["looks"])
        self._book, self._language = book, language
        self._known: dict[Look, int] = {}

    def number(self, look: Look) -> int:
        """What stands as `s` in a cell's XML."""
        if look not in self._known:
            self._known[look] = self._add(look)
        return self._known[look]

    def font_name(self, *, title: bool) -> str:
        """A font by name; it is not embedded, so another one stands in where it is missing."""
        return (TITLE_FONTS if title else BODY_FONTS).get(self._language, OTHER_FONT)

    def _add(self, look: Look) -> int:
        cell = Cell(self._scratch.parent, row=1, column=1)
        cell.font = Font(
            name=self.font_name(title=look.title),
            size=look.size,
            bold=look.bold,
            color=look.ink,
            underline="single" if look.underline else None,
        )
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if look.rules:
            cell.border = _rules(look.rules)
        cell.alignment = Alignment(horizontal=look.side, vertical="center", wrap_text=look.wrap, indent=look.indent)
        cell.number_format = look.format
        cell.quotePrefix = look.quoted
        return int(cell.style_id)


def _rules(bottom: str) -> Border:
    thin, below = Side(style="thin", color=RULE_INK), Side(style=bottom, color=RULE_INK)  # type: ignore[arg-type]
    return Border(left=thin, right=thin, top=thin, bottom=below)
