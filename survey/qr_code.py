"""QR codes as pages and printed sheets show them."""

from __future__ import annotations

from functools import lru_cache

import segno
from markupsafe import Markup

SCALE = 3
BORDER = 2  # modules of white around it


def drawn(address: str) -> Markup:
    """An address as a QR code, in inline SVG: a size of its own, and larger or smaller where a page gives it one."""
    code = segno.make(address, micro=False)
    width, height = code.symbol_size(SCALE, BORDER)
    # Without its size the drawing has a viewBox: a smaller box then shows all of the code smaller, not a part.
    svg = code.svg_inline(
        scale=SCALE, border=BORDER, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(svg.replace("<svg", f'<svg width="{width}" height="{height}"', 1))


@lru_cache(maxsize=1024)
def of_public(address: str) -> Markup:
    """The same of an address that anybody may see, kept for the next time; one that carries a code is never kept."""
    return drawn(address)
