"""What the families are taken to have, in words: the usual figure, that of like schools, and the one that is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.planning.fit import Fit, FittedFigure
from survey.words import wording

Shares = tuple[float, ...]

# Figure → what is told of it, and how that is read off its shares.
TOLD: Mapping[str, tuple[str, Callable[[Shares], float]]] = {
    "households": (_l("Families with two or more children at school"), lambda shares: 1 - shares[0]),
    "computer": (_l("Families without a computer"), lambda shares: shares[0]),
    "tablet": (_l("Families without a tablet"), lambda shares: shares[0]),
    "printer": (_l("Families with a printer"), lambda shares: shares[0]),
    "broadband": (_l("Families with broadband that is good enough"), lambda shares: shares[0]),
    "no_connection": (_l("Families without a connection"), lambda shares: shares[0]),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the families as the page tells it; shares from 0 to 1."""

    label: str
    usual: float
    of_like: float
    used: float
    own: float  # how much of it is the school's own, 0 to 1
    is_usual: bool  # whether the usual figure stands all the same


def lines(fit: Fit) -> list[Line]:
    """A line for each figure that the release gives; none where it gives none."""
    return [_line(figure) for figure in fit.figures]


def families_words(fit: Fit) -> str:
    """Whose families these are, to end a sentence with."""
    if fit.file is not None:
        return str(_("as the bureau's own file gives them"))
    if fit.source is None:
        return str(_("as usual in the %(setting)s", setting=wording.SETTING_LABELS[fit.setting]))
    return str(_("as parents report them"))


def _line(figure: FittedFigure) -> Line:
    label, read = TOLD[figure.figure]
    used = figure.used.shares if figure.is_used else figure.usual
    own = figure.used.own if figure.is_used else 0.0
    return Line(str(label), read(figure.usual), read(figure.of_like), read(used), own, not figure.is_used)
