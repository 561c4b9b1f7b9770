"""A page that is sent while it is made: of a large district's slips, nothing waits and nothing piles up in memory."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, current_app, g, stream_with_context

PIECES_TOGETHER = 100  # of a template, in one write


def streamed(template: str, **values: object) -> Response:
    """The page of a template, piece by piece. What the template iterates over is made as it comes to it."""

    def pieces() -> Iterator[str]:
        # The sessions of the request are closed by now; the page reads who is at the desk with one of its own.
        g.pop("account", None)
        current_app.update_template_context(values)
        made = current_app.jinja_env.get_template(template).stream(values)
        made.enable_buffering(PIECES_TOGETHER)
        yield from made

    return Response(stream_with_context(pieces()), mimetype="text/html")
