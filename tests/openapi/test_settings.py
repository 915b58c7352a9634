"""The setting `openapi` of route files and of `_middleware.py`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
from openapi_spec_validator import validate

from fsapi import OpenAPI, TreeError
from fsapi.openapi.settings import merge, read_setting
from fsapi.tree.mistakes import Rejected
from tests.models import TOP
from tests.site import Site

GET = "def GET(req, res): ...\n"
PASS = "def middleware(req, res): ...\n"
BEARER = OpenAPI(security_schemes={"bearer": {"type": "http", "scheme": "bearer"}, "key": {"type": "mutualTLS"}})


def operations(site: Site, files: dict[str, str]) -> Any:
    """Return the operations of a tree by their paths and methods; the document has to be valid."""
    made = site(files, openapi=BEARER).openapi()
    validate(json.loads(json.dumps(made)))
    return {f"{method} {path}": each for path, methods in made["paths"].items() for method, each in methods.items()}


def test_a_setting_is_merged_into_the_operations_of_its_file(site: Site) -> None:
    """What annotations and docstrings say stays."""
    files = {"a.py": f"{GET}def POST(req, res): 'Add.'\nopenapi = {{'deprecated': True, 'x-more': 1}}", "b.py": GET}
    found = operations(site, files)
    assert [found[name].get("deprecated") for name in ("get /a", "post /a", "get /b")] == [True, True, None]
    assert (found["post /a"]["summary"], found["post /a"]["x-more"]) == ("Add", 1)


def test_a_setting_of_middleware_is_merged_into_all_below(site: Site) -> None:
    """Objects merge key by key; the nearest replaces all else."""
    outer = "openapi = {'tags': ['x'], 'security': [{'bearer': []}], 'responses': {401: 'No token', 429: 'Too many'}}"
    inner = "openapi = {'tags': ['y'], 'responses': {401: 'Log in'}}"
    found = operations(
        site, {"_middleware.py": PASS + outer, "a.py": GET, "b/_middleware.py": PASS + inner, "b/c.py": GET}
    )
    assert [found[name]["tags"] for name in ("get /a", "get /b/c")] == [["x"], ["y"]]
    assert [each["security"] for each in found.values()] == [[{"bearer": []}]] * 2
    told = [[found[name]["responses"][status]["description"] for status in ("401", "429")] for name in found]
    assert told == [["No token", "Too many"], ["Log in", "Too many"]]


def test_a_setting_of_middleware_needs_no_function(site: Site) -> None:
    """The file may say something of the document only; a hidden folder needs no function either."""
    files = {
        "_middleware.py": "openapi = {'tags': ['x']}",
        "a.py": GET,
        "b/_middleware.py": "openapi = None",
        "b/c.py": GET,
        "d/_middleware.py": "openapi = {'deprecated': True}\nmiddleware = None",
        "d/e.py": GET,
    }
    assert [each.get("tags") for each in operations(site, files).values()] == [["x"]] * 2
    assert site(files).test_client().get("/b/c").status_code == 500  # the handler runs, and does not end


def test_an_empty_list_of_security_opens_a_file(site: Site) -> None:
    """The nearest list replaces those above it."""
    outer = "openapi = {'security': [{'bearer': []}]}"
    found = operations(site, {"_middleware.py": PASS + outer, "a.py": GET, "b.py": GET + "openapi = {'security': []}"})
    assert [found[name]["security"] for name in ("get /a", "get /b")] == [[{"bearer": []}], []]


def test_a_key_that_is_a_method_holds_for_it_alone(site: Site) -> None:
    """It is nearer than the rest of the setting."""
    said = "openapi = {'GET': {'operationId': 'list', 'tags': ['b']}, 'tags': ['a'], 'DELETE': None}"
    found = operations(site, {"a.py": f"{GET}def POST(req, res): ...\ndef DELETE(req, res): ...\n{said}"})
    assert {name: (each["operationId"], each["tags"]) for name, each in found.items()} == {
        "get /a": ("list", ["b"]),
        "post /a": ("postA", ["a"]),
    }


def test_none_hides_and_a_nearer_setting_shows_again(site: Site) -> None:
    """What is said further out holds all the same."""
    files = {
        "_middleware.py": PASS + "openapi = {'tags': ['x']}",
        "a.py": GET + "openapi = None",
        "b/_middleware.py": PASS + "openapi = None",
        "b/c.py": GET,
        "b/d.py": GET + "openapi = {}",
    }
    assert {name: each["tags"] for name, each in operations(site, files).items()} == {"get /b/d": ["x"]}


def test_parameters_are_added(site: Site) -> None:
    """One of the same name and place replaces that of the annotations."""
    said: list[Any] = [
        {"name": "X-Id", "in": "header", "schema": {}},
        {"name": "id", "in": "path", "required": True, "schema": {}},
    ]
    found = operations(site, {"[id].py": f"{GET}openapi = {{'parameters': {said}}}"})
    assert found["get /{id}"]["parameters"] == said
    assert merge({"parameters": [{"name": "q", "in": "query"}]}, {"parameters": said})["parameters"][1:] == said


def test_an_error_response_has_the_content_of_all_errors(site: Site) -> None:
    """Unless it has a content of its own; its description is the phrase of the status."""
    said = "{403: 'No', 409: {}, '5XX': {}, 410: {'content': {}}, 202: 'Later', "
    said += "404: {'$ref': '#/paths/~1a/get/responses/202'}}"
    app = site({"a.py": f"{TOP}def GET(req: Req, res: Res[User]): ...\nopenapi = {{'responses': {said}}}"})
    found = app.openapi()["paths"]["/a"]["get"]["responses"]
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    assert found["403"] == {"description": "No", "content": error}
    assert found["409"] == {"description": "Conflict", "content": error}
    assert (found["5XX"]["content"], found["410"]["content"]) == (error, {})
    assert (found["202"], list(found["404"])) == ({"description": "Later"}, ["$ref"])
    assert list(found) == ["200", "202", "403", "404", "409", "410", "5XX", "default"]


def test_an_error_response_has_the_content_of_the_function_that_answers_errors(site: Site) -> None:
    """Its type, or nothing if it has none."""
    function = "def error(req, res, error): ...\n"
    files = {"a.py": GET + "openapi = {'responses': {403: 'No'}}", "_error.py": function}
    assert operations(site, files)["get /a"]["responses"]["403"] == {"description": "No"}


def test_a_response_merges_with_that_of_the_annotations(site: Site) -> None:
    """Its content stays."""
    source = f"{TOP}def GET(req: Req, res: Res[User]): ...\nopenapi = {{'responses': {{200: 'The user'}}}}"
    response = operations(site, {"a.py": source})["get /a"]["responses"]["200"]
    assert (response["description"], list(response["content"])) == ("The user", ["application/json"])


def test_an_operation_id_is_said_once(site: Site) -> None:
    """One that is made of the path keeps off those that are said; a second path of a file gets a number."""
    files = {"[[id]].py": GET + "openapi = {'operationId': 'getA'}", "a.py": GET}
    found = {name: each["operationId"] for name, each in operations(site, files).items()}
    assert found == {"get /a": "getA2", "get /": "getA", "get /{id}": "getA3"}


def test_tags_of_settings_are_listed(site: Site) -> None:
    """Those that no operation has are not."""
    files = {"x/a.py": GET + "openapi = {'tags': ['new', 'x']}", "y/b.py": GET + "openapi = None", "z.py": GET}
    assert site(files).openapi()["tags"] == [{"name": "new"}, {"name": "x"}]


def test_a_setting_can_be_imported(site: Site) -> None:
    """A module of that name is none."""
    files = {
        "_all.py": "openapi = {'tags': ['x']}",
        "_openapi/__init__.py": "",
        "a.py": f"from ._all import openapi\n{GET}",
    }
    files["b.py"] = f"import json as openapi\n{GET}"
    assert [each.get("tags") for each in operations(site, files).values()] == [["x"], None]


def test_pages_have_no_such_setting(site: Site, tmp_path: Any) -> None:
    """They are not in the document, so the name is theirs."""
    (tmp_path / "app/pages").mkdir(parents=True)
    (tmp_path / "app/pages/p.py").write_text("def page(req): return openapi\nopenapi = 'x'\n")
    assert site({"a.py": GET}).test_client().get("/p").text == "x"


def test_statuses_of_the_standard_library_are_statuses() -> None:
    """They are ints."""
    assert read_setting({"responses": {HTTPStatus.GONE: "Gone"}}) == {"responses": {"410": {"description": "Gone"}}}


@pytest.mark.parametrize(
    ("setting", "what", "remedy"),
    [
        (
            [],
            "openapi is a list",
            'Write a dict such as {"tags": ["users"]}, or None to leave the file out of the document.',
        ),
        ({"tag": []}, "openapi has the key tag, which an operation does not have", "Write tags."),
        ({"tags": "x"}, "openapi[\"tags\"] is 'x'", 'Write a list of texts, such as ["users"].'),
        ({"tags": [1]}, 'openapi["tags"] is [1]', 'Write a list of texts, such as ["users"].'),
        ({"deprecated": 1}, 'openapi["deprecated"] is 1', "Write True or False."),
        ({"security": ["bearer"]}, "openapi[\"security\"] is ['bearer']", 'Write a list such as [{"bearer": []}].'),
        (
            {"security": {"bearer": []}},
            "openapi[\"security\"] is {'bearer': []}",
            'Write a list such as [{"bearer": []}].',
        ),
        (
            {"parameters": [{"name": "x"}]},
            "openapi[\"parameters\"] is [{'name': 'x'}]",
            'Write a list such as [{"name": "X-Id", "in": "header", "schema": {"type": "string"}}].',
        ),
        ({"responses": [404]}, 'openapi["responses"] is [404]', 'Write a dict such as {404: "No such user"}.'),
        (
            {"responses": {99: ""}},
            'openapi["responses"] has the key 99, which is not a status',
            "Write a status such as 404, or 4XX or default.",
        ),
        (
            {"responses": {404: 1}},
            'openapi["responses"][404] is 1',
            "Write a text that describes it, or a Response Object.",
        ),
        ({"PUT": {}}, "openapi has PUT, but the file does not", "Define the handler, or remove the key."),
        ({"GET": []}, 'openapi["GET"] is a list', 'Write a dict such as {"tags": ["users"]}, or None.'),
        ({"get": {}}, "openapi has the key get, which an operation does not have", "Write GET."),
        ({"GET": {"tag": 1}}, 'openapi["GET"] has the key tag, which an operation does not have', "Write tags."),
        (
            {"GET": {"GET": {}}},
            'openapi["GET"] has the key GET, which an operation does not have',
            "An operation has tags, summary, description, externalDocs, operationId, parameters, requestBody, "
            "responses, callbacks, deprecated, security, servers, and what starts with x-.",
        ),
        (
            {"x-y": object()},
            "openapi cannot be written as JSON: Encoding objects of type object is unsupported",
            "Write texts, numbers, lists and dicts.",
        ),
    ],
)
def test_what_an_operation_does_not_have_is_rejected(setting: Any, what: str, remedy: str) -> None:
    """The message says what to write."""
    with pytest.raises(Rejected) as caught:
        read_setting(setting, ("GET",))
    assert (caught.value.what, caught.value.remedy) == (what, remedy)


@pytest.mark.parametrize(
    "setting", [{"x-a": 1, "responses": {"x-b": 1, "default": "Any"}}, {"GET": None}, {"DELETE": {}}]
)
def test_extensions_and_methods_are_accepted(setting: Any) -> None:
    """A key that starts with x- has any value."""
    assert read_setting(setting) is not None


def test_a_setting_that_contains_itself_is_rejected() -> None:
    """It has no end."""
    setting: dict[str, Any] = {}
    setting["x-a"] = setting
    with pytest.raises(Rejected, match=r"^openapi cannot be written as JSON: "):
        read_setting(setting)


def test_extensions_are_merged_like_all_objects() -> None:
    """Only the parameters of an operation are a list that is added to."""
    assert merge({"x-a": {"parameters": [1]}}, {"x-a": {"parameters": [2]}}) == {"x-a": {"parameters": [2]}}


def mistakes(site: Site, files: dict[str, str]) -> str:
    """Return the report of a tree."""
    with pytest.raises(TreeError) as caught:
        site(files, openapi=BEARER)
    return str(caught.value)


def test_every_file_that_names_an_unknown_scheme_is_reported(site: Site) -> None:
    """Middleware once, whatever is below it; a method too."""
    files = {
        "_middleware.py": PASS + "openapi = {'security': [{'a': []}, {'bearer': [], 'b': []}]}",
        "x.py": GET + "openapi = {'GET': {'security': [{'c': ['read']}]}}",
        "[[y]].py": GET + "openapi = {'security': [{}]}",
    }
    report = mistakes(site, files)
    assert [f"scheme {name}, which" in report for name in ("a", "b", "c", "bearer")] == [True, True, True, False]
    assert report.count("which is not declared") == 3


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"a.py": GET, "b.py": GET}, "server/b.py:2: has the operationId x, as server/a.py does"),
        (
            {"a.py": GET + "def POST(req, res): ..."},
            "server/a.py:3: has the operationId x for GET and for POST",
        ),
        ({"a.py": "def default(req, res): ..."}, "server/a.py:2: has the operationId x for GET and for HEAD"),
    ],
)
def test_an_operation_id_that_two_operations_have_is_rejected(site: Site, files: dict[str, str], what: str) -> None:
    """Clients name their functions after it."""
    report = mistakes(
        site, {name: f"{source.strip()}\nopenapi = {{'operationId': 'x'}}" for name, source in files.items()}
    )
    assert report.startswith(what)
    assert report.count("operationId x") == 1


def test_an_operation_id_of_middleware_is_that_of_every_file(site: Site) -> None:
    """The files are reported, without a line."""
    files = {"_middleware.py": PASS + "openapi = {'operationId': 'x'}", "a.py": GET, "b.py": GET}
    assert mistakes(site, files).startswith("server/b.py: has the operationId x, as server/a.py does")
