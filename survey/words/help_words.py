"""The words for help by name: what can be missing, what can be lent, how far a request is."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.words.enumeration import enumerated
from survey.words.wording import Words, alone

# What a family that asks for help by name can lack.
NEED_LABELS: Words = {
    "device": _l("a device"),
    "signal": _l("a signal"),
    "data": _l("mobile data"),
    "printing": _l("printed material"),
    "place": _l("a quiet place"),
    "adult_time": _l("an adult's time"),
    "worry": _l("somebody to talk to about worries"),
}
# What a school can lend or give.
STOCK_LABELS: Words = {
    "tablet": _l("Tablets"),
    "computer": _l("Computers"),
    "phone": _l("Phones"),
    "data_card": _l("Data cards"),
    "printed_pack": _l("Printed packs"),
}
HELP_STATES: Words = {
    "new": _l("new request"),
    "promised": _l("promised"),
    "withdrawn": _l("withdrawn, awaiting return"),
    "done": _l("done"),
}
LOAN_ENDS: Words = {"returned": _l("returned"), "lost": _l("lost"), "given": _l("given for good")}


def need_alone(need: str) -> str:
    """What can be missing as it stands alone."""
    return str(alone(NEED_LABELS[need]))


def needs_words(needs: Sequence[str], language: str) -> str:
    """What a family says is missing, in a row; where nothing was ticked, they said it in their own words."""
    return enumerated([str(NEED_LABELS[need]) for need in needs], language) or str(gettext("own words"))
