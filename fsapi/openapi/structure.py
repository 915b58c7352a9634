r"""The structure of the objects of OpenAPI 3.1 and of JSON Schema, as far as what a project writes can break it.

| written | is |
|---|---|
| `[Server]`, `+[Schema]` | a list, one with at least one item |
| `{Header}` | an object with any keys |
| `a\|b` | one of these texts |
| `url!` | a field that an object must have |
| `*` | all other keys |

What starts with `x-` is allowed in every object, and a Schema has any keys.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_TEXT = {"summary": "text", "description": "text"}
_SAMPLES = {"example": "any", "examples": "{Example}"}
_HEADER = {
    "description": "text",
    **dict.fromkeys(("required", "deprecated", "explode"), "bool"),
    "style": "simple",
    "schema": "Schema",
    "content": "{MediaType}",
    **_SAMPLES,
}
_METHODS = dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace"), "Operation")

#: The fields of objects with their kinds.
OBJECTS: Mapping[str, Mapping[str, str]] = {
    "Operation": {
        "tags": "[text]",
        **_TEXT,
        "externalDocs": "ExternalDocs",
        "operationId": "text",
        "parameters": "[Parameter]",
        "requestBody": "RequestBody",
        "responses": "Responses",
        "callbacks": "{Callback}",
        "deprecated": "bool",
        "security": "[{[text]}]",
        "servers": "[Server]",
    },
    "ExternalDocs": {"description": "text", "url!": "text"},
    "Parameter": {
        "name!": "text",
        "in!": "query|header|path|cookie",
        **_HEADER,
        "style": "matrix|label|form|simple|spaceDelimited|pipeDelimited|deepObject",
        **dict.fromkeys(("allowEmptyValue", "allowReserved"), "bool"),
    },
    "Header": _HEADER,
    "RequestBody": {"description": "text", "content!": "{MediaType}", "required": "bool"},
    "MediaType": {"schema": "Schema", "encoding": "{Encoding}", **_SAMPLES},
    "Encoding": {
        "contentType": "text",
        "headers": "{Header}",
        "explode": "bool",
        "allowReserved": "bool",
        "style": "form|spaceDelimited|pipeDelimited|deepObject",
    },
    "Responses": {"*": "Response"},
    "Response": {"description!": "text", "headers": "{Header}", "content": "{MediaType}", "links": "{Link}"},
    "Callback": {"*": "PathItem"},
    "PathItem": {**_TEXT, **_METHODS, "servers": "[Server]", "parameters": "[Parameter]"},
    "Example": {**_TEXT, "value": "any", "externalValue": "text"},
    "Link": {
        **dict.fromkeys(("operationRef", "operationId", "description"), "text"),
        "parameters": "{text}",
        "requestBody": "any",
        "server": "Server",
    },
    "Server": {"url!": "text", "description": "text", "variables": "{ServerVariable}"},
    "ServerVariable": {"enum": "+[text]", "default!": "text", "description": "text"},
    "SecurityScheme": {
        "type!": "apiKey|http|mutualTLS|oauth2|openIdConnect",
        "in": "query|header|cookie",
        "flows": "Flows",
        **dict.fromkeys(("description", "name", "scheme", "bearerFormat", "openIdConnectUrl"), "text"),
    },
    "Flows": {
        "implicit": "AuthorizationFlow",
        **dict.fromkeys(("password", "clientCredentials"), "TokenFlow"),
        "authorizationCode": "CodeFlow",
    },
    "AuthorizationFlow": {"authorizationUrl!": "text", "refreshUrl": "text", "scopes!": "{text}"},
    "TokenFlow": {"tokenUrl!": "text", "refreshUrl": "text", "scopes!": "{text}"},
    "CodeFlow": {"authorizationUrl!": "text", "tokenUrl!": "text", "refreshUrl": "text", "scopes!": "{text}"},
    "Discriminator": {"propertyName!": "text", "mapping": "{text}"},
    "XML": {"name": "text", "namespace": "text", "prefix": "text", "attribute": "bool", "wrapped": "bool"},
    "Schema": {
        "*": "any",
        "type": "Type",
        "required": "[text]",
        **dict.fromkeys(("enum", "examples"), "[any]"),
        "discriminator": "Discriminator",
        "externalDocs": "ExternalDocs",
        "xml": "XML",
        **dict.fromkeys(("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then"), "Schema"),
        **dict.fromkeys(("else", "unevaluatedItems", "unevaluatedProperties", "contentSchema"), "Schema"),
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), "{Schema}"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "+[Schema]"),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
        **{end + unit: "count" for end in ("min", "max") for unit in ("Length", "Items", "Properties", "Contains")},
        **dict.fromkeys(("title", "description", "format", "pattern", "$ref", "$anchor", "$comment"), "text"),
        **dict.fromkeys(("contentEncoding", "contentMediaType", "$id", "$dynamicRef", "$dynamicAnchor"), "text"),
        **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), "bool"),
    },
}
#: The same by names without the mark of what must be there.
FIELDS = {kind: {name.rstrip("!"): below for name, below in each.items()} for kind, each in OBJECTS.items()}
#: The objects in place of which a reference can stand, each with the section of components for it.
SECTIONS: Mapping[str, str] = {
    "Parameter": "parameters",
    "Header": "headers",
    "RequestBody": "requestBodies",
    "Response": "responses",
    "Callback": "callbacks",
    "PathItem": "pathItems",
    "Example": "examples",
    "Link": "links",
    "Schema": "schemas",
}
#: An object of each kind, for remedies.
EXAMPLES: Mapping[str, Any] = {
    "ExternalDocs": {"url": "https://example.com"},
    "Parameter": {"name": "X-Id", "in": "header", "schema": {"type": "string"}},
    "Header": {"schema": {"type": "string"}},
    "RequestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
    "MediaType": {"schema": {"type": "object"}},
    "Encoding": {"contentType": "image/png"},
    "Responses": {"404": "No such user"},
    "Response": {"description": "No such user"},
    "Callback": {"{$request.query.url}": {"post": {"responses": {"200": {"description": "Thanks"}}}}},
    "PathItem": {"post": {"responses": {"200": {"description": "Thanks"}}}},
    "Operation": {"responses": {"200": {"description": "Thanks"}}},
    "Example": {"value": 1},
    "Link": {"operationId": "getUsers"},
    "Server": {"url": "https://example.com"},
    "ServerVariable": {"default": "v1"},
    "SecurityScheme": {"type": "http", "scheme": "bearer"},
    "Flows": {"password": {"tokenUrl": "/token", "scopes": {}}},
    "AuthorizationFlow": {"authorizationUrl": "/login", "scopes": {}},
    "TokenFlow": {"tokenUrl": "/token", "scopes": {}},
    "CodeFlow": {"authorizationUrl": "/login", "tokenUrl": "/token", "scopes": {}},
    "Discriminator": {"propertyName": "kind"},
    "XML": {"name": "user"},
    "Schema": {"type": "string"},
}


class Part(NamedTuple):
    """A part of a document: the keys and indexes that lead to it, its kind, and its value."""

    place: tuple[str | int, ...]
    kind: str
    value: Any


def walk(value: Any, kind: str, place: tuple[str | int, ...] = ()) -> Iterator[Part]:
    """Yield a part of a document and all parts below it, each with the kind that it should have.

    A reference has no parts. Nor has a Schema with an `$id`, a document of its own to which references can be relative.
    """
    pending = [Part(place, kind, value)]
    while pending:
        part = pending.pop()
        yield part
        pending += [Part((*part.place, key), below, each) for key, below, each in reversed([*_below(part)])]


def is_reference(part: Part) -> bool:
    """Return whether a part is a reference in place of an object."""
    return part.kind in SECTIONS and isinstance(part.value, dict) and "$ref" in part.value


def item_kind(kind: str) -> str:
    """Return the kind of the items of a list or of the values of an object, "" for any other kind."""
    return kind.removeprefix("+")[1:-1] if kind[0] in "+[{" else ""


def _below(part: Part) -> Iterator[tuple[str | int, str, Any]]:
    """Yield the parts one level below, each with its key and its kind."""
    _, kind, value = part
    if isinstance(value, list) and item_kind(kind) and kind[0] != "{":
        yield from ((place, item_kind(kind), each) for place, each in enumerate(value))
    elif isinstance(value, dict) and kind[0] == "{":
        yield from ((name, item_kind(kind), each) for name, each in value.items())
    elif (
        isinstance(value, dict) and kind in OBJECTS and not ("$id" in value if kind == "Schema" else is_reference(part))
    ):
        known = FIELDS[kind]
        kinds = {name: "any" if name.startswith("x-") else known.get(name, known.get("*", "any")) for name in value}
        yield from ((name, kinds[name], each) for name, each in value.items() if kinds[name] != "any")
