"""A document that OpenAPI does not allow stops the start, and the file that makes it so is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from fsapi import OpenAPI, TreeError
from fsapi.openapi.faults import find_faults
from fsapi.openapi.structure import EXAMPLES, OBJECTS
from tests.models import TOP
from tests.site import Site, count_calls

GET = "def GET(req, res): ...\n"
USER = f"{TOP}def GET(req: Req, res: Res[User]): ...\n"
Q = {"name": "q", "in": "query"}
ID: dict[str, Any] = {"name": "id", "in": "path", "required": True, "schema": {}}


def report(site: Site, files: dict[str, str], **options: Any) -> str:
    """Return the mistakes of a tree, "" for none."""
    try:
        site(files, **options)
    except TreeError as exc:
        return str(exc)
    return ""


def schema(value: Any) -> dict[str, Any]:
    """Return a setting with a schema deep inside."""
    inner = {"type": "object", "properties": {"a": {"items": value}}}
    return {"responses": {404: {"content": {"application/json": {"schema": {"allOf": [inner]}}}}}}


IN_SCHEMA = '["responses"][404]["content"]["application/json"]["schema"]["allOf"][0]["properties"]["a"]["items"]'


def patterned(pattern: str) -> list[dict[str, Any]]:
    """Return the schemas that have a pattern."""
    return [{"pattern": pattern}, {"patternProperties": {pattern: {}}}]


PATTERNS = {
    "(": "missing ), unterminated subpattern",
    "a)": "unbalanced parenthesis",
    "[a": "unterminated character set",
    "*": "nothing to repeat",
    "a**": "multiple repeat",
    "[z-a]": "bad character range z-a",
}
#: Keywords of a schema, what is wrong with them, and the remedy.
KEYWORDS: list[tuple[dict[str, Any], str, str]] = [
    ({"required": ["a", "b", "a"]}, "has 'a' twice in required", "Write it once."),
    ({"dependentRequired": {"x": ["a", "a"]}}, "has 'a' twice in x", "Write it once."),
    ({"multipleOf": 0}, "has multipleOf 0", "Write a number above 0."),
    *(
        (value, f"has the pattern {pattern}, which is not a regex: {what}", "Write one that JavaScript reads.")
        for pattern, what in PATTERNS.items()
        for value in patterned(pattern)
    ),
]
WRONG: list[tuple[dict[str, Any], str, str]] = [
    *(
        (
            {"responses": {404: {"description": "x", "content": {"a/b": {"schema": value}}}}},
            f'["responses"][404]["content"]["a/b"]["schema"] {what}',
            remedy,
        )
        for value, what, remedy in KEYWORDS
    ),
    (
        {"callbacks": {"c": {"{$url}": {"post": {"security": 5, "responses": {"200": {"description": "x"}}}}}}},
        '["callbacks"]["c"]["{$url}"]["post"]["security"] is 5',
        'Write a list such as [{"name": ["text"]}].',
    ),
    ({"parameters": [Q]}, '["parameters"][0] has neither schema nor content', 'Write "schema": {"type": "string"}.'),
    (
        {"parameters": [{**Q, "schema": {}, "content": {"a/b": {}}}]},
        '["parameters"][0] has both schema and content',
        "Remove one of them.",
    ),
    ({"parameters": [{**Q, "content": {}}]}, '["parameters"][0] has 0 content types', "Write one."),
    (
        {"parameters": [{**ID, "required": False}]},
        '["parameters"][0] is a path parameter, but not required',
        'Write "required": True.',
    ),
    (
        {"parameters": [{**ID, "name": "other"}]},
        '["parameters"][0] is the path parameter other, which /{id} does not have',
        "Remove it, or say it in a file whose path has it.",
    ),
    (
        {"parameters": [{**Q, "schema": {}}, {**Q, "schema": {}}]},
        '["parameters"] has the query parameter q twice',
        "Remove one of them.",
    ),
    (
        {"parameters": [{"name": name, "in": "header", "schema": {}} for name in ("X-Id", "x-id")]},
        '["parameters"] has the header parameter x-id twice',
        "Remove one of them.",
    ),
    (
        {"parameters": [{**ID, "style": "form"}]},
        '["parameters"][0] has the style form, but is a path parameter',
        "Write matrix, label or simple.",
    ),
    (
        {"parameters": [{**ID, "allowReserved": True}]},
        '["parameters"][0] has allowReserved, but is a path parameter',
        "Remove it: only query parameters have it.",
    ),
    (
        {"parameters": [{**Q, "in": "body", "schema": {}}]},
        '["parameters"][0]["in"] is \'body\'',
        "Write query, header, path or cookie.",
    ),
    ({"servers": [{}]}, '["servers"][0] has no url', 'Write it, as in {"url": "https://example.com"}.'),
    (
        {"servers": [{"url": "/", "variables": {"v": {"default": "1", "enum": ["2"]}}}]},
        '["servers"][0]["variables"]["v"] has the default 1, which is not in its enum',
        "Write one of enum.",
    ),
    ({"externalDocs": {}}, '["externalDocs"] has no url', 'Write it, as in {"url": "https://example.com"}.'),
    (
        {"requestBody": {"description": "x"}},
        '["requestBody"] has no content',
        'Write it, as in {"content": {"application/json": {"schema": {"type": "object"}}}}.',
    ),
    ({"responses": {404: {"description": 5}}}, '["responses"][404]["description"] is 5', "Write a text."),
    (
        {"responses": {404: {"descripton": "x"}}},
        '["responses"][404] has the key descripton, which OpenAPI does not have there',
        "Write description.",
    ),
    (
        {"responses": {404: {"$ref": 5}}},
        '["responses"][404] has the $ref 5',
        "Write a text such as #/components/schemas/User.",
    ),
    (
        {"responses": {404: {"headers": {"X-A": {}}}}},
        '["responses"][404]["headers"]["X-A"] has neither schema nor content',
        'Write "schema": {"type": "string"}.',
    ),
    (
        {"responses": {404: {"links": {"a": {}}}}},
        '["responses"][404]["links"]["a"] names no operation',
        "Write one operationId.",
    ),
    (
        {"responses": {404: {"links": {"a": {"operationId": "getById", "operationRef": "#"}}}}},
        '["responses"][404]["links"]["a"] names two operations',
        "Write one operationId.",
    ),
    (
        {"responses": {404: {"links": {"a": {"operationId": "nope"}}}}},
        '["responses"][404]["links"]["a"]["operationId"] is \'nope\', which no operation has',
        "Write the operationId of one.",
    ),
    (
        {"responses": {404: {"content": {"a/b": {"examples": {"x": {"value": 1, "externalValue": "/"}}}}}}},
        '["responses"][404]["content"]["a/b"]["examples"]["x"] has both value and externalValue',
        "Remove one of them.",
    ),
    (
        {"callbacks": {"done": {"{$request.query.url}": {"post": {"responses": {"200": {}}}}}}},
        '["callbacks"]["done"]["{$request.query.url}"]["post"]["responses"][200] has no description',
        'Write it, as in {"description": "No such user"}.',
    ),
    (
        {"callbacks": {"done": {"{$request.query.url}": {"post": {"security": [{"nope": []}]}}}}},
        '["callbacks"]["done"]["{$request.query.url}"]["post"]["security"][0] names the security scheme nope, '
        "which is not declared",
        "Declare it in fsapi.OpenAPI.",
    ),
    (
        {"callbacks": {"done": {"/": {"post": {"security": [{"key": "x"}]}}}}},
        '["callbacks"]["done"]["/"]["post"]["security"][0]["key"] is \'x\'',
        'Write a list such as ["text"].',
    ),
    (schema([1]), f"{IN_SCHEMA} is [1]", 'Write a dict such as {"type": "string"}.'),
    (
        schema({"type": "strng"}),
        f"{IN_SCHEMA}[\"type\"] is 'strng'",
        "Write one of array, boolean, integer, null, number, object, string, or a list of them.",
    ),
    (schema({"maximum": True}), f'{IN_SCHEMA}["maximum"] is True', "Write a number."),
    (schema({"maxLength": -1}), f'{IN_SCHEMA}["maxLength"] is -1', "Write a number from 0 on."),
    (schema({"anyOf": []}), f'{IN_SCHEMA}["anyOf"] is []', 'Write a list such as [{"type": "string"}].'),
    (schema({"readOnly": 1}), f'{IN_SCHEMA}["readOnly"] is 1', "Write True or False."),
    (
        schema({"$ref": "#/components/schemas/Usr"}),
        f"{IN_SCHEMA} refers to #/components/schemas/Usr, which the document does not have",
        "Write #/components/schemas/User.",
    ),
    *(
        (
            schema({"$ref": ref}),
            f"{IN_SCHEMA} refers to {ref}, which the document does not have",
            "Write it out here: the document has no schemas of this name.",
        )
        for ref in (
            "#/$defs/Nope",
            "#/paths/~1nope",
            "#/paths/~1{id}/get/tags/7",
            "Nope",
            "components/schemas/Nope",
        )
    ),
    (
        schema({"oneOf": [{}], "discriminator": {"propertyName": "a", "mapping": {"x": "Usr", "y": "User"}}}),
        f'{IN_SCHEMA}["discriminator"]["mapping"]["x"] refers to Usr, which the document does not have',
        "Write #/components/schemas/User.",
    ),
    *(
        (
            {"responses": {404: {"$ref": ref}}},
            f'["responses"][404] refers to {ref}, which is none of the responses',
            "Write it out here: the document has no responses of this name.",
        )
        for ref in ("#/components/schemas/User", "#/paths/~1{id}/get")
    ),
]


@pytest.mark.parametrize("owner", ['openapi["GET"]', "openapi"])
def test_what_openapi_does_not_allow_is_reported(site: Site, owner: str) -> None:
    """The message has the place, as Python writes it, and what to write; a method has its own place."""
    said = [setting if owner == "openapi" else {"GET": setting} for setting, _, _ in WRONG]
    files = {f"{row:03}/[id].py": f"{USER}openapi = {setting}" for row, setting in enumerate(said)}
    files["[id].py"] = GET
    found = report(site, files, openapi=OpenAPI(security_schemes={"key": {"type": "mutualTLS"}})).splitlines()
    line = (TOP + "def\n").count("\n") + 1
    for row, (_, what, remedy) in enumerate(WRONG):
        expected = [
            f"server/{row:03}/[id].py:{line}: {owner}{what}".replace("/{id}", f"/{row:03}/{{id}}"),
            f"  {remedy}",
        ]
        assert found[2 * row : 2 * row + 2] == expected


RIGHT: list[dict[str, Any]] = [
    schema({"pattern": r"^(?<name>[^]|[])\p{L}\d$", "required": ["a", "b"], "multipleOf": 0.5}),
    {"responses": {200: {"content": {"application/json": {"examples": {"one": {"value": 1}}}}}}},
    {"parameters": [{**Q, "schema": True}, {**Q, "in": "cookie", "schema": {}}, {**Q, "in": "header", "schema": {}}]},
    {"parameters": [{**Q, "content": {"application/json": {}}}, ID]},
    {"parameters": [{"$ref": "#/paths/~1{id}/get/parameters/0"}]},
    {"responses": {200: {"content": {"application/json": {"example": {"$ref": "#/nope", "type": 5}}}}}},
    {"responses": {404: {"links": {"me": {"operationId": "getById", "parameters": {"id": "$request.path.id"}}}}}},
    {"x-any": {"parameters": [1], "$ref": "#/nope"}, "externalDocs": {"url": "/", "x-more": 1}},
    {
        "requestBody": {"content": {"text/plain": {}}},
        "servers": [{"url": "/{v}", "variables": {"v": {"default": "1"}}}],
    },
    schema({"$ref": "#/components/schemas/User", "description": "Beside it."}),
    schema({"$id": "https://example.com/tree", "$defs": {"a": {}}, "$ref": "#/$defs/a"}),
    schema({"$ref": "https://example.com/schema.json#/$defs/a"}),
    schema({"type": ["string", "null"], "const": {"$ref": 5}, "unknown": {"type": 5}, "maxLength": 3.0}),
    schema({"oneOf": [{}], "discriminator": {"propertyName": "a", "mapping": {"x": "#/components/schemas/User"}}}),
]


def test_what_openapi_allows_is_accepted(site: Site) -> None:
    """Data, extensions and other documents are not looked into."""
    files = {f"{row}/[id].py": f"{USER}openapi = {setting}" for row, setting in enumerate(RIGHT)}
    assert report(site, {**files, "[id].py": GET}) == ""


def test_a_fault_of_middleware_is_reported_once(site: Site) -> None:
    """It is in every operation below."""
    files = {"_middleware.py": f"openapi = {{'parameters': [{ID}, {Q}]}}", "a.py": GET, "b.py": GET, "[id].py": GET}
    found = report(site, files).splitlines()
    assert [line.partition(" ")[0] for line in found[::2]] == ["server/_middleware.py:1:"] * 2
    assert "path parameter id, which /a does not have" in found[0] or "path parameter id" in found[2]


def test_a_fault_is_that_of_the_nearest_file_that_says_it(site: Site) -> None:
    """A parameter is found by what it says, since those of several files are one list."""
    outer: dict[str, Any] = {
        "parameters": [{**Q, "name": "a", "schema": {}}],
        "responses": {404: {"headers": {"X": {}}}},
    }
    inner: dict[str, Any] = {"parameters": [{**Q, "name": "b"}], "responses": {404: {"headers": {"X": {"schema": {}}}}}}
    files = {"_middleware.py": f"openapi = {outer}", "a.py": f"{GET}openapi = {inner}"}
    assert report(site, files).splitlines()[0] == (
        'server/a.py:2: openapi["parameters"][0] has neither schema nor content'
    )


def test_a_fault_that_the_nearest_setting_does_not_say_is_that_of_the_next(site: Site) -> None:
    """Such as that of middleware."""
    files = {"_middleware.py": f"openapi = {{'parameters': [{Q}]}}", "a.py": f"{GET}openapi = {{'tags': ['a']}}"}
    assert report(site, files).startswith('server/_middleware.py:1: openapi["parameters"][0] has neither')


def test_a_fault_of_a_type_names_the_first_file_that_uses_it(site: Site) -> None:
    """A type can say anything of its schema."""
    files = {
        "_models.py": "import msgspec\nfrom typing import Annotated, Any\nMeta = msgspec.Meta\n"
        "class Inner(msgspec.Struct):\n    a: Annotated[int, Meta(extra_json_schema={'$ref': '#/nope'})]\n"
        "class Outer(msgspec.Struct):\n    inner: Inner\n"
        "Some = Annotated[Any, Meta(extra_json_schema={'type': 'any'})]",
        "a.py": GET,
        "b.py": "from fsapi import Req, Res\nfrom ._models import Outer\ndef GET(req: Req, res: Res[Outer]): ...",
        "c.py": "from fsapi import Req, Res\nfrom ._models import Some\ndef GET(req: Req, res: Res[Some]): ...",
    }
    assert report(site, files, docs="/docs") == (
        'server/b.py: the schema Inner in the document: schema["properties"]["a"] refers to #/nope, '
        "which the document does not have\n"
        "  Write it out here: the document has no schemas of this name. It comes from a type of the handler.\n"
        'server/c.py: GET["responses"][200]["content"]["application/json"]["schema"]["type"] in the document '
        "is 'any'\n"
        "  Write one of array, boolean, integer, null, number, object, string, or a list of them. "
        "It comes from a type of the handler."
    )
    app = site(files)  # nobody asks for the document yet
    with pytest.raises(TreeError):
        app.openapi()


IMPORTS = """
from dataclasses import dataclass
from typing import Annotated, Any
from fsapi import Req, Res
from msgspec import Meta, Struct
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
LOOP = {}
LOOP["x-loop"] = LOOP
"""
OBJECT = "is of the type object, which cannot be written as JSON"
SCHEMA = "server/a.py: the schema M in the document: schema"
USED = "server/a.py:11: the data type of GET cannot be used: M.x: Encoding objects of type"
DESCRIBED = "the data type of GET cannot be described in a document"
#: What classes say of their schemas, and what is reported; "" for what is left out of the document.
UNWRITABLE = {
    "class M(Struct):\n    x: Annotated[int, Meta(examples=[object()])]": (
        f'{SCHEMA}["properties"]["x"]["examples"][0] cannot be written: $ {OBJECT}'
    ),
    "class M(Struct):\n    x: Annotated[int, Meta(extra_json_schema={'x-a': object()})]": (
        f"{USED} object is unsupported"
    ),
    "class M(Struct):\n    x: Annotated[int, Meta(extra_json_schema={'x-a': print})]": (
        f"{USED} builtin_function_or_method is unsupported"
    ),
    "class M(BaseModel):\n    x: int = Field(json_schema_extra={'x-a': object()})": (
        f"server/a.py:11: {DESCRIBED}: M.x: Unable to serialize unknown type: <class 'object'>"
    ),
    "class M(BaseModel):\n    x: int = Field(json_schema_extra=lambda schema: schema.update(examples=[object()]))": (
        f'{SCHEMA}["properties"]["x"]["examples"][0] cannot be written: $ {OBJECT}'
    ),
    "class M(BaseModel, json_schema_extra={'x-a': object()}):\n    x: int": (
        f"{SCHEMA} cannot be written: $.x-a {OBJECT}"
    ),
    "class M(BaseModel, json_schema_extra={'examples': [object()]}):\n    x: int": (
        f'{SCHEMA}["examples"][0] cannot be written: $ {OBJECT}'
    ),
    "class M(BaseModel, json_schema_extra=lambda schema: schema.update(a=[object()])):\n    x: int": (
        f"{SCHEMA} cannot be written: $.a[0] {OBJECT}"
    ),
    "class Below(Struct):\n    x: Annotated[int, Meta(extra_json_schema={'x-a': print})]\n"
    "class Loop(Struct):\n    loop: 'Loop | None' = None\n"
    "class M(Struct):\n    below: Below\n    loop: Loop": (
        f"{USED.replace('11', '16').replace('M.x', 'Below.x')} builtin_function_or_method is unsupported"
    ),
    "class M(BaseModel, json_schema_extra=lambda schema: 1 / 0):\n    x: int": (
        f"server/a.py:11: {DESCRIBED}: division by zero"
    ),
    "class M(BaseModel, json_schema_extra=LOOP):\n    x: int": (
        f"server/a.py:11: {DESCRIBED}: maximum recursion depth exceeded"
    ),
    "class M(BaseModel):\n    x: Annotated[int, WithJsonSchema({'examples': [object()]})]": (
        f'{SCHEMA}["properties"]["x"]["examples"][0] cannot be written: $ {OBJECT}'
    ),
    "class M(BaseModel):\n    x: Any = object()": "",
    "class M(BaseModel):\n    x: Any = print": "",
    "class M(BaseModel):\n    x: Any = Field(default_factory=object)": "",
    "class M(Struct):\n    x: Any = object()": "",
    "@dataclass\nclass M:\n    x: Any = print": "",
}


def test_what_a_type_says_that_is_not_json_is_reported_with_its_field(shared_site: Site) -> None:
    """Without a traceback. A default need not be JSON, and is left out."""

    def first_line(source: str) -> str:
        found = report(shared_site, {"a.py": f"{IMPORTS}{source}\ndef GET(req: Req, res: Res[M]): ..."}, docs="/docs")
        return found.partition("\n")[0].partition(" while ")[0]

    assert {source: first_line(source) for source in UNWRITABLE} == UNWRITABLE


def test_a_param_has_the_name_of_the_file_in_a_setting(site: Site) -> None:
    """In the document it has another one where two files differ by their matchers alone."""
    said = f"openapi = {{'parameters': [{ ({**ID, 'description': 'D'}) }]}}"
    made = site({"[id=int].py": GET + said, "[id].py": GET + said}).openapi()
    found = {path: methods["get"]["parameters"] for path, methods in made["paths"].items()}
    assert [[each["name"] for each in parameters] for parameters in found.values()] == [["id"], ["id_"]]
    assert all(parameters[0]["description"] == "D" for parameters in found.values())


def _values(kind: str, depth: int = 3) -> st.SearchStrategy[Any]:
    """Return a strategy of what can stand in place of a kind, right or wrong."""
    junk = st.sampled_from([None, 5, -1, 1.5, "x", [], {}, True, [1], {"$ref": "#/nope"}, *EXAMPLES.values()])
    plain = {"text": "x", "bool": True, "number": 2, "count": 1, "any": 1, "Type": "string"}
    if kind in plain:
        return st.just(plain[kind]) | junk
    if kind not in OBJECTS or not depth:
        return st.sampled_from(kind.split("|")) if "|" in kind else junk
    right = EXAMPLES[kind] if kind != "Responses" else {"404": {"description": "No"}}
    known = {name.rstrip("!*"): below for name, below in OBJECTS[kind].items() if name != "*"}
    more = {name: _item(below, depth - 1) for name, below in known.items()}
    return st.fixed_dictionaries({}, optional=more).map(lambda added: {**right, **added}) if more else st.just(right)


def _item(kind: str, depth: int) -> st.SearchStrategy[Any]:
    """Return a strategy of what is in place of a kind, a list or an object with one item if it is one."""
    if kind[0] in "+[":
        return _item(kind.strip("+")[1:-1], depth).map(lambda each: [each])
    return _item(kind[1:-1], depth).map(lambda each: {"a": each}) if kind[0] == "{" else _values(kind, depth)


@given(_values("Operation"))
def test_what_is_accepted_is_valid(operation: dict[str, Any]) -> None:
    """A validator of the standard agrees; it knows no `server` of a Link."""
    operation = {**operation, "operationId": "getA"}
    info = {"title": "T", "version": "1"}
    made: dict[str, Any] = {"openapi": "3.1.0", "info": info, "paths": {"/a": {"get": operation}}, "components": {}}
    if not any(find_faults(operation, "Operation")):
        made["components"]["schemas"] = {}
        assert not [*OpenAPIV31SpecValidator(json.loads(json.dumps(made))).iter_errors()]


def test_a_schema_that_is_referred_to_is_reported_once(site: Site) -> None:
    """Not again where it is used."""
    source = "class A(BaseModel):\n    model_config = {'json_schema_extra': {'title': 5}}\n    a: int\n"
    post = "from pydantic import BaseModel\nfrom fsapi import Req\n" + source + "def POST(req: Req[A], res): ...\n"
    assert report(site, {"a.py": post}, openapi="/o.json") == (
        'server/a.py: the schema A in the document: schema["title"] is 5\n'
        "  Write a text. It comes from a type of the handler."
    )


def test_an_example_that_cannot_be_written_is_reported(site: Site) -> None:
    """A Decimal can be written."""
    top = f"{TOP}from decimal import Decimal\nfrom msgspec import Meta\n"
    source = "class {0}(Struct):\n    a: Annotated[list[int], Meta(examples=[{1}])]\n"
    source += "def POST(req: Req[list[{0}]], res): ...\n"
    files = {"a.py": top + source.format("A", "object()"), "b.py": top + source.format("B", "Decimal(1)")}
    found = report(site, files, openapi="/o.json")
    assert found.startswith('server/a.py: the schema A in the document: schema["properties"]["a"]["examples"][0]')
    assert "B" not in found
    assert found.endswith(
        " cannot be written: $ is of the type object, which cannot be written as JSON\n"
        "  Write a value that is JSON. It comes from a type of the handler."
    )


def test_a_document_takes_linear_time(site: Site) -> None:
    """A reference that leads somewhere is compared with no other name."""
    source = USER.replace("def GET", "class Item(User): ...\ndef GET").replace("Res[User]", "Res[Item]")
    files = {f"f{number}.py": source for number in range(40)}
    few, many = site(dict([*files.items()][:10])), site(files)
    assert count_calls(many.openapi) < 5 * count_calls(few.openapi)


def test_the_mistakes_of_many_schemas_are_found_in_linear_time(site: Site) -> None:
    """The file of each is looked up, not searched for; here five of them refer to each other."""
    models = "from typing import Annotated\nfrom msgspec import Meta, Struct\n"
    models += 'Wrong = Annotated[str, Meta(extra_json_schema={"multipleOf": 0})]\n'
    for number in range(20):
        other = number - number % 5 + (number + 1) % 5
        models += f"class M{number}(Struct):\n    a: Wrong\n    m: 'list[M{other}]'\n"
    files = {
        f"f{number}.py": f"from fsapi import Req, Res\nfrom ._m import M{number}\n"
        f"def GET(req: Req, res: Res[M{number}]): ...\n"
        for number in range(20)
    }
    few = count_calls(lambda: report(site, {"_m.py": models, **dict([*files.items()][:5])}, docs="/docs"))
    assert count_calls(lambda: report(site, files, docs="/docs")) < 5 * few
    assert report(site, files, docs="/docs").count("has multipleOf 0") == 20
