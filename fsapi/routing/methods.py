"""The handler of every method, put into a table when the app is built, so that picking one is one look-up.

`default` answers the seven named methods only; HEAD runs GET, and OPTIONS answers itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

from werkzeug.exceptions import MethodNotAllowed

from fsapi.request.req import Req
from fsapi.request.route import METHODS, Handler
from fsapi.response.res import Res


def method_not_allowed(methods: Collection[str]) -> Handler:
    """Return the handler of the methods that a file does not answer: a 405 with a complete Allow."""

    def otherwise(req: Req, res: Res) -> NoReturn:
        raise MethodNotAllowed(allowed(methods))

    return otherwise


def method_table(found: Mapping[str, Handler], also: Sequence[str] = ()) -> dict[str, Handler]:
    """Return the handler of every method that a file with these handlers answers.

    OPTIONS tells of further methods `also`, where something else answers them.
    """
    default = found.get("default")
    methods = {method: found.get(method, default) for method in METHODS}
    methods["HEAD"] = found.get("HEAD") or found.get("GET") or default
    answered = {method: handler for method, handler in methods.items() if handler is not None}
    if "OPTIONS" not in answered:
        answered["OPTIONS"] = _options(", ".join(allowed({*answered, *also, "OPTIONS"})))
    return answered


def allowed(methods: Collection[str]) -> tuple[str, ...]:
    """Return methods in the order in which `Allow` lists them."""
    return tuple(method for method in METHODS if method in methods)


def _options(allow: str) -> Handler:
    """Return the handler of OPTIONS for a file that has none (RFC 9110, 9.3.7)."""

    def options(req: Req, res: Res) -> None:
        res.setHeader("Allow", allow)
        res.status(204).end()

    return options
