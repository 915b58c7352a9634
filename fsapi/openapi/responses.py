"""The responses of an operation, by status (OpenAPI 3.1, 4.8.16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from werkzeug.http import HTTP_STATUS_CODES

from fsapi.contracts.body import JSON, content_types
from fsapi.openapi.schemas import Schemas
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import Route
from fsapi.response.error import Detail
from fsapi.response.statuses import NO_CONTENT


# The docstrings of these two are descriptions in the document.
class Error(TypedDict):
    """An error."""

    error: str


class ValidationError(TypedDict):
    """An error of the query or the body, with details."""

    error: str
    details: list[Detail]


# What a function of the project may send an error as; which one it sets is not known before it runs.
_ERROR_TYPES = (JSON, "application/problem+json")  # RFC 9457, 3


def responses(route: Route, contract: Contract, schemas: Schemas) -> Iterator[tuple[str, Any]]:
    """Yield each status with its response: success, the errors before the handler is called, and `default`.

    Success is known only if the contract has a type of the answer.
    """
    for status in (contract.statuses or (200,)) if contract.answers else ():
        content = {} if status in NO_CONTENT else {"content": {JSON: {"schema": schemas.sent(contract.data)}}}
        yield str(status), {"description": HTTP_STATUS_CODES.get(status, "Success"), **content}
    for status in _error_statuses(route, contract):
        hint = ValidationError if status == 422 else Error
        yield str(status), _error(HTTP_STATUS_CODES[status], route, hint, schemas)
    if contract.answers:
        yield "default", _error("Any other error", route, Error, schemas)
    else:
        yield "default", {"description": "Any answer; the handler has no contract for it."}


def complete(route: Route, found: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """Return responses with what settings may leave out, by status: the description, and the content of an error."""
    whole = {status: _complete(route, status, each, schemas) for status, each in found.items()}
    return dict(sorted(whole.items(), key=lambda pair: (not pair[0][0].isdigit(), pair[0])))


def _complete(route: Route, status: str, response: Any, schemas: Schemas) -> Any:
    """Return a response with a description, and with the content of all errors if it is one that says no other."""
    if status.startswith("x-") or "$ref" in response:
        return response
    phrase = HTTP_STATUS_CODES.get(int(status), "") if status.isdigit() else ""
    response = {"description": phrase or status, **response}
    is_error = status[0] in "45"
    return {**_error(phrase, route, Error, schemas), **response} if is_error else response


def _error_statuses(route: Route, contract: Contract) -> Iterator[int]:
    """Yield the statuses of the errors that a request can cause before the handler is called."""
    has_body = bool(content_types(contract.body))
    checks_path = bool(route.variables) and (contract.answers or contract.params is not UNTYPED)
    if has_body or checks_path:
        yield 400  # a body that is not JSON, or a path that is not UTF-8
    if checks_path:
        yield 404
    if has_body and route.limits.body is not None:
        yield 413
    if has_body:
        yield 415
    if has_body or contract.query is not UNTYPED:
        yield 422


def _error(description: str, route: Route, hint: Any, schemas: Schemas) -> dict[str, Any]:
    """Return the response of an error, which is of the type `hint` unless a function of the project answers errors."""
    function = route.errors.json
    if function is None:
        return {"description": description, "content": {JSON: {"schema": schemas.sent(hint)}}}
    if not function.contract.answers:
        return {"description": description}
    content = {name: {"schema": schemas.sent(function.contract.data)} for name in _ERROR_TYPES}
    return {"description": description, "content": content}
