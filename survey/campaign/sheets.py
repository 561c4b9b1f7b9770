"""What is printed: slips to cut and fold, and posters of open links, each with its QR code."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from survey import qr_code
from survey.ballot import slips
from survey.ballot.store import Group

SPARE_SHARE = 0.1  # slips printed beyond the people asked, for those that are lost


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One slip: the code, and a QR whose address carries it behind the # that no server is sent."""

    group: Group
    code: str
    qr: Markup


def print_slips(group: Group, address: str) -> list[PrintedSlip]:
    """New slips of a group. They are shown this once; only fingerprints are kept."""
    return [
        PrintedSlip(group, code, qr_code.drawn(f"{address}#{code}")) for code in slips.issue(group.id, slips_for(group))
    ]


def slips_for(group: Group) -> int:
    """How many slips a group has, used ones included."""
    return math.ceil(group.enrolled * (1 + SPARE_SHARE))
