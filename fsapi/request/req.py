"""The request that a handler gets: a thin layer over the WSGI environ that parses only what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic

from fsapi.request.bad_headers import drop_bad_headers
from fsapi.request.body import Body
from fsapi.request.content_type import parse_body
from fsapi.request.contract import generic_alias
from fsapi.request.headers import Headers
from fsapi.request.path import read_url
from fsapi.request.query import read_query
from fsapi.request.raw import RawRequest
from fsapi.request.route import Route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from typing_extensions import TypeVar  # for its defaults; type checkers bring it along, Python has them from 3.13

    BodyT = TypeVar("BodyT", default=Any, covariant=True)
    ParamsT = TypeVar("ParamsT", default=dict[str, Any], covariant=True)
    QueryT = TypeVar("QueryT", default=dict[str, str], covariant=True)
else:
    from typing import TypeVar

    BodyT, ParamsT, QueryT = map(TypeVar, ("BodyT", "ParamsT", "QueryT"))

_UNREAD = object()


class Req(Generic[BodyT, ParamsT, QueryT]):
    """One request; `Req[Body, Params, Query]` declares the types that a handler takes.

    `method` is the HTTP method in capitals, `params` the dynamic path segments by name, and `route` the route that
    answers, with its `file`, `pattern` and `module`.
    """

    __slots__ = (
        "_body",
        "_environ",
        "_headers",
        "_is_checked",
        "_params",
        "_query",
        "_raw",
        "_state",
        "_stream",
        "method",
        "route",
    )
    if not TYPE_CHECKING:
        __class_getitem__ = classmethod(generic_alias)

    def __init__(
        self, environ: WSGIEnvironment, method: str, route: Route, params: dict[str, Any], stream: Body | None
    ) -> None:
        self._environ = environ
        self._is_checked = False
        self.method = method
        self.route = route
        self._params: Any = params
        self._stream = stream
        self._body: Any = _UNREAD
        self._query: Any = None
        self._headers: Headers | None = None
        self._state: SimpleNamespace | None = None
        self._raw: RawRequest | None = None

    @property
    def environ(self) -> WSGIEnvironment:
        """Return the WSGI environ (PEP 3333), without headers that Werkzeug cannot read."""
        if not self._is_checked:
            self._is_checked = True
            drop_bad_headers(self._environ)
        return self._environ

    if TYPE_CHECKING:

        @property
        def params(self) -> ParamsT:
            """Return the dynamic path segments by name."""
            return self._params  # type: ignore[no-any-return] # a contract has converted it

    @property
    def body(self) -> BodyT:
        """Return the parsed JSON, the text of a body of any other type, or None for an empty body.

        JSON is `application/json` and `…+json` (RFC 8259, RFC 6839). Raise BadRequest (400) for a body that is
        malformed, cut off or not in its charset, RequestEntityTooLarge (413) for one over the limit, and
        UnsupportedMediaType (415) for an unsupported charset or a Content-Encoding.
        """
        if self._body is _UNREAD:
            data = (self._stream or self._stream_or_new()).read_all()
            self._body = parse_body(data, self._environ) if data else None
        return self._body  # type: ignore[no-any-return] # parsed JSON, or what a contract converted it to

    @property
    def bytes(self) -> bytes:
        """Return the body as received, for example to check a signature; raise 400, 411, 413 or 501."""
        return self._stream_or_new().read_all()

    @property
    def query(self) -> QueryT:
        """Return the search params by name, decoded; of equal names the last one wins."""
        if self._query is None:
            self._query = read_query(self._environ)
        return self._query  # type: ignore[no-any-return] # a Query, or what a contract converted it to

    @property
    def headers(self) -> Headers:
        """Return the headers; names match in any case."""
        if self._headers is None:
            self._headers = Headers(self._environ)
        return self._headers

    @property
    def url(self) -> str:
        """Return the path and the query string as the client sent them."""
        return read_url(self._environ)

    @property
    def state(self) -> SimpleNamespace:
        """Return a namespace in which middleware passes values to handlers."""
        if self._state is None:
            self._state = SimpleNamespace()
        return self._state

    @property
    def raw(self) -> RawRequest:
        """Return the Werkzeug Request, for cookies, forms, files, streams, and repeated search params.

        The same limit applies to its body, and it can be read again after `body`.
        """
        if self._raw is None:
            stream = self._stream_or_new()
            self._raw = RawRequest(self.environ, stream, self.route.limits)
            stream.call_on_finish(self._raw.close)
        return self._raw

    def _stream_or_new(self) -> Body:
        """Return the body; a request that announces none may still have one that the server ends."""
        if self._stream is None:
            self._stream = Body(self._environ, self.route.limits.body, keep=self.route.reads_body)
        return self._stream


#: Returns the environ as it came, for what reads it on every request; a slot costs no call.
environ_of: Callable[[Req[Any, Any, Any]], WSGIEnvironment] = vars(Req)["_environ"].__get__
#: The default of `fill`: leave it as it is.
KEEP: Any = object()


def fill(req: Req[Any, Any, Any], *, params: Any = KEEP, query: Any = KEEP, body: Any = KEEP) -> None:
    """Set what a request answers for params, query and body, as a contract has converted them."""
    # Handlers may only read these.
    if params is not KEEP:
        req._params = params  # pyright: ignore[reportPrivateUsage]
    if query is not KEEP:
        req._query = query  # pyright: ignore[reportPrivateUsage]
    if body is not KEEP:
        req._body = body  # pyright: ignore[reportPrivateUsage]


if not TYPE_CHECKING:
    # One slot under two names: reading it costs no call, and type checkers see a property without a setter.
    Req.params = Req._params
