"""Operations of the document: parameters, bodies, responses and docstrings."""

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


def test_a_handler_without_annotations_has_text_params_and_any_answer(site: Site) -> None:
    """Nothing more is known of it."""
    param = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    answer = {"default": {"description": "Any answer; the handler has no contract for it."}}
    get = operation(site, "def GET(req, res): ...")
    assert get == {"operationId": "getById", "parameters": [param], "responses": answer}


def test_a_put_without_annotations_accepts_any_json(site: Site) -> None:
    """It usually has a body, of an unknown type."""
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
    """The first line is the summary, and the rest is the description."""
    found = operation(site, f"def GET(req, res):\n    {docstring or 'pass'}\n")
    assert {key: found[key] for key in ("summary", "description") if key in found} == told


def test_the_docstring_of_a_partial_is_that_of_its_function(site: Site) -> None:
    """functools.partial has a docstring of its own, which describes functools.partial."""
    source = 'import functools\ndef answer(hint, req, res):\n    """Say it."""\nGET = functools.partial(answer, 1)\n'
    assert operation(site, source)["summary"] == "Say it"


def test_params_have_the_types_of_the_contract(site: Site) -> None:
    """Without a contract they would be text."""
    assert parameters(site, "None, Id")["id"]["schema"] == {"type": "integer"}


def test_the_rest_of_a_path_is_one_parameter_of_text(site: Site) -> None:
    """OpenAPI has no parameter of several segments; the description says that there can be more."""
    text = "One or more segments, separated by slashes."
    told = {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": text,
        "schema": {"type": "string"},
        "x-rest": True,
    }
    assert parameters(site, "None, Slug", "[...slug].py") == parameters(site, "None", "[...slug].py") == {"slug": told}


def test_query_parameters_have_types_defaults_and_descriptions(site: Site) -> None:
    """They have no null, which text cannot be; a description stands beside the name."""
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


def test_a_query_field_without_a_default_is_required(site: Site) -> None:
    """A request without it is a 422."""
    assert parameters(site, "None, Any, Data")["name"]["required"] is True


def test_query_parameters_of_a_model_have_the_schemas_of_pydantic(site: Site) -> None:
    """Pydantic adds a title, for example."""
    assert parameters(site, "None, Any, Model")["born"]["schema"] == {
        "type": "string",
        "format": "date",
        "title": "Born",
    }


@pytest.mark.parametrize(
    ("hint", "types", "required"),
    [
        ("NewUser", [JSON, "application/x-www-form-urlencoded", "multipart/form-data"], True),
        ("NewUser | None", [JSON], False),
        ("list[NewUser]", [JSON], True),
        ("Upload", ["multipart/form-data"], True),
        ("str", [JSON, "text/plain"], True),
    ],
)
def test_a_body_is_listed_in_every_content_type_that_is_accepted(
    site: Site, hint: str, types: list[str], required: bool
) -> None:
    """It is required unless its type has None."""
    found = operation(site, f"def PUT(req: Req[{hint}], res: Res): ...")["requestBody"]
    assert (list(found["content"]), found["required"]) == (types, required)


def test_fields_of_a_form_have_no_null(site: Site) -> None:
    """Text and files fill them."""
    found = operation(site, "def PUT(req: Req[NewUser], res: Res): ...")["requestBody"]["content"]
    name = {"type": "string", "minLength": 1, "maxLength": 9, "description": "What to call them."}
    schema = {"type": "object", "properties": {"name": name, "age": {"type": "integer"}}, "required": ["name"]}
    assert found["multipart/form-data"] == found["application/x-www-form-urlencoded"] == {"schema": schema}


def test_a_form_that_forbids_other_fields_says_so(site: Site) -> None:
    """Its type does."""
    found = operation(site, "def PUT(req: Req[Strict], res: Res): ...")["requestBody"]["content"]
    assert found["multipart/form-data"]["schema"]["additionalProperties"] is False


def test_a_form_of_a_model_has_the_aliases_of_its_fields(site: Site) -> None:
    """Clients send those names; an alias that is a path is left out."""
    found = operation(site, "def PUT(req: Req[Named], res: Res): ...")["requestBody"]["content"]
    schema = found["multipart/form-data"]["schema"]
    assert (list(schema["properties"]), schema["additionalProperties"]) == (["firstName", "key", "tag"], False)


def test_a_contract_without_a_body_has_no_request_body(site: Site) -> None:
    """`Req[None]` says that there is none."""
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
def test_the_statuses_are_those_of_the_contract_and_of_its_checks(
    site: Site, signature: str, file: str, statuses: str
) -> None:
    """An error is listed only if a request can cause it before the handler is called."""
    assert " ".join(operation(site, f"def PUT({signature}): ...", file)["responses"]) == statuses


def test_without_a_limit_there_is_no_413(site: Site) -> None:
    """A file that accepts any size never rejects a body for its size."""
    assert "413" not in operation(site, "max_body = None\ndef PUT(req: Req[Upload], res): ...", "a.py")["responses"]


@pytest.mark.parametrize(
    ("res", "status", "content"),
    [
        ("Res[User]", "200", {JSON: {"schema": {"$ref": "#/components/schemas/User"}}}),
        ("Res[list[int]]", "200", {JSON: {"schema": {"type": "array", "items": {"type": "integer"}}}}),
        ("Res[Any]", "200", {JSON: {"schema": {}}}),
        ("Res[object]", "200", {JSON: {"schema": {}}}),
        ("Res[None]", "200", {JSON: {"schema": {"type": "null"}}}),
        ("Res[None, Literal[204]]", "204", None),
    ],
)
def test_the_answer_has_the_schema_of_the_contract(site: Site, res: str, status: str, content: Any) -> None:
    """A 204 has no content."""
    assert operation(site, f"def GET(req, res: {res}): ...", "a.py")["responses"][status].get("content") == content


def test_a_422_has_details_and_other_errors_a_text(site: Site) -> None:
    """Every error has its schema."""
    found = operation(site, "def PUT(req: Req[NewUser], res: Res[User]): ...", "a.py")["responses"]
    schemas = {status: told["content"][JSON]["schema"]["$ref"].rpartition("/")[2] for status, told in found.items()}
    assert [schemas[status] for status in ("400", "415", "422", "default")] == [
        "Error",
        "Error",
        "ValidationError",
        "Error",
    ]
