"""Fill the table of methods when the app is built, so that a request finds its handler in one look-up.

| method | is answered by |
|---|---|
| any of the seven | the handler of that name, else `default` |
| HEAD | `HEAD`, else `GET`, else `default` |
| OPTIONS | `OPTIONS`, else `default`, else a 204 with `Allow` |
| any other | a 405 with `Allow` |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import NoReturn

from werkzeug.exceptions import MethodNotAllowed

from fsapi.request.req import Req
from fsapi.request.route import METHODS, Handler, in_allow_order
from fsapi.response.res import Res
from fsapi.response.sending import allow_length


def method_table(handlers: Mapping[str, Handler], also: Sequence[str] = ()) -> dict[str, Handler]:
    """Return the handler of every method that a file with these handlers answers.

    OPTIONS also lists the methods `also`, which something else answers under the same URL.
    """
    default = handlers.get("default")
    methods = {method: handlers.get(method, default) for method in METHODS}
    own_head = handlers.get("HEAD") or (None if "GET" in handlers else default)
    methods["HEAD"] = handlers.get("GET") if own_head is None else _may_set_length(own_head)
    table = {method: handler for method, handler in methods.items() if handler is not None}
    if "OPTIONS" not in table:
        table["OPTIONS"] = _options(", ".join(in_allow_order({*table, *also, "OPTIONS"})))
    return table


def method_not_allowed(methods: Collection[str], *, seen: bool) -> Handler:
    """Return the handler of all other methods: a 405 whose Allow lists these (RFC 9110, 15.5.6).

    It raises the 405 where that can be `seen`, by middleware or by an error function, and answers it else.
    """
    allowed = in_allow_order(methods)
    return _raise_405(allowed) if seen else _answer_405(allowed)


# Routes with equal methods share these handlers.


@cache
def _raise_405(allowed: tuple[str, ...]) -> Handler:
    """Return the handler that raises a 405."""

    def not_allowed(req: Req, res: Res) -> NoReturn:
        raise MethodNotAllowed(allowed)

    return not_allowed


@cache
def _answer_405(allowed: tuple[str, ...]) -> Handler:
    """Return the handler that answers with a 405."""
    line, body = ", ".join(allowed), {"error": "Method Not Allowed"}

    def not_allowed(req: Req, res: Res) -> None:
        res.setHeader("Allow", line)
        res.json(body, 405)

    return not_allowed


@cache
def _options(allow: str) -> Handler:
    """Return the handler of OPTIONS for a file that has none (RFC 9110, 9.3.7)."""

    def options(req: Req, res: Res) -> None:
        res.setHeader("Allow", allow)
        res.status(204).end()

    return options


def _may_set_length(handler: Handler) -> Handler:
    """Return a HEAD function that may set the Content-Length that its GET would have (RFC 9110, 9.3.2)."""

    def head(req: Req, res: Res) -> object:
        allow_length(res)
        return handler(req, res)

    return head
