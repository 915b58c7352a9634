"""The request as a handler sees it: thin, over the environ, and read only where it is asked."""

# A function below the class is its friend: as a method it would be part of what handlers see.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from fsapi import target
from fsapi.body import Body
from fsapi.content import parsed
from fsapi.fields import Headers, Query, query
from fsapi.route import Route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_UNREAD = object()


class Req:
    """One request.

    `environ` is the WSGI environ (PEP 3333), `method` the HTTP method in capitals, `params` the dynamic path
    segments by name, and `route` the file that answers, with its `file`, `pattern` and `module`.
    """

    __slots__ = (
        "_body",
        "_headers",
        "_query",
        "_raw",
        "_state",
        "_stream",
        "environ",
        "method",
        "params",
        "route",
    )

    def __init__(
        self, environ: WSGIEnvironment, method: str, route: Route, params: dict[str, Any], stream: Body | None
    ) -> None:
        self.environ = environ
        self.method = method
        self.route = route
        self.params = params
        self._stream = stream
        self._body: Any = _UNREAD
        self._query: Query | None = None
        self._headers: Headers | None = None
        self._state: SimpleNamespace | None = None
        self._raw: Request | None = None

    @property
    def body(self) -> Any:
        """Return the parsed JSON, or the text of any other type, or None where there is no body.

        JSON is what comes as `application/json` or `…+json` (RFC 8259, RFC 6839). Raise BadRequest (400) for a
        body that is malformed, cut off, or in other bytes than its charset has; RequestEntityTooLarge (413)
        over the limit; UnsupportedMediaType (415) for a charset that is not supported or a Content-Encoding.
        """
        if self._body is _UNREAD:
            data = self.bytes
            self._body = parsed(data, self.environ) if data else None
        return self._body

    @property
    def bytes(self) -> bytes:
        """Return the body as it was received, for signatures; raise 400, 411, 413 or 501."""
        return _stream(self).whole()

    @property
    def query(self) -> Query:
        """Return the search params by name, decoded; the last of equal names wins."""
        if self._query is None:
            self._query = query(self.environ)
        return self._query

    @property
    def headers(self) -> Headers:
        """Return the request's headers."""
        if self._headers is None:
            self._headers = Headers(self.environ)
        return self._headers

    @property
    def url(self) -> str:
        """Return the path and the query string as the client sent them."""
        return target.url(self.environ)

    @property
    def state(self) -> SimpleNamespace:
        """Return a namespace for what middleware hands on to handlers."""
        if self._state is None:
            self._state = SimpleNamespace()
        return self._state

    @property
    def raw(self) -> Request:
        """Return the Werkzeug Request: cookies, forms, files, streams, the query with all its values.

        It is bound by the same limit, and after `body` it reads the same bytes again.
        """
        if self._raw is None:
            stream = _stream(self)
            self._raw = Request(self.environ, populate_request=False)
            self._raw.max_form_memory_size = self.route.max_body  # which Werkzeug has a smaller one of
            stream.call_on_finish(self._raw.close)
        return self._raw


def _stream(req: Req) -> Body:
    """Return the body of a request that announces none, and may have one: the server ends it."""
    if req._stream is None:
        req._stream = Body(req.environ, req.route.max_body)
    return req._stream
