"""One handler under one URL, as an operation of the document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.models import TOP
from tests.site import Site

JSON = "application/json"


def operation(site: Site, source: str, file: str = "[id].py") -> Any:
    """Return the only operation of a file with the models at hand."""
    told = site({file: TOP + source}).openapi()
    validate(told)
    ((found,),) = (operations.values() for operations in told["paths"].values())
    return json.loads(json.dumps(found))


def parameters(site: Site, types: str, file: str = "[id].py") -> Any:
    """Return the parameters of a GET with a contract, by name."""
    found = operation(site, f"def GET(req: Req[{types}], res: Res): ...", file)
    return {told["name"]: told for told in found.get("parameters", [])}


def test_a_handler_without_annotations_is_told_as_far_as_it_is_known(site: Site) -> None:
    """Its params are text, and its answer is anything."""
    param = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    answer = {"default": {"description": "Any answer; the handler has no contract for it."}}
    get = operation(site, "def GET(req, res): ...")
    assert get == {"operationId": "getById", "parameters": [param], "responses": answer}


def test_a_body_may_come_where_one_is_written(site: Site) -> None:
    """What it is, no annotation tells."""
    assert operation(site, "def PUT(req, res): ...")["requestBody"] == {"content": {JSON: {}}}


@pytest.mark.parametrize(
    ("docstring", "told"),
    [
        ("", {}),
        ('"""List the users."""', {"summary": "List the users"}),
        (
            '"""List the users.\n\n    Newest first.\n\n    Or last."""',
            {"summary": "List the users", "description": "Newest first.\n\nOr last."},
        ),
    ],
)
def test_the_docstring_is_the_summary_and_the_description(site: Site, docstring: str, told: Any) -> None:
    """Its first line, and the rest."""
    found = operation(site, f"def GET(req, res):\n    {docstring or 'pass'}\n")
    assert {key: found[key] for key in ("summary", "description") if key in found} == told


def test_the_docstring_of_what_is_wrapped(site: Site) -> None:
    """functools.partial has one of its own, which says nothing."""
    source = 'import functools\ndef answer(kind, req, res):\n    """Say it."""\nGET = functools.partial(answer, 1)\n'
    assert operation(site, source)["summary"] == "Say it"


def test_the_params_of_a_contract(site: Site) -> None:
    """Their types are those of the contract."""
    assert parameters(site, "None, Id")["id"]["schema"] == {"type": "integer"}


def test_a_rest_is_one_segment(site: Site) -> None:
    """A document has no form for several; a description says so."""
    text = "One or more segments, separated by slashes."
    told = {"name": "slug", "in": "path", "required": True, "description": text, "schema": {"type": "string"}}
    assert parameters(site, "None, Slug", "[...slug].py") == parameters(site, "None", "[...slug].py") == {"slug": told}


def test_the_query_of_a_contract(site: Site) -> None:
    """Defaults are told, null is not, since no text stands for it; a description stands beside the name."""
    found = parameters(site, "None, Any, Query")
    page = {"type": "integer", "minimum": 1, "description": "Which page.", "default": 1}
    assert found["page"] == {
        "name": "page",
        "in": "query",
        "required": False,
        "description": "Which page.",
        "schema": page,
    }
    assert found["since"]["schema"] == {"type": "string", "format": "date"}
    assert found["color"]["schema"] == {"enum": ["blue", "red"]}
    assert found["tag"]["schema"] == {"type": "array", "items": {"type": "integer"}, "default": []}


def test_a_query_that_has_to_be_sent(site: Site) -> None:
    """A field without a default is required."""
    assert parameters(site, "None, Any, Data")["name"]["required"] is True


def test_the_query_of_a_model(site: Site) -> None:
    """It is told as pydantic tells it."""
    assert parameters(site, "None, Any, Model")["born"]["schema"] == {
        "type": "string",
        "format": "date",
        "title": "Born",
    }


@pytest.mark.parametrize(
    ("kind", "types", "required"),
    [
        ("NewUser", [JSON, "application/x-www-form-urlencoded", "multipart/form-data"], True),
        ("NewUser | None", [JSON], False),
        ("list[NewUser]", [JSON], True),
        ("Upload", ["multipart/form-data"], True),
        ("str", [JSON, "text/plain"], True),
    ],
)
def test_the_body_of_a_contract(site: Site, kind: str, types: list[str], required: bool) -> None:
    """In every content type that is taken."""
    found = operation(site, f"def PUT(req: Req[{kind}], res: Res): ...")["requestBody"]
    assert (list(found["content"]), found["required"]) == (types, required)


def test_a_form_has_no_null(site: Site) -> None:
    """Its fields are those of the type, as text and files can fill them."""
    found = operation(site, "def PUT(req: Req[NewUser], res: Res): ...")["requestBody"]["content"]
    name = {"type": "string", "minLength": 1, "maxLength": 9, "description": "What to call them."}
    schema = {"type": "object", "properties": {"name": name, "age": {"type": "integer"}}, "required": ["name"]}
    assert found["multipart/form-data"] == found["application/x-www-form-urlencoded"] == {"schema": schema}


def test_a_form_of_no_other_fields(site: Site) -> None:
    """It says so where its type does."""
    found = operation(site, "def PUT(req: Req[Strict], res: Res): ...")["requestBody"]["content"]
    assert found["multipart/form-data"]["schema"]["additionalProperties"] is False


def test_a_form_of_a_model(site: Site) -> None:
    """By the names that it is sent; a path in one of them has no form."""
    found = operation(site, "def PUT(req: Req[Named], res: Res): ...")["requestBody"]["content"]
    schema = found["multipart/form-data"]["schema"]
    assert (list(schema["properties"]), schema["additionalProperties"]) == (["firstName", "key", "tag"], False)


def test_a_body_that_is_not_read_is_not_told(site: Site) -> None:
    """`Req[None]` has none."""
    assert "requestBody" not in operation(site, "def PUT(req: Req[None], res: Res): ...")


STATUSES = [
    ("req, res: Res[User]", "a.py", "200 default"),
    ("req, res: Res[User, Literal[201, 299]]", "a.py", "201 299 default"),
    ("req, res: Res[User]", "[id].py", "200 400 404 default"),
    ("req: Req[None, Id], res", "[id].py", "400 404 default"),
    ("req: Req[None, Any, Query], res", "a.py", "422 default"),
    ("req: Req[NewUser], res", "a.py", "400 413 415 422 default"),
    ("req: Req[NewUser, Id, Query], res: Res[User]", "[id].py", "200 400 404 413 415 422 default"),
]


@pytest.mark.parametrize(("signature", "file", "statuses"), STATUSES)
def test_the_statuses_that_can_come(site: Site, signature: str, file: str, statuses: str) -> None:
    """Success as the contract has it, and the errors that come before the handler where they can."""
    assert " ".join(operation(site, f"def PUT({signature}): ...", file)["responses"]) == statuses


def test_without_a_limit_there_is_no_413(site: Site) -> None:
    """A file that takes any size never says that it is too much."""
    assert "413" not in operation(site, "max_body = None\ndef PUT(req: Req[Upload], res): ...", "a.py")["responses"]


@pytest.mark.parametrize(
    ("res", "status", "content"),
    [
        ("Res[User]", "200", {JSON: {"schema": {"$ref": "#/components/schemas/User"}}}),
        ("Res[list[int]]", "200", {JSON: {"schema": {"type": "array", "items": {"type": "integer"}}}}),
        ("Res[Any]", "200", {JSON: {"schema": {}}}),
        ("Res[object]", "200", {JSON: {"schema": {"description": "Anything."}}}),
        ("Res[None]", "200", {JSON: {"schema": {"type": "null"}}}),
        ("Res[None, Literal[204]]", "204", None),
    ],
)
def test_the_answer_of_a_contract(site: Site, res: str, status: str, content: Any) -> None:
    """Its schema, and no content where the status has none."""
    assert operation(site, f"def GET(req, res: {res}): ...", "a.py")["responses"][status].get("content") == content


def test_errors_have_their_schemas(site: Site) -> None:
    """A 422 has details, all others a text."""
    found = operation(site, "def PUT(req: Req[NewUser], res: Res[User]): ...", "a.py")["responses"]
    schemas = {status: told["content"][JSON]["schema"]["$ref"].rpartition("/")[2] for status, told in found.items()}
    assert [schemas[status] for status in ("400", "415", "422", "default")] == [
        "Error",
        "Error",
        "ValidationError",
        "Error",
    ]
