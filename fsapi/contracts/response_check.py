"""An answer compared with its contract, in development alone: in production nothing is validated again.

`python -m fsapi serve` sets the environment variable FSAPI_DEVELOPMENT, which is looked at when an app is built.
"""

# A friend of Res: the type of the body is not part of what handlers see.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from fsapi.contracts.validation import Invalid, reader
from fsapi.request.content_type import is_json
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.res import Res
from fsapi.response.sending import NO_CONTENT

#: The environment variable that makes apps compare their answers; any text but an empty one does.
DEVELOPMENT = "FSAPI_DEVELOPMENT"
_log = logging.getLogger("fsapi")


def checked(contract: Contract, handler: Handler, file: str) -> Handler:
    """Return a handler whose answers are compared with its contract; in production it is the handler itself."""
    if not contract.answers or not os.environ.get(DEVELOPMENT):
        return handler
    read = _any if contract.data is UNTYPED else reader(contract.data)

    def compare(req: Req, res: Res) -> object:
        returned = handler(req, res)
        if res._body is not None and res.statusCode < 400:
            for wrong in _wrongs(contract, read, res):
                _log.warning("%s in %s does not keep its contract: %s", req.method, file, wrong)
        return returned

    return compare


def _wrongs(contract: Contract, read: Callable[[bytes], Any], res: Res) -> Iterator[str]:
    """Yield what is wrong with an answer, each with its place."""
    statuses = contract.statuses or (200,)
    if res.statusCode not in statuses:
        yield f"the status is {res.statusCode}, not {' or '.join(map(str, statuses))}"
    kind = str(res.getHeader("Content-Type") or res._type).partition(";")[0]
    if res.statusCode in NO_CONTENT:
        return
    if not is_json(kind):
        yield f"the answer is {kind}, not JSON"
        return
    try:
        read(res._body or b"")
    except Invalid as exc:
        yield from (f"{place}: {text}" for place, text in exc.errors)


def _any(data: bytes) -> None:
    """Read what no type is known of."""
