"""QR codes as pages and printed sheets show them."""

from __future__ import annotations

import segno
from markupsafe import Markup

SCALE = 3
BORDER = 2  # modules of white around it


def drawn(address: str) -> Markup:
    """An address as a QR code, in inline SVG."""
    code = segno.make(address, micro=False)
    svg = code.svg_inline(scale=SCALE, border=BORDER, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    width, height = code.symbol_size(scale=SCALE, border=BORDER)
    # With it a smaller box shows all of the code smaller; without it, a part.
    return Markup(svg.replace("<svg ", f'<svg viewBox="0 0 {width} {height}" ', 1))
