"""The request as a handler sees it: thin, over the environ, and read only where it is asked."""

# A function below the class is its friend: as a method it would be part of what handlers see.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic

from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request

from fsapi.request.body import Body
from fsapi.request.content_type import parse_body
from fsapi.request.contract import generic_alias
from fsapi.request.headers import Headers
from fsapi.request.path import read_url
from fsapi.request.query import Query, query_pairs
from fsapi.request.route import Route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from typing_extensions import TypeVar  # which checkers bring along: Python has the defaults from 3.13 on

    BodyT = TypeVar("BodyT", default=Any, covariant=True)
    ParamsT = TypeVar("ParamsT", default=dict[str, Any], covariant=True)
    QueryT = TypeVar("QueryT", default=dict[str, str], covariant=True)
else:
    from typing import TypeVar

    BodyT, ParamsT, QueryT = map(TypeVar, ("BodyT", "ParamsT", "QueryT"))

_UNREAD = object()


class Req(Generic[BodyT, ParamsT, QueryT]):
    """One request; `Req[Body, Params, Query]` is the contract of what a handler takes.

    `environ` is the WSGI environ (PEP 3333), `method` the HTTP method in capitals, `params` the dynamic path
    segments by name, and `route` the file that answers, with its `file`, `pattern` and `module`.
    """

    __slots__ = ("_body", "_headers", "_params", "_query", "_raw", "_state", "_stream", "environ", "method", "route")
    if not TYPE_CHECKING:
        __class_getitem__ = classmethod(generic_alias)

    def __init__(
        self, environ: WSGIEnvironment, method: str, route: Route, params: dict[str, Any], stream: Body | None
    ) -> None:
        self.environ = environ
        self.method = method
        self.route = route
        self._params: Any = params
        self._stream = stream
        self._body: Any = _UNREAD
        self._query: Any = None
        self._headers: Headers | None = None
        self._state: SimpleNamespace | None = None
        self._raw: _Request | None = None

    if TYPE_CHECKING:

        @property
        def params(self) -> ParamsT:
            """Return the dynamic path segments by name."""
            return self._params  # type: ignore[no-any-return] # as a contract has converted it

    @property
    def body(self) -> BodyT:
        """Return the parsed JSON, or the text of any other type, or None where there is no body.

        JSON is what comes as `application/json` or `…+json` (RFC 8259, RFC 6839). Raise BadRequest (400) for a
        body that is malformed, cut off, or in other bytes than its charset has; RequestEntityTooLarge (413)
        over the limit; UnsupportedMediaType (415) for a charset that is not supported or a Content-Encoding.
        """
        if self._body is _UNREAD:
            data = self.bytes
            self._body = parse_body(data, self.environ) if data else None
        return self._body  # type: ignore[no-any-return] # JSON, or what a contract has made of it

    @property
    def bytes(self) -> bytes:
        """Return the body as it was received, for signatures; raise 400, 411, 413 or 501."""
        return _stream(self).whole()

    @property
    def query(self) -> QueryT:
        """Return the search params by name, decoded; the last of equal names wins."""
        if self._query is None:
            self._query = Query(query_pairs(self.environ))
        return self._query  # type: ignore[no-any-return] # a Query, or what a contract has made of it

    @property
    def headers(self) -> Headers:
        """Return the request's headers."""
        if self._headers is None:
            self._headers = Headers(self.environ)
        return self._headers

    @property
    def url(self) -> str:
        """Return the path and the query string as the client sent them."""
        return read_url(self.environ)

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
        return raw(self)


class _Request(Request):
    """A Request that can be told to raise for a form that it cannot read."""

    strict = False

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = not self.strict
        return parser


def raw(req: Req[Any, Any, Any], *, strict: bool = False) -> Request:
    """Return the Werkzeug Request; with `strict` its form raises ValueError where there is none to be read."""
    if req._raw is None:
        stream = _stream(req)
        req._raw = _Request(req.environ, populate_request=False)
        req._raw.max_form_memory_size = req.route.max_body  # which Werkzeug has a smaller one of
        stream.call_on_finish(req._raw.close)
    req._raw.strict = strict
    return req._raw


if not TYPE_CHECKING:
    # One slot under two names: to read it costs no call, and checkers know that it is read only.
    Req.params = Req._params


def _stream(req: Req[Any, Any, Any]) -> Body:
    """Return the body of a request that announces none, and may have one: the server ends it."""
    if req._stream is None:
        req._stream = Body(req.environ, req.route.max_body)
    return req._stream
