"""The handler of a request picked and called, and what it returned judged."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, TypeGuard

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from fsapi.body import Body
from fsapi.req import Req
from fsapi.res import Res, adopt
from fsapi.router import Found

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def dispatch(environ: WSGIEnvironment, method: str, found: Found, stream: Body | None, res: Res) -> None:
    """Pick the handler by method and call it; raise where it did not answer."""
    if isinstance(found, HTTPException):
        raise found
    route, params = found
    handler = route.methods.get(method)
    if handler is None:
        raise MethodNotAllowed(route.allow)
    returned = handler(Req(environ, method, route, params, stream), res)
    if returned is not None:
        _take(returned, environ, f"{route.file}: {method}", res)
    elif not res.ended:
        raise RuntimeError(f"{route.file}: {method} did not end the response: call res.json(...) or res.end(...)")


def _take(returned: object, environ: WSGIEnvironment, who: str, res: Res) -> None:
    """Let what a handler returned be the answer; close a Response that cannot be."""
    try:
        adopt(res, _response(returned, environ, who, res), environ)
    except BaseException:
        if isinstance(returned, Response):
            returned.close()
        raise


def _response(returned: object, environ: WSGIEnvironment, who: str, res: Res) -> Response:
    """Return what a handler returned as a Response; raise TypeError for what is none."""
    name = type(returned).__qualname__
    if res.ended:
        raise TypeError(f"{who} ended the response and returned {name}: do one of the two")
    if isinstance(returned, Response):
        return returned
    if not _is_wsgi(returned):
        raise TypeError(f"{who} returned {name}: call res.json(...), or return a werkzeug Response")
    return Response.from_app(returned, environ)


def _is_wsgi(value: object) -> TypeGuard[WSGIApplication]:
    """Tell whether a value can be called with an environ and start_response."""
    if not callable(value):
        return False
    try:
        inspect.signature(value).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # some built-in callables tell no signature
        return True
    return True
