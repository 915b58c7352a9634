"""The handler of a request picked and called."""

# The attribute is read here because a property would cost every request a call.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeGuard

from werkzeug.wrappers import Response

from fsapi.request.body import Body
from fsapi.request.req import Req
from fsapi.request.route import Route
from fsapi.response.res import Res
from fsapi.response.sending import adopt

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def dispatch(
    environ: WSGIEnvironment, method: str, route: Route, params: dict[str, Any], stream: Body | None, res: Res
) -> None:
    """Call the handler of a method; raise where it did not answer."""
    handler = route.methods.get(method, route.otherwise)
    req = Req(environ, method, route, params, stream)
    returned = handler(req, res)
    if returned is not None or not res._closed:
        settle(returned, req, res)


def settle(returned: object, req: Req, res: Res) -> None:
    """Let what a handler returned be the answer; raise where it has neither returned one nor ended the response."""
    who = f"{req.route.file}: {req.method}"
    if returned is None:
        raise RuntimeError(f"{who} did not end the response: call res.json(...) or res.end(...)")
    take(returned, who, req, res)


def take(returned: object, who: str, req: Req, res: Res) -> None:
    """Let a Response or a WSGI application be the answer; close a Response that cannot be, and raise."""
    try:
        adopt(res, _response(returned, who, req, res), req.environ)
    except BaseException:
        if isinstance(returned, Response):
            returned.close()
        raise


def _response(returned: object, who: str, req: Req, res: Res) -> Response:
    """Return what a handler returned as a Response; raise TypeError for what is none."""
    name = type(returned).__qualname__
    if res.ended:
        raise TypeError(f"{who} ended the response and returned {name}: do one of the two")
    if isinstance(returned, Response):
        return returned
    if not _is_wsgi(returned):
        raise TypeError(f"{who} returned {name}: call res.json(...), or return a werkzeug Response")
    return Response.from_app(returned, req.environ)


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
