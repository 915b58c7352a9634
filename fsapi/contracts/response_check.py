"""Compare answers with their contracts, in development only: production does not validate answers.

`python -m fsapi serve` sets the environment variable FSAPI_DEVELOPMENT, which is read when an app is built.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, reader
from fsapi.request.content_type import is_json
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.res import Res
from fsapi.response.sending import NO_CONTENT
from fsapi.tree.log import logger

#: The environment variable that makes apps compare their answers, unless it is empty.
DEVELOPMENT = "FSAPI_DEVELOPMENT"


def checked(contract: Contract, handler: Handler, file: str) -> Handler:
    """Return a handler that logs a warning for answers outside its contract; in production the handler itself."""
    if not contract.answers or not os.environ.get(DEVELOPMENT):
        return handler
    read = _read_anything if contract.data is UNTYPED else reader(describe(contract.data))

    def compare(req: Req, res: Res) -> object:
        returned = handler(req, res)
        if returned is None and res.ended and res.statusCode < 400:
            for problem in _problems(contract, read, res):
                logger().warning("%s in %s does not keep its contract: %s", req.method, file, problem)
        return returned

    return compare


def _problems(contract: Contract, read: Callable[[bytes], Any], res: Res) -> Iterator[str]:
    """Yield how an answer differs from its contract: its status, its content type, or each error in its data."""
    statuses = contract.statuses or (200,)
    if res.statusCode not in statuses:
        yield f"the status is {res.statusCode}, not {' or '.join(map(str, statuses))}"
    if res.statusCode in NO_CONTENT:
        return
    media_type = str(res.getHeader("Content-Type")).partition(";")[0]
    if not is_json(media_type):
        yield f"the answer is {media_type}, not JSON"
        return
    try:
        read(res.content or b"")
    except Invalid as exc:
        yield from (f"{path}: {message}" for path, message in exc.errors)


def _read_anything(data: bytes) -> None:
    """Accept any data."""
