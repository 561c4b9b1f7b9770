"""The character NUL, which PostgreSQL keeps in no text: what is asked or sent with it goes no further, on any engine.

No keyboard types it, and no page of this house holds it. In an address it names nothing that there is; in a form it
is refused before anybody has read the form. Files are for whoever reads them.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from flask import Request, abort, request
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

if TYPE_CHECKING:
    from werkzeug.formparser import t_parse_result

NUL = "\0"
NUL_QUOTED = "%00"


class FormParser(FormDataParser):
    """Reads forms, but none with a NUL in the name or the value of a field or in a file's name, or without a name."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> t_parse_result:
        """What was sent. Raises BadRequest."""
        left, form, files = super().parse(stream, mimetype, content_length, options)
        named = ((name, file.filename or "") for name, file in files.items(multi=True))
        texts = [text for pair in (*form.items(multi=True), *named) for text in pair]
        if None in texts or NUL in "".join(texts):  # a part may come without a name, whatever its type says
            for file in files.values():
                file.close()
            raise BadRequest
        return left, form, files


class RequestWithoutNul(Request):
    """A request whose forms are read by `FormParser`."""

    # Where forms are read, and not before each request: a room may first say how large a form may be.
    form_data_parser_class = FormParser
    # As werkzeug has them. Flask would ask its settings MAX_FORM_…, which are the same, four times a form: they do
    # nothing here.
    max_form_memory_size = 500_000
    max_form_parts = 1_000


def refuse_in_address() -> None:
    """Nothing is at an address with a NUL in its path or its query."""
    asked = request.environ
    if NUL in asked["PATH_INFO"] or NUL_QUOTED in asked.get("QUERY_STRING", ""):
        abort(404)
