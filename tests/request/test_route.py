"""What answers is named in the environ, for tools around the app."""

from __future__ import annotations

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fsapi import App
from fsapi.request.route import FILE_KEY, ROUTE_KEY
from tests.conftest import imports_restored
from tests.models import TOP
from tests.site import Site, call, client, environ, handler, start_response, write

SEEN = """
def middleware(req, res):
    res.setHeader("X-Seen", repr((req.environ["fsapi.route"], req.environ["fsapi.file"])))
"""
TREE = {
    "server/_middleware.py": SEEN,
    "server/index.py": handler("res.end()"),
    "server/users/[id].py": handler("res.end()"),
    "server/(group)/[[lang]]/about.py": handler("res.end()"),
    "server/files/[...path].py": handler("res.end()", "default"),
    "server/n/[id=int].py": handler("res.end()", "OPTIONS"),
    "server/fails.py": "max_body = 1\n" + handler("1 / req.body", "POST"),
    "server/none.py": handler(""),
    "server/stream.py": handler("return Response(str(1 // n) for n in (1, 0))", top="from werkzeug import Response"),
    "server/typed.py": f"{TOP}def POST(req: Req[User], res: Res): res.end()\n",
    "server/items/[id].py": handler("res.end()"),
    "app/pages/items/[name].py": "def page(req): return 'a page'",
    "app/pages/broken/[id].py": "def page(req): return 1 / 0",
    "server/broken/[id].py": handler("res.end()"),
    "app/pages/about-us.py": "def page(req): return 'a page'",
}
HTML = {"HTTP_ACCEPT": "text/html"}
BODY = {"CONTENT_LENGTH": "1"}
ANSWERS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("GET /", {}, "200", "/", "index.py"),
    ("HEAD /", {}, "200", "/", "index.py"),
    ("OPTIONS /", {}, "204", "/", "index.py"),
    ("POST /", {}, "405", "/", "index.py"),
    ("FOO /", {}, "405", "/", "index.py"),
    ("GET /users/42", {}, "200", "/users/[id]", "users/[id].py"),
    ("GET /users/[id]", {}, "200", "/users/[id]", "users/[id].py"),
    ("GET /about", {}, "200", "/about", "(group)/[[lang]]/about.py"),
    ("GET /en/about", {}, "200", "/[lang]/about", "(group)/[[lang]]/about.py"),
    ("PATCH /files/a/b", {}, "200", "/files/[...path]", "files/[...path].py"),
    ("OPTIONS /n/7", {}, "200", "/n/[id=int]", "n/[id=int].py"),
    ("POST /fails", {}, "500", "/fails", "fails.py"),
    ("POST /fails", {"CONTENT_LENGTH": "2"}, "413", "/fails", "fails.py"),
    ("GET /none", {}, "500", "/none", "none.py"),
    ("POST /typed", {}, "415", "/typed", "typed.py"),
    ("POST /typed", {"CONTENT_TYPE": "application/json", **BODY}, "400", "/typed", "typed.py"),
    ("GET /items/7", {}, "200", "/items/[id]", "items/[id].py"),
    ("PUT /items/7", HTML, "405", "/items/[id]", "items/[id].py"),
    ("GET /items/7", HTML, "200", "/items/[name]", "app/pages/items/[name].py"),
    ("HEAD /items/7", HTML, "200", "/items/[name]", "app/pages/items/[name].py"),
    ("GET /broken/7", HTML, "500", "/broken/[id]", "app/pages/broken/[id].py"),
    ("GET /about-us", {}, "200", "/about-us", "app/pages/about-us.py"),
    ("POST /about-us", {}, "405", "/about-us", "app/pages/about-us.py"),
    ("GET /openapi.json", {}, "200", "/openapi.json", "openapi"),
    ("PUT /openapi.json", {}, "405", "/openapi.json", "openapi"),
    ("GET /nothing", {}, "404", "", ""),
    ("OPTIONS /nothing", {}, "404", "", ""),
    ("GET /n/x", {}, "404", "", ""),
    ("GET /a\0", {}, "400", "", ""),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Return the App of the tree, built once for all tests."""
    with imports_restored():
        return App(write(tmp_path_factory.mktemp("project"), TREE), openapi="/openapi.json")


@pytest.mark.parametrize(("request_line", "changes", "status", "route", "file"), ANSWERS)
def test_the_environ_names_what_answers(
    app: App, request_line: str, changes: dict[str, str], status: str, route: str, file: str
) -> None:
    """Every answer of the App, errors included; a page that is chosen instead of a route file by its own name."""
    method, path = request_line.split(" ", 1)
    made = environ(path, method, b"x", **changes)
    answer = call(app, made)
    file = f"server/{file}" if file.endswith(".py") and not file.startswith("app/") else file
    assert (answer[0][:3], made[ROUTE_KEY], made[FILE_KEY]) == (status, route, file)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/users/1", ("/users/[id]", "server/users/[id].py")),
        ("/x", ("", "")),
        ("/openapi.json", ("/openapi.json", "openapi")),
    ],
)
def test_middleware_sees_the_names(app: App, path: str, seen: tuple[str, str]) -> None:
    """They are set before anything runs."""
    assert client(app).get(path).headers["X-Seen"] == repr(seen)


def test_a_stream_that_fails_is_named(app: App, caplog: pytest.LogCaptureFixture) -> None:
    """The access log is written when it has ended."""
    made = environ("/stream")
    with pytest.raises(ZeroDivisionError):
        call(app, made)
    assert (made[ROUTE_KEY], caplog.messages) == ("/stream", ["GET /stream failed in server/stream.py"])


def test_the_fallback_gets_no_names(site: Site) -> None:
    """No file has the path."""

    def fallback(made: dict[str, object], start: object) -> list[bytes]:
        return [str([key for key in made if key.startswith("fsapi")]).encode()]

    app = site({"a.py": handler("res.end()")}, fallback=fallback)
    assert app(environ("/nothing"), start_response) == [b"[]"]


def test_a_mount_is_not_part_of_the_names(app: App) -> None:
    """It is in SCRIPT_NAME."""
    made = environ("/api/users/1")
    call(DispatcherMiddleware(app, {"/api": app}), made)
    assert (made["SCRIPT_NAME"], made[ROUTE_KEY]) == ("/api", "/users/[id]")


def test_an_app_that_a_handler_calls_does_not_rename_the_request(site: Site, app: App) -> None:
    """It gets a copy of the environ."""
    made = environ("/users/1", inner=app)
    outer = site({"[...path].py": handler("return req.environ['inner']")})
    assert (call(outer, made)[0], made[ROUTE_KEY]) == ("200 OK", "/[...path]")


def test_a_route_is_shown_with_its_pattern_and_file(app: App) -> None:
    """As in a debugger."""
    assert repr(app.routes[0]) == "<Route / server/index.py>"
