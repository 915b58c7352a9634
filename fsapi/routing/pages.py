"""Pages: HTML rendered on the server, and the choice between a page and a route file of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from werkzeug.wrappers import Response

from fsapi.request.negotiation import prefers_html
from fsapi.request.req import Req, environ_of, fill
from fsapi.request.route import FILE_KEY, ROUTE_KEY, Handler, Route, absent_params
from fsapi.response.res import Res
from fsapi.response.return_values import answer_with, place
from fsapi.response.sending import vary


def page_handler(page: Callable[..., object], file: str) -> Handler:
    """Return the handler that sends what a page returns: a str, anything with `__html__`, or a Response."""

    def handler(req: Req, res: Res) -> Response | None:
        returned = page(req)
        if isinstance(returned, Response):
            return returned
        html = returned if isinstance(returned, str) else getattr(returned, "__html__", None)
        if html is None:
            name = "None" if returned is None else type(returned).__qualname__
            who = place(file, "page", page)
            raise TypeError(
                f"{who} returned {name}: return HTML as a str, an object with __html__, or a werkzeug Response"
            )
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        res.end(html if isinstance(html, str) else str(html()))
        return None

    return handler


def show_page(page: Route, names: Sequence[str]) -> Handler:
    """Return the handler that answers with a page under the URL of a route file.

    `names` are the params of the route file; the page may call them otherwise.
    """

    def show(req: Req, res: Res) -> object:
        values = [req.params[name] for name in names]
        params = {own: value for (own, _), value in zip(page.variables, values)}
        fill(req, params=params | absent_params(page))
        req.route, environ_of(req)[ROUTE_KEY], environ_of(req)[FILE_KEY] = page, page.pattern, page.file
        return page.methods[req.method](req, res)

    return show


def choose(page: Handler, handler: Handler) -> Handler:
    """Return the handler that lets a page answer a client that prefers HTML, and the route file any other.

    Every answer says `Vary: Accept` (RFC 9110, 12.5.5). It is set first for middleware to see and to keep on errors,
    and once more at the end, since handlers can set Vary too, and returned Responses bring their own.
    """

    def chosen(req: Req, res: Res) -> None:
        vary(res, "Accept")
        returned = (page if prefers_html(environ_of(req)) else handler)(req, res)
        if returned is not None or not res.ended:
            answer_with(returned, req, res)
        vary(res, "Accept")

    return chosen
