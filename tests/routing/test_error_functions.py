"""The functions of `_error.py` files: which of them answers an error, what it gets, and what stays whatever it does."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client
from werkzeug.wrappers import Response

from fsapi import App, TreeError
from fsapi.flask import mount
from tests.site import Site, client, handler

ENVELOPE = """
def error(req, res, error):
    res.json({"from": "HERE", "status": error.status, "message": error.message})
"""
SHOWN = """
def error(req, res, error):
    raised = error.exception and type(error.exception).__name__
    res.json({"status": error.status, "message": error.message, "details": error.details, "raised": raised,
              "headers": error.headers.to_wsgi_list(), "set": [res.statusCode, res.getHeader("Allow")]})
"""
SEEN = """
def error(req, res, error):
    res.json([req.state.user, req.params, req.body, req.route.file])
"""
LOGIN = """
from werkzeug.utils import redirect

def error(req, res, error):
    return redirect("/login?next=" + req.url)
"""
CATCHING = """
def middleware(req, res):
    res.setHeader("X-In", "1")
    try:
        yield
    except KeyError:
        res.json("caught", 418)
    except ZeroDivisionError:
        res.setHeader("X-Out", "1")
        raise
"""
ABORT = "from werkzeug.exceptions import Conflict, abort"
LAZY = """
from django.utils.functional import lazystr as gettext_lazy
"""
CONTRACT = """
from typing import TypedDict
from fsapi import Req, Res

class New(TypedDict):
    name: str

def POST(req: Req[New], res: Res) -> None:
    res.json(req.body)
"""


def envelope(name: str) -> str:
    """Return the source of an `_error.py` that says its name."""
    return ENVELOPE.replace("HERE", name)


def answered_by(app: App, path: str, accept: str = "application/json") -> Any:
    """Return the name of the `_error.py` that answers a GET, or the type of the plain answer."""
    answer = client(app).get(path, headers={"Accept": accept})
    return sender(answer) or answer.mimetype


def sender(answer: Response) -> str:
    """Return the name of the `_error.py` that has answered, "" for the plain answer."""
    data: dict[str, str] = answer.get_json(silent=True) or {}
    return data.get("from", "")


# What the function gets.


ERRORS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("GET", "/nope", {}, {"status": 404, "message": "Not Found", "raised": None}),
    ("GET", "/a//b", {}, {"status": 404, "raised": None}),
    ("GET", "/%ff", {}, {"status": 400, "message": "the path is not UTF-8", "raised": None}),
    ("GET", "/new", {}, {"status": 405, "message": "Method Not Allowed", "raised": None}),
    ("TRACE", "/new", {}, {"status": 405, "raised": None}),
    ("POST", "/new", {"json": {"name": 1}}, {"status": 422, "raised": None}),
    ("POST", "/new", {"data": "x"}, {"status": 415, "raised": None}),
    ("POST", "/new", {"data": "{", "content_type": "application/json"}, {"status": 400, "raised": None}),
    ("POST", "/new", {"json": {"name": "x" * 200}}, {"status": 413, "raised": None}),
    ("GET", "/query", {}, {"status": 400, "message": "the query parameter 'q' is missing", "raised": None}),
    ("GET", "/abort", {}, {"status": 409, "message": {"field": "no"}, "raised": "Conflict"}),
    ("GET", "/raised", {}, {"status": 409, "message": "gone", "raised": "Conflict"}),
    ("GET", "/bug", {}, {"status": 500, "message": "Internal Server Error", "raised": "ZeroDivisionError"}),
    ("GET", "/exit", {}, {"status": 500, "message": "Internal Server Error", "raised": "SystemExit"}),
    ("GET", "/silent", {}, {"status": 500, "message": "Internal Server Error", "raised": "RuntimeError"}),
    ("GET", "/data", {}, {"status": 500, "raised": "EncodeError"}),
    ("GET", "/lazy", {}, {"status": 404, "message": "Not here"}),
    ("GET", "/text", {}, {"status": 400, "message": "no number: 'x'"}),
    ("GET", "/odd", {}, {"status": 500, "raised": "EncodeError"}),
]


def test_the_error_says_what_went_wrong(site: Site) -> None:
    """Whoever finds an error, the function gets its status and message, and what the project raised."""
    files = {
        "_error.py": SHOWN,
        "new.py": "max_body = 100\n" + CONTRACT,
        "query.py": handler("req.query['q']"),
        "abort.py": handler("abort(409, {'field': 'no'})", top=ABORT),
        "raised.py": handler("raise Conflict('gone')", top=ABORT),
        "bug.py": handler("1 / 0"),
        "exit.py": handler("raise SystemExit(3)"),
        "silent.py": handler(""),
        "data.py": handler("res.json(object())"),
        "lazy.py": handler("abort(404, gettext_lazy('Not here'))", top=f"{ABORT}\n{LAZY}"),
        "text.py": handler("abort(400, ValueError(\"no number: 'x'\"))", top=ABORT),
        "odd.py": handler("abort(400, object())", top=ABORT),
    }
    web = client(site(files))
    answers = [web.open(path, method=method, **options) for method, path, options, _ in ERRORS]
    shown: list[dict[str, Any]] = [answer.get_json() for answer in answers]
    assert [found | row[-1] for found, row in zip(shown, ERRORS)] == shown
    assert [answer.status_code for answer in answers] == [row[-1]["status"] for row in ERRORS]


def test_a_422_has_its_details(site: Site) -> None:
    """The details of a 422 are those of the plain answer."""
    answer: Any = client(site({"_error.py": SHOWN, "new.py": CONTRACT})).post("/new", json={}).json
    assert answer["details"] == [{"in": "body", "path": "$.name", "message": "Missing field"}]


def test_an_error_without_details_has_none(site: Site) -> None:
    """Only a 422 of a contract has details."""
    assert client(site({"_error.py": SHOWN, "a.py": handler("")})).get("/nope").get_json()["details"] == []


def test_the_response_has_the_status_and_the_headers_of_the_error(site: Site) -> None:
    """Status and headers are set before the function is called."""
    given = client(site({"_error.py": SHOWN, "a.py": handler("")})).put("/a").get_json()
    assert (given["set"], given["headers"]) == ([405, "GET, HEAD, OPTIONS"], [["Allow", "GET, HEAD, OPTIONS"]])


def test_the_function_sees_the_request_as_the_handler_did(site: Site) -> None:
    """The request is the one that middleware and handler had: its state, its params, its body."""
    files = {
        "_middleware.py": "def middleware(req, res):\n    req.state.user = 'Ada'\n",
        "_error.py": SEEN,
        "users/[id].py": handler("1 / 0", "POST"),
    }
    answer = client(site(files)).post("/users/42", json={"a": 1})
    assert answer.json == ["Ada", {"id": "42"}, {"a": 1}, "server/users/[id].py"]


# Which function answers.


def test_the_nearest_function_answers(site: Site) -> None:
    """The nearest file decides; its folder's middleware counts as part of the folder."""
    files = {
        "_error.py": envelope("root"),
        "a.py": handler("1 / 0"),
        "in/_error.py": envelope("in"),
        "in/[x]/a.py": handler("1 / 0"),
        "in/[x]/deep/_error.py": envelope("deep"),
        "in/[x]/deep/a.py": handler("1 / 0"),
        "(group)/_error.py": envelope("group"),
        "(group)/b.py": handler("1 / 0"),
    }
    app = site(files)
    found = [answered_by(app, path) for path in ("/a", "/in/1/a", "/in/1/deep/a", "/b", "/nope", "/in/nope")]
    assert found == ["root", "in", "deep", "group", "root", "root"]


def test_a_path_that_no_file_has_is_plain_without_a_function_of_the_root(site: Site) -> None:
    """A function further in answers for its own files alone."""
    app = site({"in/_error.py": envelope("in"), "in/a.py": handler("1 / 0")})
    assert [answered_by(app, path) for path in ("/in/a", "/in/nope")] == ["in", "application/json"]


def test_the_document_is_answered_by_the_root(site: Site) -> None:
    """The path of the OpenAPI document belongs to the root of the tree."""
    app = site({"_error.py": envelope("root"), "a.py": handler("")}, openapi="/openapi.json")
    assert sender(client(app).post("/openapi.json")) == "root"


PREFERRED = {
    ("/api", "text/html"): "pages",
    ("/api", "application/json"): "tree",
    ("/page", "text/html"): "pages",
    ("/page", "*/*"): "tree",
    ("/in/page", "text/html"): "in",
    ("/in/page", "application/json"): "tree",
    ("/both", "text/html"): "pages",
    ("/both", "application/json"): "tree",
    ("/nope", "text/html"): "pages",
    ("/nope", "application/json"): "tree",
}


def test_with_pages_the_client_s_preference_decides(site: Site) -> None:
    """Where HTML is preferred the functions of the pages answer, for route files and unknown paths too."""
    page = "def page(req):\n    1 / 0\n"
    files = {
        "_error.py": envelope("tree"),
        "api.py": handler("1 / 0"),
        "both.py": handler("1 / 0"),
        "../app/pages/_error.py": envelope("pages"),
        "../app/pages/page.py": page,
        "../app/pages/both.py": page,
        "../app/pages/in/_error.py": envelope("in"),
        "../app/pages/in/page.py": page,
    }
    app = site(files)
    assert {(path, accept): answered_by(app, path, accept) for path, accept in PREFERRED} == PREFERRED
    answers = [client(app).get(path, headers={"Accept": accept}) for path, accept in PREFERRED]
    assert ["Accept" in answer.headers["Vary"] for answer in answers] == [True] * len(answers)


def test_without_a_function_of_the_pages_the_tree_answers_for_its_own(site: Site) -> None:
    """Without a function of the pages, a page has the plain answer, and all else that of the tree."""
    files = {
        "_error.py": envelope("tree"),
        "api.py": handler("1 / 0"),
        "../app/pages/page.py": "def page(req):\n    1 / 0\n",
    }
    app = site(files)
    assert [answered_by(app, path, "text/html") for path in ("/api", "/nope", "/page")] == ["tree", "tree", "text/html"]


def test_a_project_of_pages_alone_may_have_a_tree_of_errors(site: Site) -> None:
    """The tree's own middleware and function answer unknown paths, although the tree has no route file."""
    files = {
        "_middleware.py": "def middleware(req, res):\n    res.setHeader('X-Seen', '1')\n",
        "_error.py": envelope("tree"),
        "../app/pages/page.py": "def page(req):\n    return ''\n",
    }
    answer = client(site(files)).get("/nope")
    assert (sender(answer), answer.headers["X-Seen"]) == ("tree", "1")


def test_a_request_for_the_fallback_has_no_error(site: Site) -> None:
    """The fallback gets what no file matches, and answers it."""
    files = {"_error.py": envelope("root"), "a.py": handler("1 / 0")}
    app = site(files, fallback=Response("fallback", mimetype="text/csv"))
    assert (answered_by(app, "/a"), answered_by(app, "/nope")) == ("root", "text/csv")


# Around it.


def test_it_runs_after_the_whole_chain(site: Site) -> None:
    """What middleware lets through reaches the function; what middleware answers does not."""
    files = {
        "_error.py": envelope("root"),
        "_middleware.py": CATCHING,
        "key.py": handler("{}[1]"),
        "zero.py": handler("1 / 0"),
    }
    app = client(site(files))
    caught, passed = app.get("/key"), app.get("/zero")
    assert (caught.status_code, caught.json, caught.headers["X-In"]) == (418, "caught", "1")
    assert (sender(passed), passed.headers["X-In"], passed.headers["X-Out"]) == ("root", "1", "1")


def test_what_middleware_raises_reaches_it(site: Site) -> None:
    """An exception of middleware is an error like any other."""
    raised = {"a": "raise Conflict('no')", "b": "1 / 0", "c": "abort(401)"}
    files = {f"{name}/_middleware.py": handler(body, "middleware", ABORT) for name, body in raised.items()}
    app = site({"_error.py": envelope("root"), **files, **{f"{name}/a.py": handler("res.end()") for name in raised}})
    assert {name: answered_by(app, f"/{name}/a") for name in raised} == dict.fromkeys(raised, "root")


def test_an_abort_with_a_response_is_that_response(site: Site) -> None:
    """A Response that is raised is an answer already."""
    top = "from werkzeug.exceptions import abort\nfrom werkzeug.wrappers import Response"
    app = site({"_error.py": envelope("root"), "a.py": handler("abort(Response('own', 418))", top=top)})
    answer = client(app).get("/a")
    assert (answer.status_code, answer.text) == (418, "own")


def error_function(body: str) -> str:
    """Return the source of an `_error.py` with this function."""
    top = "from werkzeug.exceptions import NotFound, abort\nfrom werkzeug.wrappers import Response\n"
    return f"{top}def error(req, res, error):\n    {body}\n"


WAYS = {
    "json": "res.json({})",
    "end": "res.end('no')",
    "bytes": "res.setHeader('Content-Type', 'image/png'); res.end(b'x')",
    "another-status": "res.json({}, 404)",
    "a-Response": "return Response('no', 405)",
    "an-application": "return Response('no', 405).__call__",
    "removed": "[res.removeHeader(name) for name in ('Allow', 'Retry-After')]; res.json({})",
}


def test_allow_and_retry_after_stay_whatever_it_does(site: Site) -> None:
    """Clients rely on these two headers."""
    top = "from werkzeug.exceptions import ServiceUnavailable as E"
    files = {f"{name}/a.py": handler("raise E(retry_after=30)", top=top) for name in WAYS}
    app = client(site(files | {f"{name}/_error.py": error_function(way) for name, way in WAYS.items()}))
    sent = {name: (app.put(f"/{name}/a"), app.get(f"/{name}/a")) for name in WAYS}
    found = {name: (put.headers["Allow"], get.headers["Retry-After"]) for name, (put, get) in sent.items()}
    assert found == dict.fromkeys(WAYS, ("GET, HEAD, OPTIONS", "30"))


def test_it_may_set_another_value(site: Site) -> None:
    """What the function sets itself is sent."""
    error = "def error(req, res, error):\n    res.setHeader('Retry-After', 5)\n    res.end()\n"
    top = "from werkzeug.exceptions import ServiceUnavailable as E"
    app = site({"_error.py": error, "a.py": handler("raise E(retry_after=30)", top=top)})
    assert client(app).get("/a").headers["Retry-After"] == "5"


def test_a_head_request_has_its_headers_and_no_body(site: Site) -> None:
    """HEAD runs the function too."""
    app = client(site({"_error.py": envelope("root"), "a.py": handler("1 / 0")}))
    assert [(answer.status_code, answer.content_length) for answer in (app.head("/a"), app.get("/a"))] == [
        (500, 62)
    ] * 2


def test_it_may_redirect(site: Site) -> None:
    """A function may answer with any status."""
    answer = client(site({"_error.py": LOGIN, "a.py": handler("")})).get("/nope")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/nope")


# Functions that fail.

FAILS = {
    "reads-a-malformed-body": "req.body",
    "raises": "1 / 0",
    "aborts": "abort(418)",
    "exits": "raise SystemExit(3)",
    "does-not-end": "res.setHeader('X-Mine', '1')",
    "ends-and-raises": "res.setHeader('X-Mine', '1'); res.json('secret'); 1 / 0",
    "ends-twice": "res.json({}); res.json({})",
    "returns-data": "return {'error': 'no'}",
    "returns-and-ends": "res.json({}); return Response()",
    "cannot-be-encoded": "res.json(object())",
    "a-wrong-status": "res.status(99)",
    "a-Response-that-cannot-be-sent": "return Response('x', 103)",
}


def test_if_it_fails_the_plain_answer_goes_out(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What failed is logged with its file, and the client gets the plain answer with its headers."""
    files = {f"{name}/_error.py": error_function(fault) for name, fault in FAILS.items()}
    app = client(site(files | {f"{name}/a.py": handler("") for name in FAILS}))
    sent = {name: app.put(f"/{name}/a", data="{", content_type="application/json") for name in FAILS}
    plain = (405, {"error": "Method Not Allowed"}, "GET, HEAD, OPTIONS", False)
    assert dict.fromkeys(FAILS, plain) == {
        name: (answer.status_code, answer.json, answer.headers["Allow"], "X-Mine" in answer.headers)
        for name, answer in sent.items()
    }
    logged = [record.getMessage() for record in caplog.records]
    assert logged == [f"PUT /{name}/a failed in server/{name}/_error.py" for name in FAILS]


def test_both_exceptions_are_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """An exception of the handler and one of the function are two records."""
    app = site({"_error.py": "def error(req, res, error):\n    {}[1]\n", "a.py": handler("1 / 0")})
    assert client(app).get("/a").json == {"error": "Internal Server Error"}
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError, KeyError]


# Inside a host.


def test_unexpected_exceptions_go_to_the_host(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """With errors="raise" HTTP exceptions are answered, and the host gets all others, those of the function too."""
    files = {
        "_error.py": envelope("root"),
        "a.py": handler("1 / 0", "POST"),
        "in/_error.py": "def error(req, res, error):\n    {}[1]\n",
        "in/a.py": handler(""),
    }
    app = site(files, errors="raise")
    assert answered_by(app, "/a") == "root"
    with pytest.raises(ZeroDivisionError):
        Client(app).post("/a")
    with pytest.raises(KeyError):
        Client(app).post("/in/a")
    assert caplog.records == []


def test_an_http_exception_of_the_function_is_no_matter_of_the_host(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A client could cause it with a malformed body; the plain answer goes out, and the log has it."""
    faults = {"a": "req.body", "b": "abort(418)", "c": "abort(Response('no', 418))", "d": "raise NotFound"}
    files = {f"{name}/_error.py": error_function(fault) for name, fault in faults.items()}
    app = client(site(files | {f"{name}/a.py": handler("") for name in faults}, errors="raise"))
    sent = {name: app.put(f"/{name}/a", data="{", content_type="application/json") for name in faults}
    found = {name: (answer.status_code, answer.json) for name, answer in sent.items()}
    assert found == dict.fromkeys(faults, (405, {"error": "Method Not Allowed"}))
    assert len(caplog.records) == len(faults)


def test_a_flask_site_answers_unexpected_exceptions_itself(site: Site) -> None:
    """Mounted in Flask, errors that are answered are the function's, and a 500 is Flask's."""
    host = Flask("host")
    mount(host, "/api", site({"_error.py": envelope("root"), "a.py": handler("1 / 0")}))
    host.register_error_handler(ZeroDivisionError, lambda _: ("handled by Flask", 503))
    found = host.test_client()
    assert sender(found.get("/api/nope")) == "root"
    assert found.get("/api/a").text == "handled by Flask"


# Its type is the schema of errors.

TYPED = """
from typing import TypedDict
from fsapi import Error, Req, Res

class Problem(TypedDict):
    title: str

def error(req: Req, res: Res[Problem], error: Error) -> None:
    res.json({"title": str(error.message)})
"""


def document(app: App) -> Any:
    """Return the responses of POST /new."""
    return app.openapi()["paths"]["/new"]["post"]["responses"]


def test_its_type_is_the_schema_of_errors(site: Site) -> None:
    """All errors of the routes below are described by the type of Res, as JSON or as problem+json."""
    responses = document(site({"_error.py": TYPED, "new.py": CONTRACT}))
    schemas = [
        media["schema"]["$ref"]
        for status in ("400", "413", "415", "422")
        for media in responses[status]["content"].values()
    ]
    assert schemas == ["#/components/schemas/Problem"] * 8
    assert list(responses["422"]["content"]) == ["application/json", "application/problem+json"]


def test_without_a_type_errors_have_no_schema(site: Site) -> None:
    """What an untyped function sends is not known."""
    responses = document(site({"_error.py": envelope("root"), "new.py": CONTRACT}))
    assert responses["422"] == {"description": "Unprocessable Entity"}


def test_each_folder_has_its_own_schema(site: Site) -> None:
    """A route has the schema of the function that answers its errors."""
    made = site({"new.py": CONTRACT, "in/_error.py": TYPED, "in/new.py": "from server.new import POST"}).openapi()
    plain, typed = (made["paths"][path]["post"]["responses"]["422"]["content"] for path in ("/new", "/in/new"))
    assert (len(plain), len(typed)) == (1, 2)
    assert sorted(made["components"]["schemas"]) == ["Detail", "Error", "New", "Problem", "ValidationError"]


def test_an_app_that_logs_nothing_still_answers(site: Site) -> None:
    """A project that silences the logger has the same answers."""
    logging.getLogger("fsapi").setLevel(logging.CRITICAL)
    try:
        assert answered_by(site({"_error.py": envelope("root"), "a.py": handler("1 / 0")}), "/a") == "root"
    finally:
        logging.getLogger("fsapi").setLevel(logging.NOTSET)


WRITTEN = [
    "def error(req, res, error): ...",
    "def error(*args): ...",
    "def error(req: Req, res: Res, error: Error) -> None: ...",
    "def error(req: Req, res: Res, error: 'Error') -> None: ...",
    "def error(req: 'fsapi.Req', res: object, error: fsapi.Error | None) -> object: ...",
    "error = functools.partial(lambda own, req, res, error: None, 1)",
    "class Own:\n    def __call__(self, req, res, error): ...\nerror = Own()",
]


def test_a_function_may_be_written_like_this(site: Site) -> None:
    """Types may be left out, also those that are imported for type checkers alone."""
    top = "from __future__ import annotations\nimport functools, typing\nif typing.TYPE_CHECKING:\n    import fsapi\n"
    top += "    from fsapi import Error, Req, Res\n"
    files = {f"{n}/_error.py": f"{top}{source}\n" for n, source in enumerate(WRITTEN)}
    assert site(files | {f"{n}/a.py": handler("") for n in range(len(WRITTEN))}).routes


NEVER = [
    "def error(req, res): ...",
    "def error(res, req, error): ...",
    "def error(req: Req, error: Error, res: Res): ...",
    "def error(req: Req, res: Res, error: BaseException): ...",
    "@wrap\ndef error(req: Req, error: Error, res: Res): ...",
    "def error(req: Req[None, dict[str, int]], res, error): ...",
    "def error(req: Req, res: Res[str, Literal[400]], error): ...",
    "def error(req: Req, res: Res[str, Literal[200]], error): ...",
    "def error(req, res: Res[complex], error): ...",
    "def error(req, res, error) -> str: ...",
    "async def error(req, res, error): ...",
    "def error(req, res, error): yield",
    "error = 1",
    "error = None",
    "class error(Exception): ...",
    "from fsapi import Error as error",
    "import nope_xyz",
]


def test_what_could_never_run_stops_the_start(site: Site) -> None:
    """Neither another order of the parameters, nor a contract, nor what is no function."""
    top = "import functools\nfrom typing import Literal\nfrom fsapi import Error, Req, Res\n"
    wrap = "def wrap(f):\n    @functools.wraps(f)\n    def inner(*args): return f(*args)\n    return inner\n"
    files = {f"{n}/_error.py": f"{top}{wrap}{source}\n" for n, source in enumerate(NEVER)}
    with pytest.raises(TreeError) as caught:
        site(files | {f"{n}/a.py": handler("") for n in range(len(NEVER))})
    assert sorted(mistake.file for mistake in caught.value.mistakes) == sorted(f"server/{name}" for name in files)
