"""Handlers are called only with what their contracts ask for."""

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


def test_the_handler_reads_values_of_the_types_of_its_contract(site: Site) -> None:
    """Body, params and query are converted before the handler is called."""
    answer = echo(site, "NewUser, Id, Query").post("/4?page=2&tag=1&tag=2&since=2026-01-02", json={"name": "Ada"})
    query = {"q": "", "page": 2, "ratio": 0.5, "full": False, "since": "2026-01-02", "color": None, "size": None}
    assert answer.json == [{"name": "Ada", "age": None}, {"id": 4}, {**query, "tag": [1, 2], "key": None}]


@pytest.mark.parametrize("id", ["x", "4.0", "04", "%204", "9" * 5000])
def test_a_param_that_does_not_fit_is_a_404(site: Site, id: str) -> None:
    """It comes before all other errors."""
    answer = echo(site, "NewUser, Id, Query").post(f"/{id}?page=x", data=b"{", content_type="text/html")
    assert (answer.status_code, answer.json) == (404, {"error": "Not Found"})


NUMBERS = """
import pydantic, attrs, dataclasses
class Ints(Struct):
    id: int
    ids: list[int] = []
@dataclasses.dataclass
class Data:
    id: Annotated[int, "words"]
    ids: set[int] = dataclasses.field(default_factory=set)
class Keys(TypedDict):
    id: int | None
    ids: NotRequired[tuple[int, ...]]
class Numbers(pydantic.BaseModel):
    id: int
    ids: list[int] = []
class Mixed(pydantic.BaseModel):
    id: int | UUID
    ids: set[int] | None = None
class Key(Struct):
    id: int
class KeyModel(pydantic.BaseModel):
    id: int
"""
BEYOND = (2**63, -(2**63) - 1, 10**23)
WITHIN = (2**63 - 1, -(2**63))


def numbers(site: Site, types: str, file: str = "a.py") -> Client:
    """Return a client of a file whose POST has a contract with one of the types above."""
    return client(site({file: TOP + NUMBERS + f"def POST(req: Req[{types}], res: Res): res.json('ok')\n"}))


@pytest.mark.parametrize("hint", ["Ints", "Data", "Keys", "Numbers", "Mixed"])
@pytest.mark.parametrize("place", ["query", "form"])
def test_an_int_of_a_query_or_a_form_has_64_bits(site: Site, hint: str, place: str) -> None:
    """A longer one is a 422, and no error of the database; in a list of ints too."""
    app = numbers(site, f"None, Any, {hint}" if place == "query" else hint)

    def status(text: str) -> int:
        if place == "query":
            return app.post(f"/a?{text}").status_code
        return app.post("/a", data=text, content_type="application/x-www-form-urlencoded").status_code

    assert [status(f"id={number}&ids={number}&ids=1") for number in WITHIN] == [200, 200]
    assert [status(f"id={number}") for number in BEYOND] == [422] * 3
    assert [status(f"id=1&ids=1&ids={number}") for number in BEYOND] == [422] * 3


@pytest.mark.parametrize("hint", ["Key", "KeyModel"])
def test_an_int_of_a_param_has_64_bits(site: Site, hint: str) -> None:
    """No resource has a longer key: a 404."""
    app = numbers(site, f"None, {hint}", "[id].py")
    assert [app.post(f"/{number}").status_code for number in WITHIN] == [200, 200]
    assert [app.post(f"/{number}").status_code for number in BEYOND] == [404] * 3


@pytest.mark.parametrize("hint", ["Ints", "Data", "Keys", "Numbers", "Mixed"])
def test_an_int_of_json_is_taken_as_it_is(site: Site, hint: str) -> None:
    """Constraints of the type bound it."""
    app = numbers(site, hint)
    assert [app.post("/a", json={"id": number}).status_code for number in BEYOND] == [200] * 3


def test_a_constraint_bounds_an_int_of_json(site: Site) -> None:
    """The docs show it beside a database."""
    app = numbers(site, "Annotated[int, Meta(ge=-2**63, le=2**63 - 1)]")
    assert [app.post("/a", json=number).status_code for number in (*WITHIN, *BEYOND)] == [200] * 2 + [422] * 3


def test_a_404_of_a_contract_is_final(site: Site) -> None:
    """The request does not fall through to a less specific file."""
    user = site({"[id].py": ECHO.format("None, Id"), "[...slug].py": ECHO.format("None, Slug")})
    assert client(user).post("/x").status_code == 404
    assert client(user).post("/x/y").json == [None, {"slug": ["x", "y"]}, {}]


def test_the_content_type_comes_before_the_query(site: Site) -> None:
    """A 415 comes before the body and the query are read."""
    answer = echo(site, "NewUser, Id, Query").post("/4?page=x", data="x", content_type="text/html")
    assert answer.status_code == 415


def test_malformed_json_comes_before_the_query(site: Site) -> None:
    """A 400 says what is not JSON, and where."""
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


def test_at_most_fifty_errors_are_reported(site: Site) -> None:
    """The limit is for query and body together."""
    answer = echo(site, "list[int], Id, Query").post(f"/4?{'&'.join(['tag=x'] * 30)}", json=["x"] * 30)
    assert [detail["in"] for detail in answer.get_json()["details"]] == ["query"] * 30 + ["body"] * 20


def test_a_single_error_is_the_whole_text(site: Site) -> None:
    """Nothing is counted where there is only one."""
    answer = echo(site, "None, Id, Query").post("/4?page=x")
    assert answer.get_json()["error"] == "query $.page: Expected `int`, got `str`"


@pytest.mark.parametrize(("types", "body"), [("None, Id", None), ("Any, Id", "x"), ("Any, dict[str, Any], Query", "x")])
def test_an_untyped_body_is_read_as_without_a_contract(site: Site, types: str, body: Any) -> None:
    """With None nothing is read before the handler asks; Any takes every body."""
    assert echo(site, types).post("/4", data="x").get_json()[0] == "x"


def test_a_query_of_dict_str_str_is_not_converted(site: Site) -> None:
    """It is a dict[str, str] without a contract too: a name that was not sent is a 400."""
    app = site(
        {"a.py": TOP + "def GET(req: Req[None, dict[str, Any], dict[str, str]], res: Res): res.json(req.query['q'])"}
    )
    assert client(app).get("/a").json == {"error": "the query parameter 'q' is missing"}


def test_params_of_dict_str_str_are_text(site: Site) -> None:
    """The dict takes params under any name."""
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
def test_params_of_every_kind_of_segment_are_converted(
    site: Site, file: str, params: str, path: str, expected: Any
) -> None:
    """Matchers, rest and optional segments, and text around params."""
    source = f"{TOP}P = {params}\ndef GET(req: Req[None, P], res: Res): res.json(req.params)\n"
    assert client(site({file: source})).get(path).json == expected


def test_the_status_of_the_contract_is_the_default(site: Site) -> None:
    """`json` and `end` both send it."""
    post = "def POST(req: Req, res: Res[int, Literal[201]]): res.json(1)\n"
    app = client(site({"a.py": TOP + post + "def PUT(req, res: Res[None, Literal[204]]): res.end()\n"}))
    assert [app.post("/a").status_code, app.put("/a").status_code] == [201, 204]


def test_the_status_of_the_contract_is_the_default_beside_a_body(site: Site) -> None:
    """A contract can have types for the request and a status."""
    app = client(site({"a.py": f"{TOP}def POST(req: Req[NewUser], res: Res[int, Literal[201]]): res.json(1)\n"}))
    assert app.post("/a", json={"name": "Ada"}).status_code == 201


@pytest.mark.parametrize("line", ["res.json(1, 202)", "res.status(202).json(1)"])
def test_the_handler_can_set_another_status(site: Site, line: str) -> None:
    """The status of the contract is only a default."""
    app = site({"a.py": f"{TOP}def POST(req: Req, res: Res[int, Literal[201, 202]]): {line}\n"})
    assert client(app).post("/a").status_code == 202


def test_the_status_that_middleware_set_stays(site: Site) -> None:
    """Middleware wins over the default, as it does without a contract."""
    files = {"_middleware.py": "def middleware(req, res): res.status(202)\n"}
    app = site({**files, "a.py": f"{TOP}def POST(req: Req, res: Res[int, Literal[201]]): res.json(1)\n"})
    assert client(app).post("/a").status_code == 202


def test_an_error_does_not_get_the_success_status(site: Site) -> None:
    """Neither does an exception."""
    post = "def POST(req: Req, res: Res[int, Literal[201]]): res.json({}, 404)\n"
    app = client(site({"a.py": TOP + post + "def PUT(req, res: Res[int, Literal[201]]): 1 / 0\n"}))
    assert [app.post("/a").status_code, app.put("/a").status_code] == [404, 500]


def test_middleware_runs_before_the_contract(site: Site) -> None:
    """So a 401 comes before a 404 or 422, and middleware sees params as text."""
    middleware = "def middleware(req, res):\n    if req.params['id'] == 'x': res.json(req.params, 401)\n"
    app = client(site({"_middleware.py": middleware, "[id].py": ECHO.format("NewUser, Id")}))
    assert [app.post("/x").json, app.post("/y").status_code] == [{"id": "x"}, 404]


def test_middleware_runs_around_a_422(site: Site) -> None:
    """Headers that it set stay on the answer."""
    middleware = "def middleware(req, res):\n    res.setHeader('A', 'b')\n    yield\n"
    app = client(site({"_middleware.py": middleware, "[id].py": ECHO.format("NewUser, Id")}))
    answer = app.post("/4", json={})
    assert (answer.status_code, answer.headers["A"]) == (422, "b")


def test_after_a_422_middleware_sees_what_could_be_read(site: Site) -> None:
    """The params and the query that fit are converted, although the body does not fit."""
    middleware = (
        "def middleware(req, res):\n"
        "    try: yield\n"
        "    except Exception: res.json([req.params, type(req.query).__name__], 422)\n"
    )
    app = client(site({"_middleware.py": middleware, "[id].py": ECHO.format("NewUser, Id, Query")}))
    assert app.post("/4", json={}).json == [{"id": 4}, "Query"]


def test_head_has_the_contract_of_get(site: Site) -> None:
    """HEAD calls GET."""
    app = client(site({"[id].py": TOP + "def GET(req: Req[None, Id], res: Res): res.json(req.params)"}))
    assert [app.head("/4").status_code, app.head("/x").status_code] == [200, 404]


def test_default_has_a_contract_too(site: Site) -> None:
    """It applies to every method without a handler."""
    app = client(site({"a.py": TOP + "def default(req: Req[NewUser], res: Res): res.json(req.body)"}))
    assert app.patch("/a", json={"name": "Ada"}).json == {"name": "Ada", "age": None}
    assert app.put("/a", json={}).status_code == 422


def test_a_page_has_a_contract_too(site: Site, tmp_path: Any) -> None:
    """Params and query are enforced as in a route file."""
    page = "def page(req: Req[None, Id, Query]): return str(req.params['id'] + req.query.page)\n"
    write(tmp_path, {"app/pages/[id].py": TOP + page})
    app = client(site({}))
    assert [app.get("/4?page=2").text, app.get("/x").status_code, app.get("/4?page=x").status_code] == ["6", 404, 422]


def test_a_browser_gets_a_422_as_html(site: Site, tmp_path: Any) -> None:
    """In a project with pages, an error of a form is a page."""
    write(tmp_path, {"app/pages/index.py": "def page(req): return 'home'"})
    app = client(site({"[id].py": ECHO.format("NewUser, Id")}))
    answer = app.post("/4", data={"name": ""}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "<p>body $.name: Expected `str` of length &gt;= 1</p>" in answer.text


def test_a_handler_without_a_contract_is_not_wrapped() -> None:
    """A handler without annotations costs nothing."""

    def handler(req: object, res: object) -> None: ...

    assert bind(Contract(), handler) is handler
    assert bind(Contract(None, data=int, answers=True, statuses=(200,)), handler) is handler


def test_mistakes_of_a_client_are_not_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A 404, a 415 and a 422 are not failures of the server."""
    caplog.set_level(logging.DEBUG, "fsapi")
    app = echo(site, "NewUser, Id")
    assert [app.post("/x").status_code, app.post("/4").status_code, app.post("/4", json={}).status_code] == [
        404,
        415,
        422,
    ]
    assert caplog.records == []


KEYS = {
    "TypedDict": "TypedDict('Q', {'page': int, 'q': NotRequired[str]}, total=False)",
    "an annotated TypedDict": "Annotated[TypedDict('Q', {'page': int}, total=False), 'x']",
}


@pytest.mark.parametrize("hint", KEYS.values(), ids=KEYS)
def test_a_query_parameter_that_was_not_sent_is_a_400(site: Site, hint: str) -> None:
    """As without a contract: the answer names it, and `get` gives None."""
    source = f"{TOP}Q = {hint}\ndef GET(req: Req[None, Any, Q], res: Res):\n"
    source += "    res.json([req.query.get('page'), 'page' in req.query, dict(req.query), req.query['page']])\n"
    web = client(site({"a.py": source}))
    assert web.get("/a").json == {"error": "the query parameter 'page' is missing"}
    assert web.get("/a?page=2").json == [2, True, {"page": 2}, 2]
