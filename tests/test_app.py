"""The application: how it is built, what it does with exceptions, and what it costs."""

from __future__ import annotations

import gc
import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Map
from werkzeug.test import Client

from fsapi import App, OpenAPI
from tests.site import Site, Source, call, client, environ, handler, write

OK = {"index.py": handler("res.json('ok')")}


def fallback(given: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer what the routes do not, as a plain WSGI application."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    given["test.seen"](given["wsgi.input"])
    return [b"fallback"]


@pytest.mark.parametrize("name", ["", "wsgi.py"])
def test_the_root_is_a_folder_or_a_file_in_it(name: str, tmp_path: Path) -> None:
    """The root is the project folder, or a file in it."""
    write(tmp_path, {"server/index.py": OK["index.py"], "wsgi.py": ""})
    assert client(App(tmp_path / name)).get("/").json == "ok"
    assert client(App(str(tmp_path / name))).get("/").json == "ok"


def test_a_bare_app_is_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare App() is the project in the working directory, wherever the process goes later."""
    write(tmp_path, {"server/index.py": OK["index.py"]})
    monkeypatch.chdir(tmp_path)
    app = App()
    monkeypatch.chdir("/")
    assert client(app).get("/").json == "ok"


def test_the_tree_may_have_another_name(tmp_path: Path) -> None:
    """The tree may have another name."""
    app = App(write(tmp_path, {"api/index.py": OK["index.py"]}), server="api")
    assert (client(app).get("/").json, app.routes[0].file) == ("ok", "api/index.py")


def test_the_project_can_be_imported(tmp_path: Path) -> None:
    """The project folder is put at the end of sys.path, once, and so shadows nothing."""
    write(tmp_path, {"server/index.py": OK["index.py"]})
    before = list(sys.path)
    App(tmp_path)
    App(tmp_path)
    assert sys.path == [*before, str(tmp_path)]


WRONG: list[tuple[str, list[object], str]] = [
    ("errors", ["rise", None, []], 'errors is "answer" or "raise", not {}'),
    (
        "openapi",
        [5, True, False, b"/a", OpenAPI],
        "openapi is a path such as /openapi.json, an OpenAPI, or None, not {}",
    ),
    ("openapi", ["", "a", OpenAPI("a"), "/a\0", "/\ud800"], "openapi is a path such as /openapi.json, not {}"),
    ("docs", [5, True, b"/a", [], "docs"], "docs is a path such as /docs, not {}"),
    ("fallback", [5, "app"], "fallback is a WSGI application, or None, not {}"),
    ("max_body", [-1, True, 1.5, "1", []], "max_body is a number of bytes, or None for no limit, not {}"),
    ("max_fields", [-1, True, 1.5, "1", []], "max_fields is a number of fields, or None for no limit, not {}"),
    ("root", [5, None, b"a", []], "root is a path, not {}"),
    ("server", [5, None, b"a", []], "server is a path, not {}"),
    ("pages", [5, None, b"a", []], "pages is a path, not {}"),
]


def test_an_option_that_is_something_else_is_rejected(tmp_path: Path) -> None:
    """The message names the option, and what to write."""
    for name, values, message in WRONG:
        for value in values:
            options: dict[str, Any] = {"root": write(tmp_path, {"server/a.py": OK["index.py"]}), name: value}
            shown = value.path if isinstance(value, OpenAPI) else value
            with pytest.raises(ValueError, match=f"^{re.escape(message.format(repr(shown)))}$"):
                App(**options)


def test_an_app_has_its_map_its_routes_and_a_test_client(site: Site) -> None:
    """An app tells its Map and its routes, and gives a test client."""
    app = site(OK)
    assert isinstance(app.url_map, Map)
    assert ([route.pattern for route in app.routes], type(app.test_client())) == (["/"], Client)
    assert app.test_client().get("/").json == "ok"


def test_url_for_returns_the_url_of_a_route_file(site: Site) -> None:
    """An app tells the URL of a route file."""
    app = site({"users/[id].py": handler("")})
    assert app.url_for("users/[id].py", id=42) == "/users/42"


@pytest.mark.parametrize(("path", "code"), [("/nope", 404), ("/a//", 404), ("/%FF", 400), ("/a%00", 400)])
def test_a_path_that_no_route_matches_is_json(path: str, code: int, site: Site) -> None:
    """A path that no route matches is JSON with its status."""
    given = client(site(OK)).get(path)
    assert (given.status_code, given.is_json, list(given.json or ())) == (code, True, ["error"])


@pytest.mark.parametrize("path", ["/nope", "/a\0", "//"])
def test_the_fallback_gets_what_no_route_matches(path: str, site: Site) -> None:
    """What no route matches goes to the fallback with the environ untouched, its body included."""
    seen: list[object] = []
    source = Source(9)
    made = environ(path, "POST", CONTENT_LENGTH="9", **{"wsgi.input": source, "test.seen": seen.append})
    assert call(site(OK, fallback=fallback), made)[2] == b"fallback"
    assert (seen, source.taken) == ([source], 0)


def test_a_405_or_a_raised_404_does_not_go_to_the_fallback(site: Site) -> None:
    """A 405, or a 404 that a handler raises, does not go to the fallback."""
    top = "from werkzeug.exceptions import NotFound"
    app = site({**OK, "x.py": handler("raise NotFound", top=top)}, fallback=fallback)
    assert [client(app).post("/").status_code, client(app).get("/x").status_code] == [405, 404]


BOOM = handler("res.setHeader('Set-Cookie', 'a=1')\nraise KeyError('secret')")


def test_an_exception_is_a_500_and_one_log_record(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """An exception is a 500 that tells the client nothing, and one log record with all there is to know."""
    given = client(site({"a/[id].py": BOOM})).get("/a/5?x=1")
    assert (given.status_code, given.text) == (500, '{"error":"Internal Server Error"}')
    assert "Set-Cookie" not in given.headers
    (record,) = caplog.records
    assert record.exc_info
    assert (record.name, record.levelname, record.exc_info[0]) == ("fsapi", "ERROR", KeyError)
    assert record.getMessage() == "GET /a/5?x=1 failed in server/a/[id].py"


def test_the_record_can_be_read_by_programs(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The log record holds method, path and file on their own too."""
    client(site({"x.py": BOOM})).get("/x")
    told = vars(caplog.records[0])
    assert (told["method"], told["path"], told["file"]) == ("GET", "/x", "server/x.py")
    assert "server/x.py" in caplog.text
    assert "KeyError: 'secret'" in caplog.text


@pytest.mark.parametrize(
    ("raw", "logged"),
    [
        ("/x?\x1b[31m\r\n\x07", "/x?%1B%5B31m%0D%0A%07"),
        ("/x?\xff\x85\u2028", "/x?%C3%BF%C2%85%E2%80%A8"),
        ("/x?\ud800", "/x??"),
    ],
)
def test_the_path_is_escaped_in_the_log(raw: str, logged: str, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Control characters of the path are escaped in the log, so that no request can forge a line of it."""
    assert call(site({"x.py": BOOM}), environ("/x", RAW_URI=raw))[0] == "500 Internal Server Error"
    assert caplog.messages == [f"GET {logged} failed in server/x.py"]


@pytest.mark.parametrize(
    ("method", "logged"),
    [("M-SEARCH", "M-SEARCH"), ("A|^`#B", "A%7C%5E%60%23B"), ("\x1b[31m\r\n\xff", "%1B%5B31m%0D%0A%C3%BF")],
)
def test_the_method_is_escaped_in_the_log(
    method: str, logged: str, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Not every server checks that it is a token (RFC 9110, 9.1)."""
    files = {"a.py": BOOM, "_middleware.py": "def middleware(req, res): raise KeyError"}
    assert call(site(files), environ("/a", REQUEST_METHOD=method))[0] == "500 Internal Server Error"
    assert caplog.messages == [f"{logged} /a failed in server/a.py"]


def test_http_exceptions_are_not_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What a handler says with an HTTPException is an answer, not a failure."""
    top = "from werkzeug.exceptions import abort"
    app = site({"x.py": handler("res.setHeader('X', '1')\nabort(409, 'taken')", top=top)})
    given = client(app).get("/x")
    assert (given.status_code, given.json, "X" in given.headers) == (409, {"error": "taken"}, False)
    assert not caplog.records


@pytest.mark.parametrize("source", ["1 / 0", "pass", "return 5", "res.end()\nres.end()"])
def test_errors_raise_lets_exceptions_go_to_the_host(source: str, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """With errors="raise" an unexpected exception goes up to the host, and is the host's to log."""
    app = site({"x.py": handler(source)}, errors="raise")
    with pytest.raises((ZeroDivisionError, RuntimeError, TypeError)):
        call(app, environ("/x"))
    assert not caplog.records


def test_errors_raise_answers_http_exceptions(site: Site) -> None:
    """With errors="raise" an HTTPException is answered all the same."""
    app = site({"x.py": handler("from werkzeug.exceptions import abort\nabort(410)")}, errors="raise")
    assert [client(app).get(path).status_code for path in ("/x", "/nope")] == [410, 404]
    assert client(app).put("/x").status_code == 405


def test_errors_raise_wraps_an_exit(site: Site) -> None:
    """With errors="raise" a SystemExit is wrapped, since it would end the host."""
    app = site({"x.py": handler("raise SystemExit(3)")}, errors="raise")
    with pytest.raises(RuntimeError, match=r"a handler called sys\.exit\(3\)"):
        call(app, environ("/x"))


def test_errors_raise_drains_the_body(site: Site) -> None:
    """With errors="raise" the body is drained before the exception goes up."""
    source = Source(9)
    app = site({"x.py": handler("1 / 0", "POST")}, errors="raise")
    with pytest.raises(ZeroDivisionError):
        call(app, environ("/x", "POST", CONTENT_LENGTH="9", **{"wsgi.input": source}))
    assert source.left == 0


def in_a_thread(run: Callable[[], Any]) -> Any:
    """Return what a function returns in another thread."""
    given: list[Any] = []
    thread = threading.Thread(target=lambda: given.append(run()))
    thread.start()
    thread.join()
    return given[0]


def test_ctrl_c_ends_the_process_in_the_main_thread_only(site: Site) -> None:
    """Ctrl-C ends the process in the main thread, and only there."""
    app = site({"x.py": handler("raise KeyboardInterrupt")})
    with pytest.raises(KeyboardInterrupt):
        call(app, environ("/x"))
    assert in_a_thread(lambda: call(app, environ("/x")))[0] == "500 Internal Server Error"


@pytest.mark.parametrize("missing", ["REQUEST_METHOD", "wsgi.input"])
def test_an_environ_that_lacks_keys_is_answered(missing: str, site: Site) -> None:
    """An environ that lacks what every server gives is answered, and no exception leaves the application."""
    made = environ("/x", "POST", CONTENT_LENGTH="1", **{missing: None})
    assert int(call(site({"x.py": handler("res.json(req.body)", "POST")}), made)[0][:3]) in (400, 405)


def test_a_logging_filter_that_raises_does_not_take_the_answer(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A filter of the project's that raises does not take the answer with it."""
    log = logging.getLogger("fsapi")
    app = site({"x.py": BOOM})
    log.addFilter(faulty := lambda record: bool(1 / 0))
    try:
        assert call(app, environ("/x"))[0] == "500 Internal Server Error"
    finally:
        log.removeFilter(faulty)


def test_a_context_variable_is_gone_with_the_request(site: Site) -> None:
    """What a handler sets in a context variable is gone with the request, and a stream still sees it."""
    top = "from contextvars import ContextVar\nfrom werkzeug.wrappers import Response\n"
    top += "v = ContextVar('v', default='unset')"
    body = "before = v.get()\nv.set('set')\nreturn Response(f(before) for f in [str, lambda _: v.get()])"
    app = site({"x.py": handler(body, top=top)})
    assert [client(app).get("/x").text for _ in range(2)] == ["unsetset", "unsetset"]
    assert app.routes[0].module.v.get() == "unset"


def test_a_handler_sees_context_variables_of_the_host(site: Site) -> None:
    """A handler sees what middleware outside of the application has set."""
    app = site({"x.py": handler("res.json(v.get())", top="from contextvars import ContextVar\nv = ContextVar('v')")})
    variable = app.routes[0].module.v
    token = variable.set("host")
    given = client(app).get("/x").json
    variable.reset(token)
    assert given == "host"


@pytest.mark.parametrize("body", ["res.json(1)", "1 / 0", "from werkzeug.exceptions import abort\nabort(404)"])
def test_what_a_handler_leaves_is_drained(body: str, site: Site) -> None:
    """The unread body is read to its end before the answer starts, so that the connection can be used again."""
    source = Source(9)
    made = environ("/x", "POST", CONTENT_LENGTH="9", **{"wsgi.input": source})
    started: list[int] = []

    def start_response(*args: Any) -> Callable[[bytes], object]:
        started.append(source.left)
        return print

    site({"x.py": handler(body, "POST")})(made, start_response)
    assert started == [0]


@pytest.mark.parametrize(
    ("path", "method"), [("/nope", "POST"), ("/", "PUT"), ("/", "OPTIONS"), ("/", "HEAD"), ("/\0", "PUT")]
)
def test_answers_without_a_handler_drain_too(path: str, method: str, site: Site) -> None:
    """404, 405, 400 and OPTIONS read the body as well."""
    source = Source(9)
    call(site(OK), environ(path, method, CONTENT_LENGTH="9", **{"wsgi.input": source}))
    assert source.left == 0


def calls(app: App, path: str, **changes: Any) -> list[str]:
    """Return the names of the Python functions that a warm request calls, in order."""
    made, seen = environ(path, **changes), list[str]()
    call(app, dict(made))

    def trace(frame: Any, event: str, argument: object) -> None:
        if event == "call":
            seen.append(frame.f_code.co_name)

    def start_response(*args: Any) -> Callable[[bytes], object]:
        return print

    gc.disable()  # a finalizer of an earlier test would count
    sys.setprofile(trace)
    try:
        body = app(made, start_response)
    finally:
        sys.setprofile(None)
        gc.enable()
    b"".join(body)
    return seen


DEPTH = """
import sys
depths = []
def depth():
    frame, count = sys._getframe(2), 0
    while frame is not None and frame.f_globals["__name__"].startswith("fsapi"):
        frame, count = frame.f_back, count + 1
    return count
"""


def test_three_frames_before_the_handler(site: Site) -> None:
    """At most three frames of fsapi lie between the server and the handler."""
    app = site({"users/[id].py": handler("res.json(depth())", top=DEPTH)})
    assert client(app).get("/users/42").json in (1, 2, 3)


BUSY = """
from typing import Any, TypedDict
from fsapi import Req, Res

class Query(TypedDict):
    page: int

def GET(req, res):
    res.json({"q": req.query.get("q")})

def POST(req, res):
    res.json(req.body)

def PUT(req: Req[Any, Any, Query], res: Res) -> None:
    res.json(req.query["page"])
"""


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("GET", "/", 10),
        ("GET", "/users/42", 12),
        ("GET", "/a/1/b/2/c/3", 12),
        ("GET", "/files/a/b/c", 12),
        ("GET", "/busy?q=tea", 14),
        ("POST", "/busy", 19),
        ("PUT", "/busy?page=2", 23),
        ("GET", "/nope/42", 15),
        ("DELETE", "/busy", 17),
    ],
)
def test_a_warm_request_costs_so_many_calls(method: str, path: str, most: int, site: Site) -> None:
    """The test's own calls included: literal, params, rest, query, JSON, a typed query, a 404 and a 405."""
    ok = handler("res.json({'id': req.params.get('id')})")
    names = ["users/[id].py", "index.py", "a/[x]/b/[y]/c/[z].py", "files/[...path].py"]
    app = site({**dict.fromkeys(names, ok), "busy.py": BUSY})
    changes: dict[str, Any] = {"REQUEST_METHOD": method, "QUERY_STRING": path.partition("?")[2], "RAW_URI": path}
    if method == "POST":
        changes |= {"CONTENT_LENGTH": "2", "CONTENT_TYPE": "application/json", "wsgi.input": BytesIO(b"{}" * 2)}
    assert len(seen := calls(app, path.partition("?")[0], **changes)) <= most, " ".join(seen)


def test_an_app_stays_as_it_was_built(site: Site) -> None:
    """Files that change while an app serves do not change it."""
    app = site(OK)
    os.unlink(str(app.routes[0].module.__file__))
    assert client(app).get("/").json == "ok"


def test_a_limit_is_not_negative(site: Site) -> None:
    """A limit that nothing could keep to is rejected when the app is built."""
    with pytest.raises(ValueError, match="max_body is a number of bytes"):
        site({}, max_body=-1)
    with pytest.raises(ValueError, match="max_fields is a number of fields"):
        site({}, max_fields=-1)
