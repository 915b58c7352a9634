"""What an operation of an OpenAPI document answers, by status (OpenAPI 3.1, 4.8.16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from werkzeug.http import HTTP_STATUS_CODES

from fsapi.contracts.body import JSON, content_types
from fsapi.openapi.schemas import Schemas
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import Route
from fsapi.response.errors import Detail
from fsapi.response.sending import NO_CONTENT


class Error(TypedDict):
    """The answer to a request that cannot be answered."""

    error: str


class ValidationError(TypedDict):
    """The answer to a request whose query or body does not fit."""

    error: str
    details: list[Detail]


#: The types of errors, whose schemas responses need.
ERRORS = (Error, ValidationError)


def responses(route: Route, contract: Contract, schemas: Schemas) -> Iterator[tuple[str, Any]]:
    """Yield what is answered, by status; without a contract of the answer most of that is not known."""
    for status in (contract.statuses or (200,)) if contract.answers else ():
        content = {} if status in NO_CONTENT else {"content": {JSON: {"schema": schemas.of(contract.data)}}}
        yield str(status), {"description": HTTP_STATUS_CODES.get(status, "Success"), **content}
    for status in _errors(route, contract):
        kind = ValidationError if status == 422 else Error
        yield str(status), _error(HTTP_STATUS_CODES[status], kind, schemas)
    if contract.answers:
        yield "default", _error("Any other error", Error, schemas)
    else:
        yield "default", {"description": "No contract tells what is answered."}


def _errors(route: Route, contract: Contract) -> Iterator[int]:
    """Yield the statuses of the errors that a request can be answered with before the handler is called."""
    typed = bool(content_types(contract.body))
    names = bool(route.variables) and (contract.answers or contract.params is not UNTYPED)
    if typed or names:
        yield 400  # a body that is no JSON, and a path that is not UTF-8
    if names:
        yield 404
    if typed and route.max_body is not None:
        yield 413
    if typed:
        yield 415
    if typed or contract.query is not UNTYPED:
        yield 422


def _error(text: str, kind: Any, schemas: Schemas) -> dict[str, Any]:
    """Return an answer that is an error."""
    return {"description": text, "content": {JSON: {"schema": schemas.of(kind)}}}
