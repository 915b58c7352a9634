"""Whether the params of a path fit the contract of the handler that answers it; if not, a request is a 404."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import NotFound

from fsapi.contracts.binding import bind
from fsapi.request.contract import UNTYPED
from fsapi.request.req import Req
from fsapi.request.route import Route
from fsapi.response.res import Res


def params_fit(route: Route, export: str, params: Mapping[str, Any]) -> bool:
    """Return whether a handler of a route takes these params; what code of the project raises does not count."""
    contract = route.contracts[export]._replace(body=UNTYPED, query=UNTYPED)
    read = bind(contract, _do_nothing, [param.name for param in route.url.absent])
    try:
        read(Req({}, export, route, dict(params), None), Res())
    except NotFound:
        return False
    except Exception:  # such as of a `__post_init__`, which a request answers with a 500
        return True
    return True


def _do_nothing(req: Req, res: Res) -> None:
    """Stand in for the handler."""
