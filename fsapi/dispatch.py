"""The handler of a request picked and called, and what it returned judged."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, TypeGuard

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from fsapi.body import Body
from fsapi.req import Req
from fsapi.res import Res, adopt
from fsapi.route import Route
from fsapi.router import Found

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def dispatch(environ: WSGIEnvironment, found: Found, stream: Body | None, res: Res) -> None:
    """Pick the handler by method and call it; raise where it did not answer."""
    if isinstance(found, HTTPException):
        raise found
    route, params = found
    method: str = environ["REQUEST_METHOD"]
    handler = route.methods.get(method)
    if handler is None:
        raise MethodNotAllowed(route.allow)
    returned = handler(Req(environ, method, route, params, stream), res)
    if returned is not None:
        adopt(res, _response(returned, environ, route, res), environ)
    elif not res.ended:
        raise RuntimeError(f"{route.file}: {method} did not end the response: call res.json(...) or res.end(...)")


def _response(returned: object, environ: WSGIEnvironment, route: Route, res: Res) -> Response:
    """Return what a handler returned as a Response; raise TypeError for what is none."""
    name, method = type(returned).__qualname__, environ["REQUEST_METHOD"]
    if res.ended:
        raise TypeError(f"{route.file}: {method} ended the response and returned {name}: do one of the two")
    if isinstance(returned, Response):
        return returned
    if not _is_wsgi(returned):
        raise TypeError(f"{route.file}: {method} returned {name}: call res.json(...), or return a werkzeug Response")
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
