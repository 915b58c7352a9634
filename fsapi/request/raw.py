"""The Werkzeug Request behind `req.raw`, held to the limits of its route."""

from __future__ import annotations

from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property
from werkzeug.wrappers import Request

from fsapi.request.body import Body
from fsapi.request.body_stream import BodyStream
from fsapi.request.content_type import URLENCODED
from fsapi.request.query import query_pairs
from fsapi.request.route import Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict

    _Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class RawRequest(Request):
    """A Werkzeug Request whose form may be as large as the body."""

    def __init__(self, environ: WSGIEnvironment, body: Body, limits: Limits) -> None:
        environ["wsgi.input"] = BodyStream(body)
        super().__init__(environ, populate_request=False)
        self.max_form_memory_size = limits.body  # Werkzeug's default is smaller
        self._body = body
        self._max_fields = limits.fields
        self._parser: _Parser | None = None

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """Return the search params, repeated names included; bad UTF-8 is U+FFFD, as in `req.query`."""
        return self.parameter_storage_class(query_pairs(self.environ))

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser of forms (Werkzeug calls this once)."""
        self._parser = _Parser(
            self._get_file_stream,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self._max_fields,
            cls=self.parameter_storage_class,
        )
        return self._parser

    def read_form(self) -> tuple[ImmutableMultiDict[str, str], ImmutableMultiDict[str, FileStorage]]:
        """Return fields and files, also where they have been read before; raise 413.

        Raise ValueError for a malformed form, which `form` shows as an empty one, and RuntimeError if a part of it has
        been read as a stream.
        """
        if self._parser is None:
            self._body.require_start()
        texts, files = self.form, self.files
        if self._parser is not None and self._parser.failure is not None:
            raise self._parser.failure
        return texts, files


class _Parser(FormDataParser):
    """A parser that remembers why a form could not be read, and counts the fields of every form."""

    failure: ValueError | None = None

    def parse(self, stream: IO[bytes], mimetype: str, *rest: Any, **options: Any) -> _Parsed:
        """Return the rest of the stream, fields and files, none where the form is malformed; raise 413."""
        self.silent = False
        if mimetype == URLENCODED:
            data = stream.read()
            if self.max_form_parts is not None and data.count(b"&") >= self.max_form_parts:
                raise _too_many(self.max_form_parts)
            stream = BytesIO(data)
        try:
            return super().parse(stream, mimetype, *rest, **options)
        except ValueError as exc:
            self.failure = exc
            return stream, self.cls(), self.cls()
        except RequestEntityTooLarge as exc:
            if exc.description != RequestEntityTooLarge.description or self.max_form_parts is None:
                raise
            raise _too_many(self.max_form_parts) from None  # the body has been measured before


def _too_many(most: int) -> RequestEntityTooLarge:
    """Return the exception for a form with too many fields."""
    return RequestEntityTooLarge(f"the form has more than {most} fields")
