"""The handler of a request picked and called."""

# The attribute is read here because a property would cost every request a call.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fsapi.body import Body
from fsapi.req import Req
from fsapi.res import Res
from fsapi.route import Route
from fsapi.verdict import settle

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def dispatch(
    environ: WSGIEnvironment, method: str, route: Route, params: dict[str, Any], stream: Body | None, res: Res
) -> None:
    """Call the handler of a method; raise where it did not answer."""
    handler = route.methods.get(method, route.otherwise)
    req = Req(environ, method, route, params, stream)
    returned = handler(req, res)
    if returned is not None or not res._closed:
        settle(returned, req, res)
