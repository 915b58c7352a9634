"""An OpenAPI document as other tools write them, with every kind of schema, reference and security scheme."""

from __future__ import annotations

from typing import Any

MARKUP = "<img src=x onerror=alert(1)><b>bold</b>"


def _ref(name: str) -> dict[str, str]:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


_BASE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "examples": ["Tom"], "description": MARKUP},
        "color": _ref("Color"),
        "maybe": {"oneOf": [_ref("Color"), {"type": "null"}]},
        "both": {"type": ["string", "integer", "null"], "maxLength": 5},
    },
}
_DOG = {
    "title": "Dog",
    "type": "object",
    "properties": {
        "kind": {"const": "dog"},
        "point": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": False},
        "extra": {"type": "object", "additionalProperties": _ref("Dog")},
        "keys": {"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": False},
        "secret": {"type": "string", "writeOnly": True, "deprecated": True},
        "id": {"type": "integer", "readOnly": True},
        "unlike": {"not": {"type": "string"}},
        "never": False,
        "any": True,
        "gone": {"$ref": "#/components/schemas/Gone"},
        "outside": {"$ref": "https://example.com/schema.json"},
        "old": {"type": "string", "nullable": True},
    },
}
_PET = {
    "oneOf": [_ref("Cat"), _ref("Dog")],
    "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
}
_CAT_FIELDS = {
    "type": "object",
    "properties": {"kind": {"const": "cat"}, "owner": {"anyOf": [_ref("Pet"), {"type": "null"}]}},
    "required": ["kind"],
}
_FORM = {
    "type": "object",
    "properties": {
        "flag": {"type": "boolean"},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "color": _ref("Color"),
    },
    "required": ["color"],
}
_JSON = {
    "anyOf": [
        *({"type": name} for name in ("string", "number", "boolean", "null")),
        {"type": "array", "items": _ref("Json")},
        {"type": "object", "additionalProperties": _ref("Json")},
    ]
}
# Ten fields of ten fields of …: whoever writes all of them out never ends.
_WIDE = {
    f"Wide{level}": {"type": "object", "properties": {f"field{n}": _ref(f"Wide{level + 1}") for n in range(10)}}
    for level in range(9)
}
_PET_PATH: dict[str, Any] = {
    "parameters": [{"$ref": "#/components/parameters/PetId"}],
    "get": {
        "tags": ["pets"],
        "operationId": "getPet",
        "summary": MARKUP,
        "description": MARKUP,
        "deprecated": True,
        "security": [{"bearer": []}, {"key": [], "basic": []}],
        "parameters": [
            {"name": "X-Trace", "in": "header", "schema": {"type": "string", "format": "uuid"}, "description": MARKUP},
            {"name": "session", "in": "cookie", "schema": {"type": "string"}},
            {"name": "fields", "in": "query", "explode": False, "schema": {"type": "array", "items": {"enum": ["a"]}}},
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 20, "maximum": 2**63 - 1}},
            {"name": "fixed", "in": "query", "required": True, "schema": {"const": "v1"}},
        ],
        "responses": {
            "200": {
                "description": MARKUP,
                "content": {"application/json": {"schema": _ref("Pet")}, "application/xml": {"schema": _ref("Pet")}},
            },
            "404": {"$ref": "#/components/responses/Missing"},
        },
    },
    "put": {
        "tags": ["pets"],
        "operationId": "putPet",
        "requestBody": {"$ref": "#/components/requestBodies/Pet"},
        "responses": {"204": {"description": "Done"}},
    },
}
_TREE_PATH: dict[str, Any] = {
    "post": {
        "operationId": "postTree",
        "security": [],
        "requestBody": {
            "content": {
                "application/json": {"schema": _ref("Tree")},
                "application/x-www-form-urlencoded": {"schema": _FORM},
                "application/octet-stream": {},
                "text/plain": {},
            }
        },
        "responses": {"default": {"description": "x", "content": {"application/json": {"schema": _ref("Json")}}}},
    }
}


def _post(name: str, schema: str) -> dict[str, Any]:
    """Return a path whose only operation takes a JSON body."""
    body = {"content": {"application/json": {"schema": _ref(schema)}}}
    return {"post": {"operationId": name, "requestBody": body, "responses": {}}}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": MARKUP, "version": MARKUP, "description": MARKUP},
    "externalDocs": {"url": "javascript:alert(1)"},
    "servers": [{"url": "https://elsewhere.example/v1"}],
    "tags": [{"name": "pets", "description": MARKUP}, {"name": "empty"}],
    "security": [{"bearer": []}],
    "paths": {
        "/pets/{petId}": _PET_PATH,
        "/echo/tree": _TREE_PATH,
        "/wide": _post("postWide", "Wide0"),
        **{f"/{name}": _post(f"post{name}", name) for name in ("Loop", "AliasA", "Part", "Not")},
        f"/{'long/path/' * 8}{{with}}/{'AWordWithoutAnyBreak' * 8}": {"get": {"operationId": "getLong"}},
        "/$odd ~path": {"$ref": "#/components/pathItems/odd"},
    },
    "components": {
        "pathItems": {"odd": {"get": {"operationId": "an id/with spaces", "responses": {}}}},
        "parameters": {
            "PetId": {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}, "example": "a/b"}
        },
        "responses": {"Missing": {"description": "No such pet"}},
        "requestBodies": {
            "Pet": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": _ref("Pet"),
                        "examples": {"cat": {"value": {"kind": "cat", "name": "Tom"}}},
                    }
                },
            }
        },
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": MARKUP},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "basic": {"type": "http", "scheme": "basic"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
        },
        "schemas": {
            "Color": {"type": "string", "enum": ["red", "green"]},
            "Base": _BASE,
            "Cat": {"allOf": [_ref("Base"), _CAT_FIELDS]},
            "Dog": _DOG,
            "Pet": _PET,
            "Tree": {"type": "array", "items": _ref("Tree")},
            "Json": _JSON,
            "Loop": _ref("Loop"),
            "AliasA": _ref("AliasB"),
            "AliasB": {"anyOf": [_ref("AliasA"), {"type": "null"}]},
            "Part": {"allOf": [_ref("Part"), _ref("Part"), {"properties": {"a": _ref("Part")}}]},
            "Not": {"not": _ref("Not"), "propertyNames": _ref("Not")},
            **_WIDE,
            "Wide9": {"type": "string"},
        },
    },
}
