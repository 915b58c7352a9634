"""Warn, in development only, of answers that differ from their contracts, and of what was left out of them.

Whether this is development is known when an app is built, so that no request asks.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from fsapi.contracts.all_errors import ErrorAt
from fsapi.json import engine
from fsapi.json.convert import UnreadIterator, convert, present
from fsapi.json.path import path_step
from fsapi.request.content_type import is_json
from fsapi.request.contract import Contract, Write
from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.res import Res
from fsapi.response.statuses import NO_CONTENT
from fsapi.tree.log import logger

#: The environment variable that `python -m fsapi serve` sets: unless it is empty, this is development.
DEVELOPMENT = "FSAPI_DEVELOPMENT"


def in_development() -> bool:
    """Return whether this process serves for development: under `serve`, or in the debug mode of Flask or Django."""
    django = sys.modules.get("django.conf")
    return bool(
        os.environ.get(DEVELOPMENT)
        or ("flask" in sys.modules and os.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"))
        or (django is not None and django.settings.configured and django.settings.DEBUG)
    )


def checked(contract: Contract, handler: Handler, file: str) -> Handler:
    """Return a handler that logs a warning for answers of another kind; in production the handler itself."""
    if not contract.answers or not in_development():
        return handler

    def compare(req: Req, res: Res) -> object:
        returned = handler(req, res)
        if returned is None and res.ended and res.statusCode < 400:
            for problem in _problems(contract, res):
                logger().warning("%s in %s does not keep its contract: %s", req.method, file, problem)
        return returned

    return compare


def _problems(contract: Contract, res: Res) -> Iterator[str]:
    """Yield how an answer differs from its contract: in its status, and in its content type."""
    statuses = contract.statuses or (200,)
    if res.statusCode not in statuses:
        yield f"the status is {res.statusCode}, not {' or '.join(map(str, statuses))}"
    media_type = str(res.getHeader("Content-Type")).partition(";")[0]
    if res.statusCode not in NO_CONTENT and not is_json(media_type):
        yield f"the answer is {media_type}, not JSON"


def watched(
    write: Write, find_errors: Callable[[bytes], Sequence[ErrorAt]], declared: Collection[str], where: str
) -> Write:
    """Return a function that writes an answer, and logs a warning for what was left out and for NaN, each once.

    `find_errors` finds NaN, as null in place of a number. `declared` are names that may be left out without a word. In
    production it is the function itself.
    """
    if not in_development():
        return write
    seen: set[str] = set()

    def write_and_compare(data: Any) -> bytes:
        body = write(data)
        for field, path in _left_out(_plain(data), engine.decode(body), "$"):
            if field not in seen and field not in declared:
                seen.add(field)
                logger().warning("%s does not send %s, which its contract does not have", where, path)
        for path, _ in find_errors(body):
            if (place := re.sub(r"\d+", "", path)) not in seen:
                seen.add(place)
                logger().warning("%s sends null for %s, which is NaN or infinite", where, path)
        return body

    return write_and_compare


def _plain(data: Any) -> Any:
    """Return data as it would be sent without a contract; None for what cannot be sent, or is read only once."""
    try:
        return engine.decode(_write_plain(present(data)))
    except (Exception, UnreadIterator):  # what a class computes can run any code
        return None


def _left_out(plain: Any, sent: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the fields that are not sent, each with its path."""
    if isinstance(plain, dict) and isinstance(sent, dict):
        for name, value in plain.items():
            step = path + path_step(name)
            if name in sent:
                yield from _left_out(value, sent[name], step)
            else:
                yield name, step
    elif isinstance(plain, list) and isinstance(sent, list):
        for index, pair in enumerate(zip(plain, sent)):
            yield from _left_out(*pair, f"{path}[{index}]")


_write_plain = engine.encoder(convert)
