"""QR codes as pages and printed sheets show them."""

from __future__ import annotations

import segno
from markupsafe import Markup

SCALE = 3


def drawn(address: str) -> Markup:
    """An address as a QR code, in inline SVG."""
    code = segno.make(address, micro=False)
    return Markup(code.svg_inline(scale=SCALE, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None))
