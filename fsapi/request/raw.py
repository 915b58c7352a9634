"""The Werkzeug Request behind `req.raw`, held to the limits of its route."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from io import BufferedReader
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser, default_stream_factory
from werkzeug.sansio.utils import get_current_url
from werkzeug.utils import cached_property
from werkzeug.wrappers import Request

from fsapi.json.engine import decode
from fsapi.request.body import Body
from fsapi.request.body_stream import BodyStream
from fsapi.request.content_type import MULTIPART, URLENCODED
from fsapi.request.headers import unraised
from fsapi.request.multipart import PIECE, check_fields, check_text, read_multipart
from fsapi.request.query import query_pairs, read_pairs
from fsapi.request.route import Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import MultiDict
    from werkzeug.formparser import TStreamFactory

    _Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


# RFC 1035, 2.3.4, with a port. Python takes quadratic time to decode a host.
_MAX_HOST = 255 + len(":65535")


class RawRequest(Request):
    """A Werkzeug Request whose forms are held to the limits of the route."""

    # JSON is read as `req.body` reads it: the standard library raises RecursionError for many brackets.
    json_module: Any = SimpleNamespace(loads=decode)

    def __init__(self, environ: WSGIEnvironment, body: Body, limits: Limits) -> None:
        environ["wsgi.input"] = BodyStream(body)
        super().__init__(environ, populate_request=False)
        self._body = body
        self._limits = limits
        self._parser: _Parser | None = None

    @cached_property
    def url(self) -> str:
        """Return the URL."""
        return self._url(self.root_path, self.path, self.query_string)

    @cached_property
    def base_url(self) -> str:
        """Return the URL without its query."""
        return self._url(self.root_path, self.path)

    @cached_property
    def root_url(self) -> str:
        """Return the URL of the mount."""
        return self._url(self.root_path)

    @cached_property
    def host_url(self) -> str:
        """Return the URL of the host."""
        return self._url()

    def _url(self, root: str | None = None, path: str | None = None, query: bytes | None = None) -> str:
        """Return a URL; a host that the codec of Python, which follows RFC 3490, cannot decode stays as it came."""
        if len(self.host) <= _MAX_HOST:
            with suppress(ValueError):
                return get_current_url(self.scheme, self.host, root, path, query)
        return get_current_url(self.scheme, "x", root, path, query).replace("//x", f"//{self.host.lower()}", 1)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """Return the search params, repeated names included; bad UTF-8 is U+FFFD, as in `req.query`."""
        return self.parameter_storage_class(query_pairs(self.environ))

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser of forms, the same each time (Werkzeug calls this again after an exception)."""
        if self._parser is None:
            self._parser = _Parser(default_stream_factory, self._body, self._limits)
        return self._parser

    def read_form(self) -> tuple[ImmutableMultiDict[str, str], ImmutableMultiDict[str, FileStorage]]:
        """Return fields and files, also where they have been read before; raise 413.

        Raise ValueError for a malformed form, which `form` shows as an empty one. Of files that come now no second copy
        is kept.
        """
        if self._parser is None and self._body.rewind():
            self._body.stop_keeping()
        texts, files = self.form, self.files
        if self._parser is not None and self._parser.failure is not None:
            raise unraised(self._parser.failure)
        return texts, files


class _Parser(FormDataParser):
    """A parser that holds every form to the limits, and remembers why one could not be read."""

    def __init__(self, open_file: TStreamFactory, body: Body, limits: Limits) -> None:
        super().__init__(open_file, cls=ImmutableMultiDict)
        self.failure: ValueError | HTTPException | None = None
        self._body = body
        self._limits = limits

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> _Parsed:
        """Return the rest of the stream, fields and files, none of them where the form is malformed; raise 413.

        The form is read from the start of the body, if that can still be read, and from the stream otherwise.
        """
        if isinstance(self.failure, HTTPException):
            raise unraised(self.failure)  # the form has been read up to somewhere: what is left of it is another one
        if self._body.rewind():
            stream = BufferedReader(BodyStream(self._body))
        fields: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        try:
            if mimetype == MULTIPART:
                boundary = (options or {}).get("boundary", "").encode("ascii")
                if not boundary:
                    raise ValueError("Missing boundary")
                fields, files = read_multipart(stream, boundary, self._limits, partial(self._open, content_length))
            elif mimetype == URLENCODED:
                fields = self._read_urlencoded(stream)
        except HTTPException as exc:
            self.failure = unraised(exc)
            raise
        except ValueError as exc:
            self.failure = ValueError(str(exc))
        return stream, self.cls(fields), self.cls(files)

    def _read_urlencoded(self, stream: IO[bytes]) -> list[tuple[str, str]]:
        """Return the fields of a form without files; bad UTF-8 is replaced, as in a query."""
        pieces: list[bytes] = []
        size = 0
        while piece := stream.read(PIECE):
            pieces.append(piece)
            size += len(piece)
            check_text(size, self._limits)
        data = b"".join(pieces)
        check_fields(data.count(b"&") + 1, self._limits)
        return read_pairs(data.decode())

    def _open(self, total: int | None, name: str, kind: str | None) -> IO[bytes]:
        """Open a temporary file for an uploaded one."""
        return self.stream_factory(total_content_length=total, content_type=kind, filename=name)
