"""One handler under one URL, as an operation of an OpenAPI document (OpenAPI 3.1, 4.8.10)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from fsapi.contracts import typeinfo
from fsapi.contracts.body import FORMS, JSON, content_types, is_optional
from fsapi.openapi.responses import ERRORS, responses
from fsapi.openapi.schemas import Schema, Schemas, without_default
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import Route
from fsapi.tree.segment import Param

#: What a param is where no contract tells.
_MATCHED: dict[str, Schema] = {
    "": {"type": "string"},
    "int": {"type": "integer"},
    "uuid": {"type": "string", "format": "uuid"},
}
_WRITING = ("POST", "PUT", "PATCH")


def schema_types(contract: Contract) -> list[Any]:
    """Return the types whose schemas an operation needs."""
    found = (contract.body, contract.params, contract.query, contract.data)
    return [*ERRORS, *(kind for kind in found if kind is not UNTYPED and kind is not None)]


def operation(route: Route, name: str, method: str, names: dict[str, str], schemas: Schemas) -> dict[str, Any]:
    """Return the operation of a handler; `names` are those of the params in the path of the document."""
    contract = route.contracts[name]
    found: dict[str, Any] = dict(_told(vars(route.module)[name]))
    if folder := tag(route):
        found["tags"] = [folder]
    parameters = [*_path(route, contract, names, schemas), *_query(contract, schemas)]
    if parameters:
        found["parameters"] = parameters
    if body := _body(contract, method, schemas):
        found["requestBody"] = body
    return {**found, "responses": dict(responses(route, contract, schemas))}


def tag(route: Route) -> str:
    """Return the first folder of a route file that has a name of its own, a group's too, or ""."""
    folders = [part.replace("*", ".") for part in route.module.__name__.split(".")[1:-1]]
    return next((folder.strip("()") for folder in folders if "[" not in folder), "")


def _told(handler: Any) -> Iterator[tuple[str, str]]:
    """Yield what the docstring of a handler says: its first line, and the rest."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    summary, _, rest = (inspect.getdoc(inspect.unwrap(handler)) or "").partition("\n")
    if summary:
        yield "summary", summary.rstrip(".")
    if rest.strip():
        yield "description", rest.strip()


def _path(route: Route, contract: Contract, names: dict[str, str], schemas: Schemas) -> Iterator[dict[str, Any]]:
    """Yield the params of the path."""
    told = {} if contract.params is UNTYPED else {name: schema for name, schema, _ in schemas.fields(contract.params)}
    for param in (param for segment in route.url.segments for param in segment.params):
        schema = without_default(told.get(param.name) or _MATCHED[param.matcher])
        yield {"name": names[param.name], "in": "path", "required": True, **_described(_one(schema, param), param)}


def _one(schema: Schema, param: Param) -> Schema:
    """Return the schema of one segment: the values of the rest of a path cannot be told apart in a document."""
    return schema.get("items") or {"type": "string"} if param.rest else schema


def _described(schema: Schema, param: Param) -> dict[str, Any]:
    """Return a schema, and its description where it has one."""
    text = schema.get("description", "One segment or more, with slashes between them." if param.rest else "")
    return {**({"description": text} if text else {}), "schema": schema}


def _query(contract: Contract, schemas: Schemas) -> Iterator[dict[str, Any]]:
    """Yield the parameters of the query."""
    for name, schema, required in () if contract.query is UNTYPED else schemas.fields(contract.query):
        text = {"description": schema["description"]} if "description" in schema else {}
        yield {"name": name, "in": "query", "required": required, **text, "schema": schema}


def _body(contract: Contract, method: str, schemas: Schemas) -> dict[str, Any] | None:
    """Return what is known of the body, None where there is none."""
    if contract.body is UNTYPED:
        return {"content": {JSON: {}}} if method in _WRITING else None
    found = {
        name: {"schema": _form(contract.body, schemas) if name in FORMS else schemas.of(contract.body)}
        for name in content_types(contract.body)
    }
    return {"required": not is_optional(contract.body), "content": found} if found else None


def _form(kind: Any, schemas: Schemas) -> Schema:
    """Return the schema of a form that fills a type: no text stands for null."""
    fields = list(schemas.fields(kind))
    required = [name for name, _, needed in fields if needed]
    return {
        "type": "object",
        "properties": {name: without_default(schema) for name, schema, _ in fields},
        **({"required": required} if required else {}),
        **({"additionalProperties": False} if typeinfo.forbids_extra(kind) else {}),
    }
