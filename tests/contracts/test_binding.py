"""Handlers that are called with what their contract asks for, or not at all."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from werkzeug.test import Client

from fsapi.contracts.binding import bind
from fsapi.request.contract import Contract
from tests.models import TOP
from tests.site import Site, client, write

ECHO = TOP + "def POST(req: Req[{}], res: Res): res.json([req.body, req.params, req.query])\n"


def echo(site: Site, types: str, file: str = "[id].py") -> Client:
    """Return a client of a file whose POST has a contract and answers with body, params and query."""
    return client(site({file: ECHO.format(types)}))


def test_what_fits_reaches_the_handler(site: Site) -> None:
    """Body, params and query are of the types of the contract."""
    answer = echo(site, "NewUser, Id, Query").post("/4?page=2&tag=1&tag=2&since=2026-01-02", json={"name": "Ada"})
    query = {"q": "", "page": 2, "ratio": 0.5, "full": False, "since": "2026-01-02", "color": None, "size": None}
    assert answer.json == [{"name": "Ada", "age": None}, {"id": 4}, {**query, "tag": [1, 2], "key": None}]


@pytest.mark.parametrize("id", ["x", "4.0", "04", "%204", "9" * 5000])
def test_a_param_that_does_not_fit_is_a_404(site: Site, id: str) -> None:
    """It comes before all else that could be wrong."""
    answer = echo(site, "NewUser, Id, Query").post(f"/{id}?page=x", data=b"{", content_type="text/html")
    assert (answer.status_code, answer.json) == (404, {"error": "Not Found"})


def test_a_404_of_a_contract_is_final(site: Site) -> None:
    """It never falls through to a wider file."""
    user = site({"[id].py": ECHO.format("None, Id"), "[...slug].py": ECHO.format("None, Slug")})
    assert client(user).post("/x").status_code == 404
    assert client(user).post("/x/y").json == [None, {"slug": ["x", "y"]}, {}]


def test_the_content_type_comes_before_the_query(site: Site) -> None:
    """A 415 is told before anything of the body or the query is read."""
    answer = echo(site, "NewUser, Id, Query").post("/4?page=x", data="x", content_type="text/html")
    assert answer.status_code == 415


def test_malformed_json_comes_before_the_query(site: Site) -> None:
    """A 400 says what and where."""
    answer = echo(site, "NewUser, Id, Query").post("/4?page=x", data="{", content_type="application/json")
    assert (answer.status_code, answer.json) == (400, {"error": "the body is not JSON: it ends too early, at byte 1"})


def test_errors_of_query_and_body_come_together(site: Site) -> None:
    """A 422 has every error, with its place and a message."""
    answer = echo(site, "NewUser, Id, Query").post("/4?page=0&tag=1&tag=x", json={"name": ""})
    details = [
        {"in": "query", "path": "$.page", "message": "Expected `int` >= 1"},
        {"in": "query", "path": "$.tag[1]", "message": "Expected `int`, got `str`"},
        {"in": "body", "path": "$.name", "message": "Expected `str` of length >= 1"},
    ]
    assert answer.status_code == 422
    assert answer.json == {"error": "query $.page: Expected `int` >= 1, and 2 more", "details": details}


def test_fifty_errors_are_told_at_most(site: Site) -> None:
    """Those of query and body together."""
    answer = echo(site, "list[int], Id, Query").post(f"/4?{'&'.join(['tag=x'] * 30)}", json=["x"] * 30)
    assert [detail["in"] for detail in answer.get_json()["details"]] == ["query"] * 30 + ["body"] * 20


def test_one_error_is_told_alone(site: Site) -> None:
    """The text of the error is that of the first."""
    answer = echo(site, "None, Id, Query").post("/4?page=x")
    assert answer.get_json()["error"] == "query $.page: Expected `int`, got `str`"


@pytest.mark.parametrize(("types", "body"), [("None, Id", None), ("Any, Id", "x"), ("Any, dict[str, Any], Query", "x")])
def test_what_is_not_asked_for_is_as_without_a_contract(site: Site, types: str, body: Any) -> None:
    """None as body reads nothing, Any as body takes what comes."""
    assert echo(site, types).post("/4", data="x").get_json()[0] == "x"


def test_a_query_of_any_names_stays_what_it_is(site: Site) -> None:
    """dict[str, str] is what the query is anyway: what was not sent is a 400 that names it."""
    app = site(
        {"a.py": TOP + "def GET(req: Req[None, dict[str, Any], dict[str, str]], res: Res): res.json(req.query['q'])"}
    )
    assert client(app).get("/a").json == {"error": "the query parameter 'q' is missing"}


def test_params_of_any_names(site: Site) -> None:
    """dict[str, str] takes the params as text."""
    assert echo(site, "None, dict[str, str]").post("/4").get_json()[1] == {"id": "4"}


@pytest.mark.parametrize(
    ("file", "params", "path", "expected"),
    [
        (
            "[key=uuid].py",
            "Key",
            "/7d6f648d-3a84-4b81-b263-bcc6273905a1",
            {"key": "7d6f648d-3a84-4b81-b263-bcc6273905a1"},
        ),
        ("[id=int].py", "Id", "/4", {"id": 4}),
        ("[...slug].py", "Slug", "/a/b", {"slug": ["a", "b"]}),
        ("[[...slug]].py", "Slug", "/", {"slug": []}),
        ("[[id]].py", "TypedDict('P', {'id': int | None})", "/", {"id": None}),
        ("[[id]].py", "TypedDict('P', {'id': int | None})", "/4", {"id": 4}),
        ("[[id]].py", "TypedDict('P', {'id': int}, total=False)", "/", {}),
        ("[a]-[b].py", "TypedDict('P', {'a': int, 'b': bool})", "/4-true", {"a": 4, "b": True}),
    ],
)
def test_params_of_every_kind(site: Site, file: str, params: str, path: str, expected: Any) -> None:
    """Matchers, rests, optional segments and text around params."""
    source = f"{TOP}P = {params}\ndef GET(req: Req[None, P], res: Res): res.json(req.params)\n"
    assert client(site({file: source})).get(path).json == expected


def test_a_status_of_the_contract_is_the_default(site: Site) -> None:
    """It is sent where none is given, by json and by end."""
    post = "def POST(req: Req, res: Res[int, Literal[201]]): res.json(1)\n"
    app = client(site({"a.py": TOP + post + "def PUT(req, res: Res[None, Literal[204]]): res.end()\n"}))
    assert [app.post("/a").status_code, app.put("/a").status_code] == [201, 204]


@pytest.mark.parametrize("line", ["res.json(1, 202)", "res.status(202).json(1)"])
def test_a_status_that_is_given_counts(site: Site, line: str) -> None:
    """The one of the contract is only a default."""
    app = site({"a.py": f"{TOP}def POST(req: Req, res: Res[int, Literal[201, 202]]): {line}\n"})
    assert client(app).post("/a").status_code == 202


def test_a_status_that_middleware_has_set_counts(site: Site) -> None:
    """As it does without a contract."""
    files = {"_middleware.py": "def middleware(req, res): res.status(202)\n"}
    app = site({**files, "a.py": f"{TOP}def POST(req: Req, res: Res[int, Literal[201]]): res.json(1)\n"})
    assert client(app).post("/a").status_code == 202


def test_an_error_has_its_own_status(site: Site) -> None:
    """Neither an exception nor an error that is sent gets the status of success."""
    post = "def POST(req: Req, res: Res[int, Literal[201]]): res.json({}, 404)\n"
    app = client(site({"a.py": TOP + post + "def PUT(req, res: Res[int, Literal[201]]): 1 / 0\n"}))
    assert [app.post("/a").status_code, app.put("/a").status_code] == [404, 500]


def test_middleware_runs_before_the_contract(site: Site) -> None:
    """So that a 401 comes before a 404 or 422; it sees the params as text."""
    middleware = "def middleware(req, res):\n    if req.params['id'] == 'x': res.json(req.params, 401)\n"
    app = client(site({"_middleware.py": middleware, "[id].py": ECHO.format("NewUser, Id")}))
    assert [app.post("/x").json, app.post("/y").status_code] == [{"id": "x"}, 404]


def test_middleware_runs_around_a_422(site: Site) -> None:
    """Headers that it has set are on the answer, and it can set more."""
    middleware = "def middleware(req, res):\n    res.setHeader('A', 'b')\n    yield\n"
    app = client(site({"_middleware.py": middleware, "[id].py": ECHO.format("NewUser, Id")}))
    answer = app.post("/4", json={})
    assert (answer.status_code, answer.headers["A"]) == (422, "b")


def test_head_keeps_the_contract_of_get(site: Site) -> None:
    """HEAD runs GET."""
    app = client(site({"[id].py": TOP + "def GET(req: Req[None, Id], res: Res): res.json(req.params)"}))
    assert [app.head("/4").status_code, app.head("/x").status_code] == [200, 404]


def test_default_has_a_contract_too(site: Site) -> None:
    """It holds for every method that has no function of its own."""
    app = client(site({"a.py": TOP + "def default(req: Req[NewUser], res: Res): res.json(req.body)"}))
    assert app.patch("/a", json={"name": "Ada"}).json == {"name": "Ada", "age": None}
    assert app.put("/a", json={}).status_code == 422


def test_a_page_has_a_contract_too(site: Site, tmp_path: Any) -> None:
    """Its params and query are enforced as those of a route file."""
    page = "def page(req: Req[None, Id, Query]): return str(req.params['id'] + req.query.page)\n"
    write(tmp_path, {"app/pages/[id].py": TOP + page})
    app = client(site({}))
    assert [app.get("/4?page=2").text, app.get("/x").status_code, app.get("/4?page=x").status_code] == ["6", 404, 422]


def test_a_browser_reads_the_error_in_a_page(site: Site, tmp_path: Any) -> None:
    """Where a project has pages, a form that does not fit is answered with HTML."""
    write(tmp_path, {"app/pages/index.py": "def page(req): return 'home'"})
    app = client(site({"[id].py": ECHO.format("NewUser, Id")}))
    answer = app.post("/4", data={"name": ""}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "<p>body $.name: Expected `str` of length &gt;= 1</p>" in answer.text


def test_a_handler_without_a_contract_is_the_handler() -> None:
    """What is not annotated costs nothing."""

    def handler(req: object, res: object) -> None: ...

    assert bind(Contract(), handler) is handler
    assert bind(Contract(None, data=int, answers=True, statuses=(200,)), handler) is handler


def test_nothing_is_logged_of_a_client_that_is_wrong(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A 404, a 415 and a 422 are no failures of the server."""
    caplog.set_level(logging.DEBUG, "fsapi")
    app = echo(site, "NewUser, Id")
    assert [app.post("/x").status_code, app.post("/4").status_code, app.post("/4", json={}).status_code] == [
        404,
        415,
        422,
    ]
    assert caplog.records == []
