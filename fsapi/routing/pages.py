"""Pages: HTML that is rendered on the server, and the choice between a page and a route file of the same shape."""

# The params are renamed for the page, which only a friend of Req may do.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from werkzeug.wrappers import Response

from fsapi.request.negotiation import prefers_html
from fsapi.request.req import Req
from fsapi.request.route import PAGE_KEY, Handler, Route, absent_params
from fsapi.response.res import Res, vary
from fsapi.routing.middleware import Middleware, compose


def page_handler(page: Callable[..., object], file: str) -> Handler:
    """Return the handler that sends what a page returns: a str, anything with `__html__`, or a Response."""

    def handler(req: Req, res: Res) -> Response | None:
        returned = page(req)
        if isinstance(returned, Response):
            return returned
        html = returned if isinstance(returned, str) else getattr(returned, "__html__", None)
        if html is None:
            kind = "None" if returned is None else type(returned).__qualname__
            raise TypeError(f"{file}: page returned {kind}: return HTML as str, with __html__, or a werkzeug Response")
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        res.end(html if isinstance(html, str) else str(html()))
        return None

    return handler


def choice(page: Route, names: Sequence[str], handler: Handler | None) -> Handler:
    """Return the handler of GET or HEAD where a page and a route file have the same shape.

    The page is chosen where HTML is preferred to JSON, or where the file has no handler. `names` are the params
    of the file, which the page may call otherwise.
    """

    def choose(req: Req, res: Res) -> object:
        if handler is not None and not prefers_html(req.environ):
            return handler(req, res)
        values = [req.params[name] for name in names]
        req._params = {own: value for (own, _), value in zip(page.variables, values)} | absent_params(page)
        req.route, req.environ[PAGE_KEY] = page, page.file
        return page.methods[req.method](req, res)

    return choose if handler is None else compose([Middleware(page.file, _told)], choose)


def _told(req: Req, res: Res) -> Generator[None]:
    """Tell caches that the answer depends on Accept, errors included."""
    vary(res, "Accept")
    yield
    vary(res, "Accept")
