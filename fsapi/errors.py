"""Exceptions turned into answers: JSON `{"error": ...}` that tells a client nothing but what it may know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from fsapi.res import Res
from fsapi.sending import adopt

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What Werkzeug says of a status where the raiser said nothing.
_STOCK = {kind.description for kind in default_exceptions.values()}


def answer(exc: HTTPException, environ: WSGIEnvironment, res: Res) -> None:
    """Fill in the answer that an HTTPException stands for: its status and headers, its description as `error`.

    An exception that brings a Response is that Response. Raise what an exception of another's making raises,
    and the exception itself where it has no status.
    """
    if isinstance(exc.response, Response):
        adopt(res, exc.response, environ)
    elif exc.code is None:
        raise exc
    elif type(exc).get_response is HTTPException.get_response:
        error(res, exc.code, _text(exc), exc.get_headers(environ))
    else:
        response = exc.get_response(environ)
        error(res, response.status_code, _text(exc), response.headers)


def error(res: Res, code: int, text: str = "", headers: Iterable[tuple[str, str]] = ()) -> None:
    """Fill in an error with a status, a text that is the phrase of the status by default, and headers."""
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in ("content-type", "content-length"):
            lines.setdefault(name, []).append(value)
    for name, values in lines.items():
        res.setHeader(name, values)
    res.json({"error": text or HTTP_STATUS_CODES.get(code, "Unknown Error")}, code)


def _text(exc: HTTPException) -> str:
    """Return the description that the raiser gave, or nothing."""
    text = exc.description
    return "" if text is None or text in _STOCK else str(text)
