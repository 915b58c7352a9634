"""The examples of the page on API routes that fsapi is modelled on, translated: they work and type-check."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from fsapi import App
from tests.site import ROOT, Site, client, write

#: Every file starts with this import, which costs nothing at run time, as `import type` does.
TYPES = """
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapi import Req, Res

"""

DB = """
from typing import Any

User = dict[str, Any]
users: dict[str, User] = {"1": {"id": "1", "name": "Ada"}}

def get_users() -> list[User]:
    return list(users.values())

def create_user(data: User) -> User:
    user = {"id": str(len(users) + 1), **data}
    users[user["id"]] = user
    return user

def get_user(id: str) -> User | None:
    return users.get(id)

def update_user(id: str, data: User) -> User:
    users[id] = {**users[id], **data}
    return users[id]

def delete_user(id: str) -> None:
    del users[id]

def search(q: str, page: int) -> list[str]:
    return [f"{q} {number}" for number in range(page)]

def get_product(id: str, reviews: bool) -> dict[str, Any]:
    return {"id": id, "reviews": ["good"]} if reviews else {"id": id}
"""

USERS = """
from shop import db

def GET(req: Req, res: Res) -> None:
    users = db.get_users()
    res.json(users)

def POST(req: Req, res: Res) -> None:
    user = db.create_user(req.body)
    res.json(user, 201)
"""

USER = """
from shop import db

def GET(req: Req, res: Res) -> None:
    id = req.params["id"]
    user = db.get_user(id)
    if not user:
        res.json({"error": "Not found"}, 404)
        return
    res.json(user)

def PUT(req: Req, res: Res) -> None:
    res.json(db.update_user(req.params["id"], req.body))

def DELETE(req: Req, res: Res) -> None:
    db.delete_user(req.params["id"])
    res.status(204).end()
"""

SEARCH = """
from shop import db

def GET(req: Req, res: Res) -> None:
    q = req.query.get("q", "")
    page = req.query.get("page", "1")
    results = db.search(q, int(page))
    res.json({"results": results, "page": page})
"""

PRODUCT = """
from shop import db

def GET(req: Req, res: Res) -> None:
    include = req.query.get("include")
    res.json(db.get_product(req.params["id"], include == "reviews"))
"""

PROJECT = {
    "shop/__init__.py": "",
    "shop/db.py": DB,
    "server/users/index.py": TYPES + USERS,
    "server/users/[id].py": TYPES + USER,
    "server/search.py": TYPES + SEARCH,
    "server/products/[id].py": TYPES + PRODUCT,
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Client]:
    """Return a client of the translated project, with fresh data."""
    yield client(App(write(tmp_path, PROJECT)))
    for name in ("shop", "shop.db"):
        del sys.modules[name]


def test_get_lists_the_users(shop: Client) -> None:
    """GET of a folder's index returns a list."""
    assert shop.get("/users").json == [{"id": "1", "name": "Ada"}]


def test_post_creates_a_user(shop: Client) -> None:
    """POST reads JSON and returns a 201."""
    answer = shop.post("/users", json={"name": "Grace"})
    assert (answer.status_code, answer.json) == (201, {"id": "2", "name": "Grace"})
    assert shop.get("/users/2").json == answer.json


def test_get_reads_one_user(shop: Client) -> None:
    """The bracketed name of the file is a param."""
    assert shop.get("/users/1").json == {"id": "1", "name": "Ada"}


def test_a_handler_leaves_early(shop: Client) -> None:
    """`return` after `res.json` ends a handler with the given status."""
    answer = shop.get("/users/7")
    assert (answer.status_code, answer.json) == (404, {"error": "Not found"})


def test_put_updates_a_user(shop: Client) -> None:
    """PUT has both a param and a body."""
    assert shop.put("/users/1", json={"name": "Grace"}).json == {"id": "1", "name": "Grace"}


def test_delete_answers_without_a_body(shop: Client) -> None:
    """`res.status(204).end()` has no body, and the user is deleted."""
    answer = shop.delete("/users/1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert shop.get("/users").json == []


def test_search_reads_the_query(shop: Client) -> None:
    """Search params are strings, which the handler converts."""
    assert shop.get("/search?q=tea&page=2").json == {"results": ["tea 0", "tea 1"], "page": "2"}


def test_a_missing_search_param_has_the_default_of_the_handler(shop: Client) -> None:
    """`req.query.get` returns the default."""
    assert shop.get("/search").json == {"results": [" 0"], "page": "1"}


@pytest.mark.parametrize(("query", "extra"), [("", {}), ("?include=reviews", {"reviews": ["good"]})])
def test_a_product_has_params_and_query(shop: Client, query: str, extra: dict[str, Any]) -> None:
    """A request may have params and a query."""
    assert shop.get(f"/products/9{query}").json == {"id": "9", **extra}


def echo(site: Site, expression: str, method: str = "POST") -> Client:
    """Return a client of `/v/[id]`, which returns an expression as JSON."""
    handler = f"def {method}(req: Req, res: Res) -> None:\n    res.json({expression})\n"
    return client(site({"v/[id].py": TYPES + handler}))


def test_body_is_parsed_json(site: Site) -> None:
    """`req.body` is the value of a JSON body."""
    assert echo(site, "req.body").post("/v/1", json={"a": [1, None]}).json == {"a": [1, None]}


def test_body_is_the_raw_string_else(site: Site) -> None:
    """`req.body` of another type is text."""
    assert echo(site, "req.body").post("/v/1", data="a=b", content_type="text/plain").json == "a=b"


@pytest.mark.parametrize(("size", "status"), [(10 * 1024 * 1024, 200), (10 * 1024 * 1024 + 1, 413)])
def test_body_has_at_most_10_mb(site: Site, size: int, status: int) -> None:
    """A body of 10 MB is read, and one with a byte more is not."""
    assert echo(site, "len(req.body)").post("/v/1", data=b"x" * size).status_code == status


def test_params_are_the_dynamic_segments(site: Site) -> None:
    """`req.params` has the segments of the path by name."""
    assert echo(site, "req.params").post("/v/42").json == {"id": "42"}


def test_query_has_the_search_params(site: Site) -> None:
    """`req.query` has the decoded search params by name."""
    assert echo(site, "req.query").post("/v/1?a=1&b=x%20y").json == {"a": "1", "b": "x y"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_method_is_in_capitals(site: Site, method: str) -> None:
    """`req.method` is the HTTP method."""
    assert echo(site, "req.method", method).open("/v/1", method=method).json == method


def test_headers_are_those_of_the_request(site: Site) -> None:
    """`req.headers` has a header under its name in any case."""
    headers = {"X-Trace": "7"}
    assert (
        echo(site, "[req.headers['x-trace'], req.headers['X-TRACE']]").post("/v/1", headers=headers).json == ["7"] * 2
    )


def filled(site: Site, body: str) -> Client:
    """Return a client of `/`, whose handler has a body."""
    return client(site({"index.py": f"{TYPES}def GET(req: Req, res: Res) -> None:\n    {body}\n"}))


@pytest.mark.parametrize(("call", "status"), [("res.json({'a': 1})", 200), ("res.json({'a': 1}, 202)", 202)])
def test_json_sends_data_with_a_status(site: Site, call: str, status: int) -> None:
    """`res.json` sends JSON with the given status, 200 by default."""
    answer = filled(site, call).get("/")
    assert (answer.status_code, answer.mimetype, answer.data) == (status, "application/json", b'{"a":1}')


def test_status_returns_the_response(site: Site) -> None:
    """`res.status` sets the status and can be chained."""
    answer = filled(site, "res.status(418).json('tea')").get("/")
    assert (answer.status_code, answer.json) == (418, "tea")


def test_set_header_sets_a_header(site: Site) -> None:
    """`res.setHeader` sets a header of the response."""
    answer = filled(site, "res.setHeader('Cache-Control', 'no-store'); res.json(1)").get("/")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("call", "body"), [("res.end()", b""), ("res.end('hi')", b"hi"), ("res.end(b'hi')", b"hi")])
def test_end_sends_a_raw_body_or_none(site: Site, call: str, body: bytes) -> None:
    """`res.end` sends text or bytes as they are, or nothing."""
    answer = filled(site, call).get("/")
    assert (answer.status_code, answer.data) == (200, body)


def test_only_status_returns_something(site: Site) -> None:
    """`setHeader` and `json` return None, as the table says."""
    app = filled(site, "res.end(f\"{res.setHeader('A', 'b')} {res.status(200) is res} {res.getHeader('A')}\")")
    assert app.get("/").text == "None True b"


PLANTED = "\nwrong: int = GET\n"


def planted(error: str) -> dict[str, str]:
    """Return the project with an error at the end of each route file, or none."""
    return {name: text + error * name.startswith("server") for name, text in PROJECT.items()}


@pytest.mark.e2e
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(("error", "count"), [("", 0), (PLANTED, 4)])
def test_mypy_checks_the_translated_files(tmp_path: Path, error: str, count: int) -> None:
    """`mypy --strict` accepts the files, and finds an error that is added to each; fsapi is read once."""
    settings = f"[mypy]\nstrict = True\nexplicit_package_bases = True\nmypy_path = {tmp_path}:{ROOT}\n"
    write(tmp_path, {**planted(error), "mypy.ini": settings})
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path.parent / "mypy"), "-p", "server", "-p", "shop"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stdout.count("error:")) == (int(count > 0), count), run.stdout + run.stderr


@pytest.mark.e2e
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(("error", "count"), [("", 0), (PLANTED, 4)])
def test_pyright_checks_the_translated_files(tmp_path: Path, error: str, count: int) -> None:
    """Pyright in strict mode accepts the files, and finds an error that is added to each."""
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": ["server", "shop"]}
    write(tmp_path, {**planted(error), "pyrightconfig.json": json.dumps(settings)})
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    summary = json.loads(run.stdout)["summary"]
    assert (summary["filesAnalyzed"], summary["errorCount"], summary["warningCount"]) == (6, count, 0), run.stdout
