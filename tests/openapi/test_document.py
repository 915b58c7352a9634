"""The document lists every URL and method of the route files, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fsapi import App, OpenAPI, TreeError
from fsapi.embedding import to_wsgi
from fsapi.openapi import document as openapi
from tests.models import TOP
from tests.site import Site, client, write

GET = "def GET(req, res): res.json(1)\n"
PARAMS = "def GET(req, res): res.json(req.params)\n"


def document(site: Site, files: dict[str, str]) -> Any:
    """Return the document of a tree as JSON gives it back; it has to be valid."""
    made = site(files).openapi()
    validate(made)
    return json.loads(json.dumps(made))


def test_every_file_is_a_path(site: Site) -> None:
    """Params are in braces, an optional segment makes two paths, and groups add nothing."""
    files = ["index.py", "users/index.py", "users/[id].py", "v/[[id]].py", "(admin)/reports.py", "docs/[...slug].py"]
    made = document(site, dict.fromkeys([*files, "f/[name].json.py", "r/[a]-[b].py", "n/[id=int].py", "ü/a b.py"], GET))
    literal = ["/", "/f/{name}.json", "/n/{id}", "/r/{a}-{b}", "/reports", "/users", "/users/{id}", "/v", "/v/{id}"]
    assert sorted(made["paths"]) == sorted([*literal, "/docs/{slug}", "/%C3%BC/a%20b"])


def test_files_that_are_not_served_are_not_paths(site: Site) -> None:
    """Those are helpers, tests and middleware."""
    files = {"a.py": GET, "_b.py": GET, "test_c.py": GET, "_middleware.py": "def middleware(req, res): ..."}
    assert list(document(site, files)["paths"]) == ["/a"]


def test_pages_are_not_paths(site: Site, tmp_path: Path) -> None:
    """They are for people, not for clients of the API."""
    write(tmp_path, {"app/pages/b.py": "def page(req): return 'b'", "app/pages/a.py": "def page(req): return 'a'"})
    assert list(document(site, {"a.py": GET})["paths"]) == ["/a"]


def test_of_all_routes_only_those_of_route_files_are_documented(site: Site, tmp_path: Path) -> None:
    """Pages and the document itself are left out, even if they are among the routes."""
    write(tmp_path, {"app/pages/b.py": "def page(req): return 'b'", "app/pages/a.py": "def page(req): return 'a'"})
    app = site({"a.py": GET}, openapi="/openapi.json")
    assert {route.pattern: route.documented for route in app.routes if route.file != "app/pages/a.py"} == {
        "/a": True,
        "/b": False,
        "/openapi.json": False,
    }
    assert openapi.document(app.routes, tmp_path.name, OpenAPI()) == app.openapi()


def test_every_function_is_an_operation(site: Site) -> None:
    """HEAD and OPTIONS are left out if no function answers them."""
    names = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    made = document(site, {"a.py": "\n".join(f"def {name}(req, res): res.end()" for name in names), "b.py": GET})
    assert list(made["paths"]["/a"]) == [name.lower() for name in names]
    assert list(made["paths"]["/b"]) == ["get"]


def test_default_is_an_operation_of_every_method_without_a_function(site: Site) -> None:
    """HEAD of a file with GET is left out: GET answers it."""
    made = document(
        site, {"a.py": f"{GET}def default(req, res): res.end()\n", "b.py": "def default(req, res): res.end()\n"}
    )
    assert list(made["paths"]["/a"]) == ["get", "post", "put", "patch", "delete", "options"]
    assert list(made["paths"]["/b"]) == ["get", "head", "post", "put", "patch", "delete", "options"]


def test_every_operation_id_is_unique(site: Site) -> None:
    """It is made of the method and the path, with a number if another operation has it."""
    files = ["index.py", "users/[id].py", "a-b.py", "a/b.py", "sitemap.xml.py", "d/[[...x]].py"]
    made = document(site, dict.fromkeys(files, GET))
    found = {path: operations["get"]["operationId"] for path, operations in made["paths"].items()}
    assert found == {
        "/": "getIndex",
        "/users/{id}": "getUsersById",
        "/a-b": "getAB2",
        "/a/b": "getAB",
        "/sitemap.xml": "getSitemapXml",
        "/d": "getD",
        "/d/{x}": "getDByX",
    }


def test_files_that_differ_in_their_matchers_are_two_paths(site: Site) -> None:
    """A path of the document has no matchers, so the params of the later file get another name."""
    made = document(site, dict.fromkeys(["[id=int].py", "[id=uuid].py", "[id].py"], PARAMS))
    found = {path: made["paths"][path]["get"]["parameters"][0] for path in made["paths"]}
    assert {path: (param["name"], param["schema"]) for path, param in found.items()} == {
        "/{id}": ("id", {"type": "integer"}),
        "/{id_}": ("id_", {"type": "string", "format": "uuid"}),
        "/{id__}": ("id__", {"type": "string"}),
    }


def test_the_tag_is_the_first_folder_that_is_not_a_param(site: Site) -> None:
    """A group counts, without its parentheses."""
    files = ["a.py", "users/[id].py", "(admin)/x.py", "[org]/teams/b.py", "v1.0/c.py", "[org]/d.py"]
    made = document(site, dict.fromkeys(files, GET))
    found = {path: operations["get"].get("tags") for path, operations in made["paths"].items()}
    assert found["/a"] is found["/{org}/d"] is None
    assert [found[path] for path in ("/users/{id}", "/x", "/{org}/teams/b", "/v1.0/c")] == [
        ["users"],
        ["admin"],
        ["teams"],
        ["v1.0"],
    ]
    assert sorted(tag["name"] for tag in made["tags"]) == ["admin", "teams", "users", "v1.0"]


def test_folders_that_all_files_share_are_no_tags(site: Site) -> None:
    """They would be the same everywhere; a group is a folder too, and a file beside them shares less."""
    files = ["api/(v1)/users/a.py", "api/(v1)/teams/[id]/b.py", "api/(v1)/c.py"]
    made = document(site, dict.fromkeys(files, GET))
    found = {path: operations["get"].get("tags") for path, operations in made["paths"].items()}
    assert found == {"/api/users/a": ["users"], "/api/teams/{id}/b": ["teams"], "/api/c": None}


def test_the_title_is_the_name_of_the_project(site: Site, tmp_path: Path) -> None:
    """The version is fixed, since a folder has none."""
    assert document(site, {"a.py": GET})["info"] == {"title": tmp_path.name, "version": "0.1.0"}


def test_only_types_that_are_referred_to_are_components(site: Site) -> None:
    """Params and query are written out where they are used."""
    made = document(site, {"[id].py": TOP + "def PUT(req: Req[NewUser, Id, Query], res: Res[list[User]]): ...\n"})
    assert sorted(made["components"]["schemas"]) == ["Detail", "Error", "NewUser", "User", "ValidationError"]


def test_without_contracts_there_are_no_components(site: Site) -> None:
    """No type is known."""
    assert document(site, {"a.py": GET})["components"] == {"schemas": {}}


def test_the_document_is_served_under_the_path_that_is_given(site: Site, tmp_path: Path) -> None:
    """The mount is its server, and it does not list itself."""
    app = site({"a.py": GET}, openapi="/openapi.json")
    expected = {**app.openapi(), "servers": [{"url": "/"}]}
    assert client(app).get("/openapi.json").json == expected
    mounted = client(DispatcherMiddleware(app, {to_wsgi("/äpi"): app}))
    assert mounted.get("/äpi/openapi.json").json == {**expected, "servers": [{"url": "/%C3%A4pi"}]}
    assert client(App(tmp_path)).get("/openapi.json").status_code == 404


def test_the_document_is_served_like_a_route_file(site: Site) -> None:
    """It has HEAD, OPTIONS, 405 and the middleware of the root too."""
    middleware = "def middleware(req, res):\n    if 'token' not in req.query: res.json({'error': 'no token'}, 401)\n"
    app = client(site({"a.py": GET, "_middleware.py": middleware}, openapi="/docs/openapi.json"))
    path = "/docs/openapi.json"
    assert [
        app.get(path).status_code,
        app.head(f"{path}?token").status_code,
        app.post(f"{path}?token").status_code,
    ] == [401, 200, 405]
    assert app.options(f"{path}?token").headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "file", ["server/openapi.json.py", "server/openapi.json/index.py", "app/pages/openapi.json.py"]
)
def test_a_file_with_the_url_of_the_document_is_rejected(tmp_path: Path, file: str) -> None:
    """Otherwise one of the two could not be reached."""
    name = "page" if "pages" in file else "GET"
    write(tmp_path, {"server/a.py": GET, file: f"def {name}(*given): ..."})
    with pytest.raises(
        TreeError, match=r"serves /openapi.json, as the OpenAPI document does\n  Give the document another path"
    ):
        App(tmp_path, openapi="/openapi.json")


@pytest.mark.parametrize("path", ["openapi.json", "", "/", "/[x].json", "/{x}", "/a?b", "//a", "/a/"])
def test_the_path_of_the_document_has_no_params(site: Site, path: str) -> None:
    """The error is raised when the app is built."""
    with pytest.raises(ValueError, match=r"openapi is a path such as /openapi.json, not"):
        site({"a.py": GET}, openapi=path)
