"""Read a form, with its fields and files, as a value of a type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.exceptions import BadRequest

from fsapi.contracts.coercion import TextFields
from fsapi.contracts.typeinfo import Type, has_files
from fsapi.contracts.validation import text_builder
from fsapi.request import content_type
from fsapi.request.req import Req, environ_of

#: The content types of forms (RFC 7578, and the URL standard of WHATWG, 5).
FORMS = URLENCODED, MULTIPART = content_type.URLENCODED, content_type.MULTIPART

_Request = Req[Any, Any, Any]


def form_reader(described: Type) -> Callable[[_Request], Any]:
    """Return the function that reads a form as a value of a type; it raises 400, 413, 415 and Invalid."""
    text, build, is_stream = TextFields(described), text_builder(described), has_files(described)

    def read(req: _Request) -> Any:
        return build(text.collect(_form_pairs(req, text, is_stream=is_stream)))

    return read


def _form_pairs(req: _Request, text: TextFields, *, is_stream: bool) -> Iterator[tuple[str, Any]]:
    """Yield the texts and files of a form by name; raise 400 if the form cannot be read, 413 and 415.

    Leave out what a browser sends for an input that nobody filled in: empty text, or a file without a name.
    A form with files is read as a stream, because it can be large; `req.bytes` is not available afterwards.
    """
    if not is_stream:
        data = req.bytes  # which keeps them, so that the handler can still read them
        if content_type.media_type(environ_of(req)) == URLENCODED:
            content_type.reject_json(data)
    try:
        texts, files = req.raw.read_form()
    except ValueError as exc:
        raise BadRequest(f"the body is not a form: {exc}") from None
    # Werkzeug gives a part without a name the name None.
    for name, value in texts.items(multi=True):
        if name and (value or text.fields.get(name, text.unknown).may_be_empty):
            yield name, value
    for name, file in files.items(multi=True):
        if name and file.filename and text.fields.get(name, text.unknown).may_be_file:
            yield name, file
