"""What has changed against a stored document, and what of it breaks a client."""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from fsapi import App
from fsapi.__main__ import main
from fsapi.diff.command import describe
from fsapi.diff.operation_changes import find_changes
from fsapi.diff.schema_changes import SchemaChanges
from tests.site import write

TEXT, INT, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}


def fields(required: str = "", others: Any = True, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    found = {"type": "object", "properties": properties, "required": required.split()}
    return found if others is True else {**found, "additionalProperties": others}


CAT, DOG = fields("kind", kind={"const": "cat"}, n=INT), fields("kind", kind={"const": "dog"}, n=INT)
#: An old and a new schema, and the changes for who sends it and for who reads it; `!` marks those that break.
SCHEMAS: list[tuple[Any, Any, list[str], list[str]]] = [
    (
        TEXT,
        INT,
        ["!$ string is rejected", "$ integer is taken, too"],
        ["$ string is not sent any more", "!$ may be integer"],
    ),
    (TEXT, {"type": ["string", "null"]}, ["$ null is taken, too"], ["!$ may be null"]),
    ({"anyOf": [TEXT, NULL]}, {"type": ["null", "string"]}, [], []),
    ({"oneOf": [TEXT, NULL]}, TEXT, ["!$ null is rejected"], ["$ null is not sent any more"]),
    (INT, {"type": "number"}, ["$ is number, was integer"], ["!$ is number, was integer"]),
    ({"type": "number"}, INT, ["!$ is integer, was number"], ["$ is integer, was number"]),
    ({}, TEXT, ["!$ is string, was any"], ["$ is string, was any"]),
    (False, True, ["$ is any, was nothing"], ["!$ is any, was nothing"]),
    (
        {"enum": ["a", "b"]},
        {"enum": ["b", "c"]},
        ['!$ "a" is gone', '$ "c" is new'],
        ['$ "a" is gone', '!$ "c" is new'],
    ),
    ({"const": "a"}, TEXT, ['$ is any string, was "a"'], ['!$ is any string, was "a"']),
    (TEXT, {"enum": ["a", "b"]}, ['!$ is "a" or "b", was any string'], ['$ is "a" or "b", was any string']),
    ({"enum": ["a", None]}, {"enum": ["a"]}, ["!$ null is rejected"], ["$ null is not sent any more"]),
    ({**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 5}, ["!$ maxLength is 5, was 9"], ["$ maxLength is 5, was 9"]),
    ({**INT, "minimum": 5}, {**INT, "minimum": 2}, ["$ minimum is 2, was 5"], ["!$ minimum is 2, was 5"]),
    (INT, {**INT, "minimum": 2}, ["!$ minimum is 2, was not set"], ["$ minimum is 2, was not set"]),
    ({**INT, "minimum": 2}, INT, ["$ minimum is not set, was 2"], ["!$ minimum is not set, was 2"]),
    (
        {**TEXT, "format": "date"},
        {**TEXT, "format": "time"},
        ['!$ format is "time", was "date"'],
        ['!$ format is "time", was "date"'],
    ),
    (fields(a=TEXT), fields(), ["!$.a is not read any more"], ["!$.a is not sent any more"]),
    (fields(), fields(a=TEXT), ["$.a is new"], ["$.a is new"]),
    (fields(), fields("a", a=TEXT), ["!$.a is new, and required"], ["$.a is new"]),
    (fields(a=TEXT), fields("a", a=TEXT), ["!$.a is required"], ["$.a is required"]),
    (fields("a", a=TEXT), fields(a=TEXT), ["$.a is optional"], ["!$.a may be missing"]),
    (fields(), fields(others=False), ["!$ takes no other fields"], ["$ has no other fields"]),
    (fields(others=False), fields(), ["$ takes other fields"], ["$ has other fields"]),
    (
        fields(others=TEXT),
        fields(others=TEXT, a=INT),
        ["$.a is new", "!$.a string is rejected", "$.a integer is taken, too"],
        ["$.a is new", "$.a string is not sent any more", "!$.a may be integer"],
    ),
    (
        fields(others=TEXT),
        fields(others={**TEXT, "minLength": 1}),
        ["!$.* minLength is 1, was not set"],
        ["$.* minLength is 1, was not set"],
    ),
    (
        {"type": "array", "items": TEXT},
        {"type": "array", "items": {}},
        ["$[] is any, was string"],
        ["!$[] is any, was string"],
    ),
    (
        {"type": "array", "prefixItems": [TEXT, TEXT], "items": False},
        {"type": "array", "prefixItems": [TEXT], "items": False},
        ["!$[1] string is rejected"],
        ["$[1] string is not sent any more"],
    ),
    (
        {"type": "array", "items": INT},
        {"type": "array", "prefixItems": [INT, TEXT], "items": False},
        ["!$[1] integer is rejected", "$[1] string is taken, too", "!$[2:] integer is rejected"],
        ["$[1] integer is not sent any more", "!$[1] may be string", "$[2:] integer is not sent any more"],
    ),
    (
        {"type": "array", "prefixItems": [INT], "maxItems": 1},
        {"type": "array", "prefixItems": [INT, INT], "maxItems": 2},
        ["$ maxItems is 2, was 1", "$[1] integer is taken, too"],
        ["!$ maxItems is 2, was 1", "!$[1] may be integer"],
    ),
    ({"type": ["integer", "number"]}, {"type": "number"}, [], []),
    ({"type": "number"}, {"type": ["number", "integer"]}, [], []),
    ({**INT, "exclusiveMinimum": 0}, {**INT, "minimum": 1}, [], []),
    ({**INT, "exclusiveMaximum": 9}, {**INT, "maximum": 7}, ["!$ maximum is 7, was 8"], ["$ maximum is 7, was 8"]),
    ({**INT, "default": 1}, {**INT, "default": 2}, ["$ default is 2, was 1"], []),
    ({**INT, "minimum": "x"}, {**INT, "minimum": 2}, ['!$ minimum is 2, was "x"'], ['!$ minimum is 2, was "x"']),
    (fields("a", a=INT), fields(others=INT), [], ["!$.a may be missing"]),
    (
        fields(a=INT),
        fields(others=TEXT),
        ["!$.a integer is rejected", "$.a string is taken, too"],
        ["$.a integer is not sent any more", "!$.a may be string"],
    ),
    ({"anyOf": [CAT, DOG]}, {"anyOf": [DOG, CAT]}, [], []),
    (
        {"anyOf": [CAT, DOG]},
        CAT,
        ['!$ object (kind: "dog") is rejected'],
        ['$ object (kind: "dog") is not sent any more'],
    ),
    ({"allOf": [fields("a", a=TEXT)], "required": ["b"]}, fields("a b", a=TEXT), [], []),
    (
        {"allOf": [fields("a", a=TEXT), {"title": "A"}]},
        fields(),
        ["!$.a is not read any more"],
        ["!$.a is not sent any more"],
    ),
]


def test_schemas_are_compared_in_both_directions() -> None:
    """What breaks who sends and what breaks who reads differ."""
    for old, new, *wanted in SCHEMAS:
        found = [list(SchemaChanges({}, {}, sent=sent).find(old, new)) for sent in (True, False)]
        assert [[f"{'!' * breaks}{place} {what}" for place, what, breaks in each] for each in found] == wanted, (
            old,
            new,
        )
        assert all(not list(SchemaChanges({}, {}, sent=True).find(same, same)) for same in (old, new))


REF = {"$ref": "#/components/schemas/A"}
PATHS = {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": REF}}}}}}


def document(schema: Any = TEXT, /, **paths: Any) -> dict[str, Any]:
    """Return a document with a component `A` and these paths, `_` for slashes."""
    return {
        "openapi": "3.1.0",
        "components": {"schemas": {"A": schema}},
        "paths": {name.replace("_", "/").replace("ID", "{id}"): item for name, item in paths.items()},
    }


def operation(**content: Any) -> dict[str, Any]:
    """Return the path item of one operation."""
    return {"get": content}


def param(name: str, where: str = "query", **keywords: Any) -> dict[str, Any]:
    """Return an operation with one parameter."""
    return operation(parameters=[{"name": name, "in": where, "schema": TEXT, **keywords}])


def body(schema: Any, *, required: bool = False, kind: str = "application/json") -> dict[str, Any]:
    """Return an operation with a body."""
    return operation(requestBody={"required": required, "content": {kind: {"schema": schema}}})


def answer(status: str = "200", **content: Any) -> dict[str, Any]:
    """Return an operation with one answer."""
    return operation(responses={status: {"description": "", **content}})


SHARED = {"$ref": "#/components/x/P"}
#: An old and a new path item of /a, and the changes without `GET /a: `; `!` marks those that break.
OPERATIONS: list[tuple[Any, Any, list[str]]] = [
    ({}, operation(), []),
    (param("q"), operation(deprecated=True), ["!query q is not read any more", "is deprecated"]),
    (operation(deprecated=True), operation(deprecated=False), ["is not deprecated any more"]),
    (operation(x=1), param("q"), ["query q is new"]),
    (operation(x=1), param("q", required=True), ["!query q is new, and required"]),
    (param("q"), param("q", required=True), ["!query q is required"]),
    (param("q", required=True), param("q"), ["query q is optional"]),
    (param("q"), param("q", schema=INT), ["!query q string is rejected", "query q integer is taken, too"]),
    (param("q", schema=INT), param("q"), ["query q takes any text"]),
    (
        param("q", schema={"type": ["boolean", "null"]}),
        param("q"),
        ["query q takes any text"],
    ),
    (param("q", schema={"enum": ["a"]}), param("q"), ["query q takes any text"]),
    (param("q", schema=INT), param("q", schema={"type": "array", "items": INT}), ["query q takes several values"]),
    (
        param("q", schema={"type": "array", "items": INT}),
        param("q"),
        ["!query q takes one value only", "query q takes any text"],
    ),
    (param("q"), param("q", schema={**TEXT, "format": "date"}), ['!query q format is "date", was not set']),
    (param("X-A", "header"), param("x-a", "header"), ["header x-a was called X-A"]),
    (operation(x=1), body(TEXT), ["body is new"]),
    (operation(x=1), body(TEXT, required=True), ["!body is new, and required"]),
    (body(TEXT), operation(x=1), ["!body is not read any more"]),
    (body(TEXT), body(TEXT, required=True), ["!body is required"]),
    (body(TEXT, required=True), body(TEXT), ["body is optional"]),
    (
        body(TEXT),
        body(TEXT, kind="text/plain"),
        ["!body application/json is not read any more", "body text/plain is new"],
    ),
    (answer(), answer("201"), ["!answer 200 is not sent any more", "answer 201 is new"]),
    (answer("404"), operation(x=1), ["answer 404 is not sent any more"]),
    (
        answer(headers={"X-A": {}}),
        answer(headers={"x-b": {}}),
        ["!answer 200 X-A is not sent any more", "answer 200 x-b is new"],
    ),
    (operation(x=1), operation(security=[{"k": [], "b": []}]), ["!needs b and k"]),
    (operation(security=[{"k": []}]), operation(x=1), ["needs no authentication"]),
    (
        operation(security=[{"k": []}]),
        operation(security=[{"b": []}, {"k": ["write"]}]),
        ["!k is not taken any more", "b is taken, too"],
    ),
    (operation(security=[{"k": ["read", "write"]}]), operation(security=[{"k": ["read"]}]), ["k (read) is taken, too"]),
]


def test_operations_are_compared() -> None:
    """Parameters, body, answers, and who may ask."""
    for old, new, wanted in OPERATIONS:
        found = [
            each
            for each in find_changes(document(_a=old), document(_a=new))
            if each.change.what != "is new" or each.part
        ]
        shown = [
            f"{'!' * change.breaking}{' '.join(filter(None, (part, change.place, change.what)))}"
            for _, part, change in found
        ]
        assert shown == wanted, (old, new)


def test_schemes_are_compared_by_their_definitions() -> None:
    """Their names and descriptions do not count."""
    old, new = document(_a=operation(security=[{"k": []}])), document(_a=operation(security=[{"key": []}]))
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    old["components"]["securitySchemes"] = {"k": scheme}
    new["components"]["securitySchemes"] = {"key": {**scheme, "description": "Ask us."}}
    assert not list(find_changes(old, new))
    new["components"]["securitySchemes"]["key"]["in"] = "query"
    assert describe(find_changes(old, new)) == [
        "breaking  GET /a: k is not taken any more",
        "          GET /a: key is taken, too",
    ]


def test_forms_and_json_of_one_body_change_once() -> None:
    """The one has its fields in place, and the other in a component."""
    both = [document(schema, _a=body(REF)) for schema in (fields(x=TEXT), fields("x", x=TEXT))]
    for each in both:
        content = each["paths"]["/a"]["get"]["requestBody"]["content"]
        content["multipart/form-data"] = {"schema": {**each["components"]["schemas"]["A"]}}
    assert describe(find_changes(*both)) == ["breaking  GET /a: body A.x is required"]


def test_an_operation_is_its_method_and_url() -> None:
    """The name of a param is not a part of it, and a path can be described elsewhere in the document."""
    old, new = document(_a_ID=param("id", "path", required=True), _b=PATHS), document(_c=PATHS)
    new["paths"]["/a/{key}"] = {"$ref": "#/items/a"}
    new["items"] = {"a": param("key", "path", required=True)}
    assert describe(find_changes(old, new)) == [
        "          GET /c: is new",
        "          GET /a/{key}: path key was called id",
        "breaking  GET /b: is gone",
    ]


def test_a_change_of_a_component_is_one_line() -> None:
    """It names the operations that share it, three at most."""
    paths = dict.fromkeys(("_a", "_b", "_c", "_d", "_e"), PATHS)
    old, new = (document(schema, **paths) for schema in (fields("x", x=TEXT, again=REF), fields(x=TEXT, again=REF)))
    assert describe(find_changes(old, new)) == [
        "breaking  GET /a, GET /b, GET /c and 2 more: answer 200 A.x may be missing"
    ]


def test_a_component_that_a_union_has_lost_is_named() -> None:
    """By its name, which says more than that it is an object."""
    paths = {"_a": answer(content={"application/json": {"schema": {"anyOf": [REF, NULL]}}})}
    old, new = document(fields(x=TEXT), **paths), document(_a=answer(content={"application/json": {"schema": NULL}}))
    assert describe(find_changes(old, new)) == ["          GET /a: answer 200 $ A is not sent any more"]


def test_circles_end() -> None:
    """Of components that hold themselves, in fields, in alternatives, and at different depths; so do dead ends."""
    deep = {"A": fields(a=fields(a=REF)), "B": fields(a=fields(a={"$ref": "#/components/schemas/B"}))}
    old = {
        "components": {
            "schemas": {
                **deep,
                "C": {"anyOf": [{"$ref": "#/components/schemas/C"}, TEXT]},
                "D": {"$ref": "#/components/schemas/D"},
            }
        }
    }
    other = fields(a={"$ref": "#/components/schemas/B"})
    assert not list(SchemaChanges(old, old, sent=True).find(REF, other))
    assert not list(SchemaChanges(old, old, sent=True).find({"$ref": "other.json#/A"}, {"$ref": "#/A"}))
    for name in "CD":
        assert not list(
            SchemaChanges(old, old, sent=True).find(
                {"$ref": f"#/components/schemas/{name}"}, {"$ref": f"#/components/schemas/{name}"}
            )
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a project, and change into it."""
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {"server/a.py": "def GET(req, res): res.json(1)\ndef POST(req, res): res.json(1)\n"})


def test_the_exit_code_tells_whether_a_client_is_broken(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the last line counts the changes."""
    assert main(["openapi", "-o", "old.json"]) == 0
    assert main(["diff", "old.json"]) == 0
    old = json.loads((project / "old.json").read_text())
    write(
        project,
        {
            "less.json": json.dumps({**old, "paths": {}}),
            "more.json": json.dumps({**old, "paths": {**old["paths"], "/b": PATHS}}),
        },
    )
    assert (main(["diff", "less.json"]), main(["diff", "more.json"])) == (0, 1)
    assert capsys.readouterr().out.splitlines() == [
        "No changes.",
        "          GET /a: is new",
        "          POST /a: is new",
        "2 changes, 0 of them breaking.",
        "breaking  GET /b: is gone",
        "1 change, 1 of them breaking.",
    ]


DOCUMENT = "is not an OpenAPI 3.1 document\n  Write it by `python -m fsapi openapi -o FILE`."
FILES = {
    "{": "is not JSON",
    "\udcff": "is not JSON",
    "[]": DOCUMENT,
    '{"openapi": "3.0.3"}': DOCUMENT,
    '{"openapi": 3}': DOCUMENT,
}


@pytest.mark.parametrize("text", FILES)
def test_a_file_without_a_document_is_reported(project: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The mistake is in the command: the exit code is 2."""
    (project / "old.json").write_bytes(text.encode(errors="surrogateescape"))
    assert (main(["diff", "old.json"]), main(["diff", "none.json"])) == (2, 2)
    assert capsys.readouterr().err == f"old.json: {FILES[text]}\nnone.json: cannot be read: No such file or directory\n"


def test_the_document_can_come_from_stdin(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As from `git show`."""
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"{")))
    assert (main(["diff", "-"]), capsys.readouterr().err) == (2, "-: is not JSON\n")


INVALID = """
from typing import Annotated, Any
from msgspec import Meta
from fsapi import Req, Res

def GET(req: Req, res: Res[Annotated[Any, Meta(extra_json_schema={"type": "any"})]]): ...
"""


def test_a_document_that_cannot_be_made_is_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As by the command `openapi`."""
    write(project, {"server/b.py": INVALID, "old.json": '{"openapi": "3.1.0"}'})
    assert main(["diff", "old.json"]) == 1
    assert capsys.readouterr().err.startswith("server/b.py:")


def test_a_document_of_ours_equals_itself(tmp_path: Path) -> None:
    """And nonsense in a stored one is passed over."""
    app = App(write(tmp_path, {"server/[id].py": "def GET(req, res): res.json(1)\n"}))
    made = app.openapi()
    assert not list(find_changes(made, made))
    nonsense: Any = {
        "paths": {
            "/{}": {"get": {"parameters": [5, None], "responses": [], "requestBody": 7, "security": "x"}},
            "/b": 4,
        }
    }
    assert {change.change.what for change in find_changes(nonsense, made)} >= {"is new"}
