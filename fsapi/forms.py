"""Forms, as browsers send them: fields and files by name, in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.exceptions import BadRequest

from fsapi.req import Req, raw
from fsapi.text import Text

#: The content types of forms (RFC 7578, and the URL standard of WHATWG, 5).
FORMS = URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def form(req: Req[Any, Any, Any], text: Text, *, files_too: bool) -> Iterator[tuple[str, Any]]:
    """Yield the fields and files that were filled in; raise 400 for a form that cannot be read, and 413.

    Where there are to be files the form is read as a stream, since it can be large, and its bytes are gone.

    A browser sends an input that nobody has filled in as empty text, or as a file without a name.
    """
    if not files_too:
        req.bytes  # noqa: B018 # kept, so that the handler can read it as it can read JSON
    request = raw(req, strict=True)
    try:
        fields, files = request.form, request.files
    except ValueError as exc:
        raise BadRequest(f"the body is not a form: {exc}") from None
    # A part without a name is one of the name None to Werkzeug.
    yield from (pair for pair in fields.items(multi=True) if (pair[1] or pair[0] not in text.textless) and pair[0])
    for name, file in files.items(multi=True):
        if file.filename and (name in text.files or (text.closed and name)):
            yield name, file
