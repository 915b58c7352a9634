"""fsapi beside Flask and beside Django in one process: mounted under a prefix, or in front of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import pytest
from django.conf import settings  # type: ignore[import-untyped]
from django.core.wsgi import get_wsgi_application  # type: ignore[import-untyped]
from django.http import HttpResponse  # type: ignore[import-untyped]
from django.test import override_settings  # type: ignore[import-untyped]
from django.urls import re_path  # type: ignore[import-untyped]
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from fsapi import App
from tests.site import Site, call, client, environ, write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SEEN = """
def default(req, res):
    seen = {"method": req.method, "params": req.params, "body": req.body}
    res.json({**seen, "url": req.url, "script": req.environ["SCRIPT_NAME"]})
"""
TREE = {"index.py": _SEEN, "x.py": _SEEN, "users/[id].py": _SEEN, "files/[...path].py": _SEEN}


def host_text(method: str, path: str, body: str) -> str:
    """Return the text that both hosts answer."""
    return f"host: {method} {path} {body}"


def _flask() -> WSGIApplication:
    """Return a Flask app that answers below /host, and has its own 404."""
    host = flask.Flask("host")

    def view(rest: str) -> str:
        return host_text(flask.request.method, rest, flask.request.get_data(as_text=True))

    host.add_url_rule("/host/<path:rest>", view_func=view, methods=METHODS, provide_automatic_options=False)
    host.register_error_handler(404, lambda _: ("the host's 404", 404))
    return host


def _django_view(request: Any, rest: str) -> HttpResponse:
    return HttpResponse(host_text(request.method, rest, request.body.decode()).encode())


def _django_404(request: Any, exception: Exception) -> HttpResponse:
    return HttpResponse(b"the host's 404", status=404)


# Django reads both from the module that ROOT_URLCONF names.
urlpatterns = [re_path("^host/(?P<rest>.*)$", _django_view)]
handler404 = _django_404


def _django() -> WSGIApplication:
    """Return a Django project that answers below /host, and has its own 404."""
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None)  # pyright: ignore[reportUnknownMemberType] # Django has no types
    application: Any = get_wsgi_application()

    def host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"]):
            response: Iterable[bytes] = application(environ, start_response)
            return response

    return host


@pytest.fixture(scope="module", params=[_flask, _django], ids=["flask", "django"])
def host(request: pytest.FixtureRequest) -> WSGIApplication:
    """Return an application of another framework."""
    make: Callable[[], WSGIApplication] = request.param
    return make()


@pytest.fixture(scope="module")
def mounted(host: WSGIApplication, shared_site: Site) -> WSGIApplication:
    """Return the host with fsapi under /api."""
    return DispatcherMiddleware(host, {"/api": shared_site(TREE)})


@pytest.fixture(scope="module")
def fronted(host: WSGIApplication, shared_site: Site) -> WSGIApplication:
    """Return fsapi with the host behind it."""
    return shared_site(TREE, fallback=host)


def sent(app: WSGIApplication, path: str) -> dict[str, tuple[int, str]]:
    """Return the answers to all methods, of which some send a body."""
    answers = {
        method: client(app).open(path, method=method, data=b"" if method in ("GET", "HEAD") else b"sent")
        for method in METHODS
    }
    return {method: (answer.status_code, "" if method == "HEAD" else answer.text) for method, answer in answers.items()}


def of_the_host(rest: str) -> dict[str, tuple[int, str]]:
    """Return the answers of the host to all methods."""
    texts = {method: host_text(method, rest, "" if method == "GET" else "sent") for method in METHODS}
    return {method: (200, text) for method, text in texts.items()} | {"HEAD": (200, "")}


def test_mounted_app_answers_every_method(mounted: WSGIApplication) -> None:
    """Below the mount each method reaches its handler."""
    answers = {method: client(mounted).open("/api/x", method=method) for method in METHODS}
    assert {answer.status_code for answer in answers.values()} == {200}
    bodies: dict[str, Any] = {method: answer.get_json() for method, answer in answers.items() if method != "HEAD"}
    assert [body["method"] for body in bodies.values()] == list(bodies)


def test_host_answers_every_method_outside_of_the_mount(mounted: WSGIApplication) -> None:
    """Outside of the mount the host answers as if it were alone."""
    assert sent(mounted, "/host/a") == of_the_host("a")


def test_mounted_app_reads_its_body(mounted: WSGIApplication) -> None:
    """A JSON body reaches a handler below the mount."""
    assert client(mounted).post("/api/users/7", json={"a": 1}).get_json()["body"] == {"a": 1}


def test_the_prefix_of_the_mount_is_not_matched(mounted: WSGIApplication) -> None:
    """It is in `req.url` and SCRIPT_NAME; routes match the rest."""
    paths = ["/api", "/api/", "/api/x", "/api/x/", "/api/x?a=1"]
    seen: list[Any] = [client(mounted).get(path).get_json() for path in paths]
    assert [(each["url"], each["script"]) for each in seen] == [(path, "/api") for path in paths]


def test_a_path_that_only_starts_like_the_mount_goes_to_the_host(mounted: WSGIApplication) -> None:
    """A prefix ends at a slash; any other path is a 404 of the host."""
    answers = {path: client(mounted).get(path) for path in ("/apix", "/API", "/", "/nope")}
    found = {path: (answer.status_code, answer.text) for path, answer in answers.items()}
    assert found == dict.fromkeys(answers, (404, "the host's 404"))


def test_unknown_path_below_the_mount_is_a_404_of_the_app(mounted: WSGIApplication) -> None:
    """A mounted app answers every path below its prefix."""
    answers = {path: client(mounted).get(path) for path in ("/api//x", "/api/nope", "/api//", "/api/users/")}
    found = {path: (answer.status_code, answer.get_json()) for path, answer in answers.items()}
    assert found == dict.fromkeys(answers, (404, {"error": "Not Found"}))


def test_params_below_the_mount_are_decoded_once(mounted: WSGIApplication) -> None:
    """An encoded slash is data and text is UTF-8, below a mount as without one."""
    params: dict[str, object] = {
        "/api/users/a%2Fb": {"id": "a/b"},
        "/api/users/caf%C3%A9%20%E2%82%AC": {"id": "café €"},
        "/api/files/a%2Fb/c": {"path": ["a/b", "c"]},
        "/api/users/%252F": {"id": "%2F"},
    }
    assert {path: client(mounted).get(path).get_json()["params"] for path in params} == params


def test_mount_may_have_letters_of_any_kind(site: Site, host: WSGIApplication) -> None:
    """SCRIPT_NAME holds UTF-8 bytes as PATH_INFO does, and an encoded slash below it is data."""
    mounted = DispatcherMiddleware(host, {"/käse".encode().decode("latin-1"): site(TREE)})
    seen = client(mounted).get("/k%C3%A4se/users/a%2Fb").get_json()
    assert (seen["url"], seen["params"]) == ("/k%C3%A4se/users/a%2Fb", {"id": "a/b"})


def test_script_name_may_end_in_a_slash(site: Site) -> None:
    """Some servers add one; the routes stay the same."""
    status, _, body = call(site(TREE), environ("/users/7", SCRIPT_NAME="/api/", RAW_URI="/api/users/7"))
    assert (status, b'"params":{"id":"7"}' in body) == ("200 OK", True)


def test_req_url_is_built_from_the_environ_without_a_raw_target(site: Site) -> None:
    """It is SCRIPT_NAME, PATH_INFO and the query string."""
    made = environ(
        "/users/é".encode().decode("latin-1"), SCRIPT_NAME="/api", QUERY_STRING="a=1", RAW_URI=None, REQUEST_URI=None
    )
    assert b'"url":"/api/users/%C3%A9?a=1"' in call(site(TREE), made)[2]


def test_fallback_answers_what_no_route_matches(fronted: WSGIApplication) -> None:
    """The fallback gets the request with its body unread."""
    assert sent(fronted, "/host/a/b") == of_the_host("a/b")


def test_404_is_answered_by_the_fallback(fronted: WSGIApplication) -> None:
    """With a fallback, fsapi answers no path with 404 or 400 itself."""
    answers = {path: client(fronted).get(path) for path in ("/nope", "/users/", "/x/y", "/users/%FF")}
    found = {path: (answer.status_code, answer.text) for path, answer in answers.items()}
    assert found == dict.fromkeys(answers, (404, "the host's 404"))


def test_405_is_not_answered_by_the_fallback(site: Site, host: WSGIApplication) -> None:
    """A file owns its URLs, even for methods that it does not define."""
    app = site({"only.py": "def GET(req, res): res.json(1)"}, fallback=host)
    assert client(app).post("/only").get_json() == {"error": "Method Not Allowed"}


def test_fallback_gets_the_environ_untouched(site: Site) -> None:
    """It is the same object, with nothing added and nothing read."""
    made = environ("/nope", "POST", b"12345", CONTENT_LENGTH="5", CONTENT_TYPE="text/plain")
    before, got = dict(made), list[dict[str, Any]]()

    def host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        got.append(environ)
        return Response(environ["wsgi.input"].read(5))(environ, start_response)

    assert call(site(TREE, fallback=host), made)[2] == b"12345"
    assert got[0] is made
    assert made == before


def test_exception_of_the_fallback_is_not_caught(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """It is neither answered nor logged here."""

    def host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call(site(TREE, fallback=host), environ("/nope"))
    assert caplog.records == []


FAULTS = {
    "fails.py": "def GET(req, res):\n    1 / 0\n",
    "late.py": "def GET(req, res):\n    res.json(1)\n    1 / 0\n",
    "never.py": "def GET(req, res):\n    pass\n",
    "exits.py": "import sys\n\ndef GET(req, res):\n    sys.exit(3)\n",
    "aborts.py": "from werkzeug.exceptions import abort\n\ndef GET(req, res):\n    abort(409, 'taken')\n",
    "streams.py": """
from werkzeug.wrappers import Response

def GET(req, res):
    def pieces():
        yield "begun"
        raise {"zero": ZeroDivisionError("halfway"), "exit": SystemExit(3)}[req.query["why"]]
    return Response(pieces())
""",
}


EXCEPTIONS = [
    ("/fails", ZeroDivisionError, "division by zero"),
    ("/late", ZeroDivisionError, "division by zero"),
    ("/never", RuntimeError, "never.py:1: GET did not end the response"),
    ("/exits", RuntimeError, r"sys\.exit\(3\)"),
    ("/streams?why=zero", ZeroDivisionError, "halfway"),
    ("/streams?why=exit", RuntimeError, r"SystemExit\(3\)"),
]


def test_exception_goes_to_the_host(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """With errors="raise" the host gets what a handler raised, except SystemExit, and nothing is logged."""
    app = client(site(FAULTS, errors="raise"))
    for path, kind, text in EXCEPTIONS:
        with pytest.raises(kind, match=text):
            app.get(path)
    assert caplog.records == []


def test_http_exception_is_answered_whatever_errors_says(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """404 and 405 are answered too."""
    web = client(site(FAULTS, errors="raise"))
    answers = [web.get("/aborts"), web.get("/nope"), web.post("/fails")]
    assert [answer.status_code for answer in answers] == [409, 404, 405]
    assert answers[0].get_json() == {"error": "taken"}
    assert caplog.records == []


def test_flask_handles_exceptions_of_a_handler(site: Site) -> None:
    """If a Flask view calls the app, Flask's error handlers get its exceptions."""
    app, host = site(FAULTS, errors="raise"), flask.Flask("host")

    def view(rest: str) -> Response:
        return Response.from_app(app, flask.request.environ)

    host.add_url_rule("/<path:rest>", view_func=view)
    host.register_error_handler(ZeroDivisionError, lambda _: ("handled by Flask", 503))
    answers = [client(host).get(path) for path in ("/fails", "/aborts")]
    assert [(answer.status_code, answer.text) for answer in answers] == [
        (503, "handled by Flask"),
        (409, '{"error":"taken"}'),
    ]


def test_exception_reaches_middleware_around_the_mount(site: Site) -> None:
    """That is WSGI middleware around the host and the mounted app."""
    mounted = DispatcherMiddleware(_flask(), {"/api": site(FAULTS, errors="raise")})
    with pytest.raises(ZeroDivisionError):
        call(mounted, environ("/api/fails"))


def test_exception_is_answered_and_logged_by_default(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Without errors="raise" the host sees no exception."""
    mounted = DispatcherMiddleware(_flask(), {"/api": site(FAULTS)})
    assert client(mounted).get("/api/fails").status_code == 500
    assert [(record.name, record.levelno) for record in caplog.records] == [("fsapi", logging.ERROR)]


def test_unread_body_is_drained_before_the_host_gets_the_exception(site: Site) -> None:
    """The host can then answer on the same connection."""
    made = environ("/fails", "GET", b"x" * 100_000, CONTENT_LENGTH="100000")
    source: BytesIO = made["wsgi.input"]
    with pytest.raises(ZeroDivisionError):
        call(site(FAULTS, errors="raise"), made)
    assert source.tell() == 100_000


def _project(folder: Path, name: str) -> App:
    """Return the app of a project whose files have the same names in each project, and its own name in them."""
    files = {
        "server/_who.py": f"NAME = {name!r}\n",
        "server/who.py": "from ._who import NAME\n\ndef GET(req, res):\n    res.json(NAME)\n",
        "server/count.py": "seen = []\n\ndef GET(req, res):\n    seen.append(1)\n    res.json(len(seen))\n",
        f"server/{name}.py": "def GET(req, res):\n    res.json(req.route.file)\n",
    }
    return App(write(folder / name, files), max_body=len(name))


@pytest.fixture
def pair(tmp_path: Path) -> WSGIApplication:
    """Return two projects, whose trees have the same name, in one process."""
    return DispatcherMiddleware(_flask(), {"/a": _project(tmp_path, "one"), "/b": _project(tmp_path, "other")})


def test_equally_named_trees_import_their_own_files(pair: WSGIApplication) -> None:
    """A relative import refers to the tree of its file."""
    assert [client(pair).get(path).get_json() for path in ("/a/who", "/b/who")] == ["one", "other"]


def test_equally_named_trees_share_no_module(pair: WSGIApplication) -> None:
    """Module state of one tree is not visible in the other."""
    assert [client(pair).get(path).get_json() for path in ("/a/count", "/a/count", "/b/count")] == [1, 2, 1]


def test_equally_named_trees_have_their_own_routes(pair: WSGIApplication) -> None:
    """Each app answers only the paths of its own tree."""
    answers = [client(pair).get(path).status_code for path in ("/a/one", "/a/other", "/b/other", "/b/one")]
    assert answers == [200, 404, 200, 404]
