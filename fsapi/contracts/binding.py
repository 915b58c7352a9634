"""A handler that is called with what its contract asks for, or not at all.

A param that does not fit is a 404; then a body of another content type is a 415, one that is no JSON a 400, and what
does not fit in the query and the body a 422 with all errors of both.
"""

# The functions here are friends of Req and Res: what they make of a request is what the handler reads.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from werkzeug.exceptions import NotFound

from fsapi.contracts import typeinfo
from fsapi.contracts.all_errors import MAX_ERRORS
from fsapi.contracts.body import body_reader
from fsapi.contracts.coercion import TextFields
from fsapi.contracts.validation import Invalid, builder
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.query import query_pairs
from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.errors import Detail, Unprocessable
from fsapi.response.res import Res

_Request = Req[Any, Any, Any]


def bind(contract: Contract, handler: Handler, absent: Collection[str] = ()) -> Handler:
    """Return a handler within its contract; where that asks for nothing it is the handler itself.

    `absent` are the optional params that the path of the route does not have.
    """
    params = _params(contract.params, absent)
    query = _query(contract.query)
    body = body_reader(contract.body)
    status = contract.statuses[0] if contract.statuses else 200

    def bound(req: _Request, res: Res) -> object:
        if params is not None:
            req._params = params(req._params)
        read = body(req) if body is not None else None
        wrongs: list[Detail] = []
        if query is not None:
            try:
                req._query = query(req)
            except Invalid as exc:
                wrongs += _details("query", exc)
        if read is not None:
            try:
                req._body = read(req)
            except Invalid as exc:
                wrongs += _details("body", exc)
        if wrongs:
            raise Unprocessable(wrongs[:MAX_ERRORS])
        if res._status == 200:
            res._status = status
        return handler(req, res)

    return bound if params or query or body or status != 200 else handler


def _params(kind: Any, absent: Collection[str]) -> Callable[[dict[str, Any]], Any] | None:
    """Return the function that converts params, and raises 404 where one does not fit."""
    if kind is UNTYPED:
        return None
    text, build = TextFields(kind), builder(kind)
    left_out = [name for name in absent if not typeinfo.fields(kind).get(name, typeinfo.Field(kind, True)).required]

    def params(values: dict[str, Any]) -> Any:
        for name in left_out:
            del values[name]
        try:
            return build(text.read(values))
        except Invalid:
            raise NotFound from None

    return params


def _query(kind: Any) -> Callable[[_Request], Any] | None:
    """Return the function that reads the query of a request; it raises Invalid."""
    if kind is UNTYPED:
        return None
    text, build = TextFields(kind), builder(kind)

    def query(req: _Request) -> Any:
        return build(text.collect(query_pairs(req.environ)))

    return query


def _details(place: str, exc: Invalid) -> list[Detail]:
    """Return what does not fit as a client is told it."""
    return [{"in": place, "path": path, "message": text} for path, text in exc.errors]
