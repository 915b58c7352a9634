"""Call a handler only with what its contract asks for.

Checked in this order: a param that does not fit is a 404, a body with another content type a 415, a body that is not
JSON a 400. Then all errors of the query and the body together are a 422.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from werkzeug.exceptions import NotFound

from fsapi.contracts.all_errors import MAX_ERRORS
from fsapi.contracts.body import body_reader
from fsapi.contracts.coercion import TextFields
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, text_builder
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.query import Query, query_pairs
from fsapi.request.req import KEEP, Req, environ_of, fill
from fsapi.request.route import Handler
from fsapi.response.error import Detail, Unprocessable
from fsapi.response.res import Res

_Request = Req[Any, Any, Any]


def bind(contract: Contract, handler: Handler, absent: Collection[str] = ()) -> Handler:
    """Return a handler that runs within its contract; the handler itself if the contract asks for nothing.

    `absent` are the optional params that the path of the route does not have.
    """
    read_params = _params_reader(contract.params, absent)
    read_query = _query_reader(contract.query)
    choose_body = body_reader(contract.body)
    if not (read_params or read_query or choose_body):
        return handler

    def bound(req: _Request, res: Res) -> object:
        params = KEEP if read_params is None else read_params(req.params)
        query = body = KEEP
        errors: list[Detail] = []
        try:
            read_body = None if choose_body is None else choose_body(req)
            if read_query is not None:
                try:
                    query = read_query(req)
                except Invalid as exc:
                    errors += _details("query", exc)
            if read_body is not None:
                try:
                    body = read_body(req)
                except Invalid as exc:
                    errors += _details("body", exc)
        finally:  # after an error middleware sees what could be read
            fill(req, params=params, query=query, body=body)
        if errors:
            raise Unprocessable(errors[:MAX_ERRORS])
        return handler(req, res)

    return bound


def _params_reader(hint: Any, absent: Collection[str]) -> Callable[[dict[str, Any]], Any] | None:
    """Return the function that converts params, and raises 404 if one does not fit; None without a contract."""
    if hint is UNTYPED:
        return None
    described = describe(hint)
    text, build, fields = TextFields(described), text_builder(described), described.fields
    # The path gives an absent param as None, but a key that is not required is left out instead.
    left_out = [name for name in absent if name in fields and not fields[name].required]

    def read(values: dict[str, Any]) -> Any:
        for name in left_out:
            del values[name]
        try:
            return build(text.read(values))
        except Invalid:
            raise NotFound from None

    return read


def _query_reader(hint: Any) -> Callable[[_Request], Any] | None:
    """Return the function that reads the query, and raises Invalid; None without a contract."""
    if hint is UNTYPED:
        return None
    described = describe(hint)
    text, build = TextFields(described), text_builder(described)

    def read(req: _Request) -> Any:
        return build(text.collect(query_pairs(environ_of(req))))

    def read_keys(req: _Request) -> Any:
        return Query(read(req))  # a key that may be missing

    return read_keys if described.family == "TypedDict" else read


def _details(place: str, exc: Invalid) -> list[Detail]:
    """Return errors as a client receives them."""
    return [{"in": place, "path": path, "message": message} for path, message in exc.errors]
