"""Answer one request by its route: the only place that catches exceptions, and the one that writes responses."""

from __future__ import annotations

from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from fsapi.request.body import Body
from fsapi.request.negotiation import prefers_html
from fsapi.request.req import Req, environ_of
from fsapi.request.route import Route
from fsapi.response.error_response import Show, answer_error, log_exception, show_unexpected
from fsapi.response.exception_page import show_exception
from fsapi.response.res import Res
from fsapi.response.return_values import answer_with
from fsapi.response.sending import forget_returned, returned_response, send
from fsapi.response.stream import LateStart, Stream, close_with_file, is_harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: The environ key of the App whose caller handles its unexpected exceptions, as with `errors="raise"`.
RAISING = "fsapi.raising"
#: The value of RAISING for all Apps that a request may reach.
EVERY_APP = "every"
#: The environ key of a list: an App of development adds what answers with each exception that a host gets from it.
PAGES = "fsapi.pages"


class Responder:
    """Answers the requests of an `owner`, which its callers name in RAISING.

    With `always_raises` unexpected exceptions go to the caller. Where a project `has_pages`, errors are HTML for
    clients that prefer it.
    """

    #: Answers with an unexpected exception.
    _show: Show = None

    def __init__(self, owner: object, *, always_raises: bool, has_pages: bool) -> None:
        self._owner = owner
        self._always_raises = always_raises
        self._has_pages = has_pages

    def respond(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        route: Route,
        params: dict[str, Any],
        context: Context,
    ) -> Iterable[bytes]:
        """Answer a request in its context; every exception becomes an answer, or goes to the host."""
        method: str = environ.get("REQUEST_METHOD", "")
        body = None
        if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
            body = Body(environ, route.limits.body, keep=route.reads_body)
        req, res = Req(environ, method, route, params, body), Res()
        try:
            returned = route.methods.get(method, route.otherwise)(req, res)
            # The property `ended` would cost every request a call.
            if returned is not None or not res._closed:  # pyright: ignore[reportPrivateUsage]
                answer_with(returned, req, res)
        except BaseException as exc:
            html = prefers_html(environ) if self._has_pages else None
            answer_error(exc, req, res, partial(self._report, environ, body), self._show, html=html)
        # A server may end a body that it has not announced, so a handler may have read one.
        stream = req._stream  # pyright: ignore[reportPrivateUsage] # a property would cost every request a call
        if stream is not None and res._returned is None:  # pyright: ignore[reportPrivateUsage]
            stream.finish()
        sent = send(res, method, start_response)
        if isinstance(sent, list):
            return sent  # pyright: ignore[reportUnknownVariableType] # isinstance() forgets the type of its items
        return self._stream(sent, start_response, body, req, res, context)

    def _stream(
        self,
        sent: Iterable[bytes],
        start_response: StartResponse,
        body: Body | None,
        req: Req,
        res: Res,
        context: Context,
    ) -> Iterable[bytes]:
        """Return a body that runs in the context, and is closed with the Response that it belongs to."""
        environ, response = environ_of(req), returned_response(res)
        stream = req._stream  # pyright: ignore[reportPrivateUsage]
        finish = _do_nothing if stream is None else stream.finish
        on_error = _leave_to_the_host if self._raises(environ) else partial(log_exception, environ, req.route.file)
        if response is not None and type(sent) is environ.get("wsgi.file_wrapper"):
            if body is None and close_with_file(sent, Stream(response, context, on_error, finish).close):
                return sent  # unwrapped, so that the server can send the file without Python
            sent = ClosingIterator(sent, response.close)
        return Stream(sent, context, on_error, finish)

    def _report(self, environ: WSGIEnvironment, body: Body | None, file: str, exc: BaseException) -> None:
        """Log an unexpected exception, or raise it to the host, with the body finished; Ctrl-C is always raised."""
        stops = isinstance(exc, KeyboardInterrupt) and is_harmless(exc)
        if not stops and not self._raises(environ):
            return log_exception(environ, file, exc)
        if body is not None:
            body.finish()
        if isinstance(exc, SystemExit):  # it would stop a gunicorn worker
            raise RuntimeError(f"a handler called sys.exit({exc.code!r})") from exc
        raise exc

    def _raises(self, environ: WSGIEnvironment) -> bool:
        """Return whether unexpected exceptions go to the host."""
        return self._always_raises or environ.get(RAISING) in (self._owner, EVERY_APP)


class DevelopmentResponder(Responder):
    """Answers with the unexpected exception itself, also where a stream raises it before its first piece."""

    _show = staticmethod(show_exception)

    def respond(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        route: Route,
        params: dict[str, Any],
        context: Context,
    ) -> Iterable[bytes]:
        """Answer a request, and send the head of a stream with its first piece."""
        late = LateStart(start_response)
        try:
            answer = super().respond(environ, late, route, params, context)
        except Exception as exc:
            _keep_page(Req(environ, environ.get("REQUEST_METHOD", ""), route, params, None), exc)
            raise
        late.send()
        return answer

    def _stream(
        self,
        sent: Iterable[bytes],
        start_response: StartResponse,
        body: Body | None,
        req: Req,
        res: Res,
        context: Context,
    ) -> Iterable[bytes]:
        """Return a body in whose place an exception can be shown."""
        stream = super()._stream(sent, start_response, body, req, res, context)
        instead = partial(_raise, req) if self._raises(environ_of(req)) else partial(self._show_instead, req, res)
        return start_response.wait_for(stream, instead) if isinstance(start_response, LateStart) else stream

    def _show_instead(self, req: Req, res: Res, start_response: StartResponse, exc: Exception) -> Iterable[bytes]:
        """Show an exception in place of a body that has not begun; raise it where that fails."""
        forget_returned(res)  # the server closes it
        if not show_unexpected(exc, req, res, self._show):
            raise exc
        return send(res, req.method, start_response)


def _raise(req: Req, _: StartResponse, exc: Exception) -> Iterable[bytes]:
    """Let the host answer with an exception in place of a body that has not begun."""
    _keep_page(req, exc)
    raise exc


def _keep_page(req: Req, exc: Exception) -> None:
    """Keep what answers with an exception that goes to the host, for who serves the host."""
    pages = environ_of(req).get(PAGES)
    if pages is not None:
        pages.append(partial(_send_page, req, exc))


def _send_page(req: Req, exc: Exception, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with an exception."""
    res = Res()
    res.status(500)
    show_exception(exc, req, res)
    return send(res, req.method, start_response)


def _leave_to_the_host(exc: BaseException) -> None:
    """Do not log an exception that the host gets."""


def _do_nothing() -> None:
    """Finish the body of a request that has none."""
