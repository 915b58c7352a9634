"""Describe one handler under one URL as an operation (OpenAPI 3.1, 4.8.10)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from fsapi.contracts.body import JSON, content_types, is_optional
from fsapi.contracts.forms import FORMS
from fsapi.contracts.typeinfo import describe
from fsapi.openapi.keywords import Schema
from fsapi.openapi.responses import responses
from fsapi.openapi.schemas import Schemas, without_default
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import Route

# The schemas of params without a contract, by matcher.
_MATCHER_SCHEMAS: dict[str, Schema] = {
    "": {"type": "string"},
    "int": {"type": "integer"},
    "uuid": {"type": "string", "format": "uuid"},
}
# Methods whose requests usually have a body (RFC 9110, 9.3).
_WITH_BODY = ("POST", "PUT", "PATCH")


def operation(
    route: Route, name: str, method: str, names: dict[str, str], tag: str, schemas: Schemas
) -> dict[str, Any]:
    """Return the operation of the handler called `name`; `names` are those of its params in the document."""
    contract = route.contracts[name]
    described: dict[str, Any] = dict(_docstring(vars(route.module)[name]))
    if tag:
        described["tags"] = [tag]
    parameters = [*_path_parameters(route, contract, names, schemas), *_query_parameters(contract, schemas)]
    if parameters:
        described["parameters"] = parameters
    if body := _request_body(contract, method, schemas):
        described["requestBody"] = body
    return {**described, "responses": dict(responses(route, contract, schemas))}


def _docstring(handler: Any) -> Iterator[tuple[str, str]]:
    """Yield the summary, which is the first line of a handler's docstring, and the description, which is the rest."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    summary, _, rest = (inspect.getdoc(inspect.unwrap(handler)) or "").partition("\n")
    if summary:
        yield "summary", summary.rstrip(".")
    if rest.strip():
        yield "description", rest.strip()


def _path_parameters(
    route: Route, contract: Contract, names: dict[str, str], schemas: Schemas
) -> Iterator[dict[str, Any]]:
    """Yield the parameters of the path."""
    typed = {} if contract.params is UNTYPED else {name: schema for name, schema, _ in schemas.fields(contract.params)}
    for param in (param for segment in route.url.segments for param in segment.params):
        schema = without_default(typed.get(param.name) or _MATCHER_SCHEMAS[param.matcher])
        default = ""
        if param.rest:  # OpenAPI has no parameter of several segments
            schema = schema.get("items") or {"type": "string"}
            default = "One or more segments, separated by slashes."
        description = schema.get("description", default)
        extension = {"x-rest": True} if param.rest else {}  # tells the docs page that slashes are sent as they are
        yield {**_parameter(names[param.name], "path", schema, description, required=True), **extension}


def _query_parameters(contract: Contract, schemas: Schemas) -> Iterator[dict[str, Any]]:
    """Yield the parameters of the query."""
    for name, schema, required in () if contract.query is UNTYPED else schemas.fields(contract.query):
        yield _parameter(name, "query", schema, schema.get("description", ""), required=required)


def _parameter(name: str, place: str, schema: Schema, description: str, *, required: bool) -> dict[str, Any]:
    """Return one parameter (OpenAPI 3.1, 4.8.12)."""
    text = {"description": description} if description else {}
    return {"name": name, "in": place, "required": required, **text, "schema": schema}


def _request_body(contract: Contract, method: str, schemas: Schemas) -> dict[str, Any] | None:
    """Return the body in every content type that is accepted, or None for a request without a body."""
    if contract.body is UNTYPED:
        return {"content": {JSON: {}}} if method in _WITH_BODY else None
    content = {
        name: {"schema": _form(contract.body, schemas) if name in FORMS else schemas.read(contract.body)}
        for name in content_types(contract.body)
    }
    return {"required": not is_optional(contract.body), "content": content} if content else None


def _form(hint: Any, schemas: Schemas) -> Schema:
    """Return the schema of a type as a form fills it: without null, which text cannot be."""
    fields = list(schemas.fields(hint))
    required = [name for name, _, is_required in fields if is_required]
    return {
        "type": "object",
        "properties": {name: without_default(schema) for name, schema, _ in fields},
        **({"required": required} if required else {}),
        **({"additionalProperties": False} if describe(hint).forbids_extra else {}),
    }
