"""An App as a view of Django: what Django does for its own views applies to route files."""

# Django has no types: what comes of it is unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.http.request import RawPostDataException
from django.test import Client as DjangoClient
from django.test import override_settings
from django.urls import include, path, re_path, reverse
from werkzeug.test import Client

from fsapi import App
from fsapi.django import view
from tests.models import TOP
from tests.site import Site, call, client, environ, handler

if not settings.configured:
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "ATOMIC_REQUESTS": True}
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
    settings.configure(LOGGING_CONFIG=None, SECRET_KEY="x", DATABASES={"default": memory}, INSTALLED_APPS=apps)
    django.setup()

#: Makes a Django application of the settings as they are.
wsgi: Callable[[], Any] = WSGIHandler
API = r"^api(?:/(?P<rest>.*))?$"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
USER = "django.contrib.auth.middleware.AuthenticationMiddleware"
SEEN = """
def default(req, res):
    request = req.environ["django.request"]
    seen = {"method": req.method, "params": req.params, "url": req.url, "bytes": req.bytes.decode()}
    res.json({**seen, "script": req.environ["SCRIPT_NAME"], "django": request.path})
"""
STREAM = """
from werkzeug.wrappers import Response

CLOSED = []

def GET(req, res):
    response = Response(str(number) for number in range(3))
    response.call_on_close(lambda: CLOSED.append(1))
    return response

def POST(req, res):
    res.json(CLOSED)
"""
COOKIE = """
from werkzeug.wrappers import Response

def GET(req, res):
    response = Response(status="299 Odd", headers=[("Link", "<a>"), ("Link", "<b>")])
    for line in ("own=1; Path=/; Partitioned; SameSite=Odd", "own=2; Path=/x", "expires=3"):
        response.headers.add("Set-Cookie", line)
    return response
"""
UPLOAD = """
max_body = 1000000

def POST(req, res):
    length = len(req.bytes)
    files = [[file.filename, file.content_type, file.read().decode()] for file in req.raw.files.getlist("file")]
    assert "c" in [file.filename for file in req.raw.files.getlist("text")] or len(files) == 1
    res.json([files, req.raw.form.getlist("text"), length == int(req.headers["content-length"])])
"""
WRITES = """
from django.contrib.auth.models import User
from werkzeug.exceptions import Conflict

def POST(req, res):
    User.objects.create(username=req.query["how"])
    if req.query["how"] == "raises":
        1 / 0
    if req.query["how"] == "answers":
        raise Conflict("taken")
    res.json(User.objects.count(), 201)
"""
SESSIONS = """
def GET(req, res):
    session = req.environ["django.request"].session
    session["n"] = session.get("n", 0) + 1
    res.json(session["n"])
"""
TREE = {
    "index.py": SEEN,
    "users/[id].py": SEEN,
    "files/[...path].py": SEEN,
    "only.py": handler("res.json(1)"),
    "aborts.py": handler("abort(409, 'taken')", top="from werkzeug.exceptions import abort"),
    "empty.py": handler("res.status(204).end()", "DELETE"),
    "small.py": "max_body = 5\n" + handler("res.json(req.body)", "POST"),
    "stream.py": STREAM,
    "cookie.py": COOKIE,
    "upload.py": UPLOAD,
    "writes.py": WRITES,
    "missing.py": handler("raise Http404('gone')", top="from django.http import Http404"),
    "me.py": handler("res.json(req.environ['django.request'].user.get_username())"),
    "session.py": SESSIONS,
}
Host = Callable[..., Client]


def reading(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a middleware that reads the body in the way that a header says."""
    reads: dict[str, Callable[[Any], object]] = {
        "body": lambda request: request.body,
        "form": lambda request: [*request.POST, *(file.read() for file in request.FILES.values())],
        "some": lambda request: request.read(3),
    }

    def middleware(request: Any) -> Any:
        reads.get(request.headers.get("X-Read"), id)(request)
        return get_response(request)

    return middleware


READING = f"{__name__}.reading"


def multipart(*parts: tuple[str, ...]) -> bytes:
    """Return a form of fields and files as a browser writes it; Werkzeug's encoder drops a line break of empty ones."""
    text = ""
    for name, value, *file in parts:
        kind = f'; filename="{file[0]}"\r\nContent-Type: text/x' if file else ""
        text += f'--B\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n{value}\r\n'
    return f"{text}--B--\r\n".encode()


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    """Return a function that makes a client of a Django project with the tree under /api."""
    with ExitStack() as stack:

        def make(*middleware: str, files: dict[str, str] = TREE, csrf: bool = False, **options: object) -> Client:
            routes = [re_path(API, view(site(files), csrf=csrf), name="api")]
            config = {"ROOT_URLCONF": tuple(routes), "MIDDLEWARE": middleware, "ALLOWED_HOSTS": ["*"], **options}
            stack.enter_context(override_settings(**config))
            return client(wsgi())

        yield make


@pytest.fixture
def database() -> Iterator[None]:
    """Set up the tables of users and sessions, and take them away."""
    call_command("migrate", verbosity=0)
    yield
    call_command("flush", verbosity=0, interactive=False)


@pytest.mark.parametrize(
    ("url", "params"),
    [
        ("/api", {}),
        ("/api/", {}),
        ("/api/users/7?a=1", {"id": "7"}),
        ("/api/users/a%2Fb", {"id": "a/b"}),
        ("/api/users/caf%C3%A9%20%E2%82%AC", {"id": "café €"}),
        ("/api/files/a%2Fb/c%20d", {"path": ["a/b", "c d"]}),
    ],
)
def test_path_below_the_prefix_is_the_apps(host: Host, url: str, params: object) -> None:
    """The prefix is SCRIPT_NAME, the rest is matched as without a mount, and the URL is the one that was sent."""
    seen = host().get(url).get_json()
    assert (seen["params"], seen["script"], seen["url"]) == (params, "/api", url)


def test_text_survives_without_a_raw_target(host: Host) -> None:
    """Django decodes the path where the server had put its bytes."""
    host()
    _, _, body = call(wsgi(), environ("/api/users/\xc3\xa9"))
    assert '"id":"é"' in body.decode()


@pytest.mark.parametrize("url", ["/api//users/7", "/api/users//7", "/api//", "/api/nope"])
def test_path_that_no_file_has_is_the_apps_404(host: Host, url: str) -> None:
    """JSON, not Django's page."""
    answer = host().get(url)
    assert (answer.status_code, answer.get_json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize("url", ["/apis", "/ap", "//api/only", "/nope"])
def test_path_outside_of_the_prefix_is_the_hosts(host: Host, url: str) -> None:
    """A prefix ends where a segment does."""
    host()
    status, headers, _ = call(wsgi(), environ(url))
    assert (status[:3], headers["content-type"]) == ("404", "text/html; charset=utf-8")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_passes(host: Host, method: str) -> None:
    """Django answers no method by itself."""
    answer = host().open("/api/users/7", method=method)
    assert answer.status_code == 200
    assert method == "HEAD" or answer.get_json()["method"] == method


@pytest.mark.parametrize("method", ["POST", "PROPFIND"])
def test_405_is_the_apps(host: Host, method: str) -> None:
    """Also for methods that Django would not know."""
    host()
    status, headers, body = call(wsgi(), environ("/api/only", method))
    assert (status[:3], headers["allow"], body) == ("405", "GET, HEAD, OPTIONS", b'{"error":"Method Not Allowed"}')


def test_head_and_no_content_have_the_headers_of_the_app(host: Host) -> None:
    """Django adds no Content-Type of its own."""
    web = host(COMMON)
    assert web.head("/api/only").headers["Content-Length"] == "1"
    assert "Content-Type" not in web.delete("/api/empty").headers


@pytest.mark.parametrize("script", ["/site", "/käse"])
def test_host_may_be_mounted_itself(host: Host, script: str) -> None:
    """SCRIPT_NAME is both prefixes, one behind the other."""
    host()
    made = environ("/api/users/7", SCRIPT_NAME=script.encode().decode("latin-1"))
    assert f'"django":"{script}/api/users/7"' in call(wsgi(), made)[2].decode()


PATTERNS: dict[str, Callable[[Any], Any]] = {
    "include": lambda api: path("api/", include([re_path("^(?P<rest>.*)$", api)])),
    "path": lambda api: path("api/<path:rest>", api),
    "captures": lambda api: path("<slug:tenant>/<path:rest>", api),
}


@pytest.mark.parametrize("kind", PATTERNS)
def test_any_pattern_will_do_that_captures_the_rest(site: Site, kind: str) -> None:
    """What is before the rest is the prefix, whatever else it captures."""
    with override_settings(ROOT_URLCONF=(PATTERNS[kind](view(site(TREE))),), ALLOWED_HOSTS=["*"], MIDDLEWARE=[]):
        seen = client(wsgi()).get("/api/users/7").get_json()
    assert (seen["script"], seen["params"]) == ("/api", {"id": "7"})


def test_link_is_built_by_the_host(host: Host) -> None:
    """The name of the pattern stands for the App."""
    host()
    assert [reverse("api"), reverse("api", kwargs={"rest": "users/é"})] == ["/api", "/api/users/%C3%A9"]


def test_session_is_djangos(host: Host, database: None) -> None:
    """A handler reads and writes it by the request."""
    web = host(SESSION)
    assert [web.get("/api/session").get_json() for _ in "12"] == [1, 2]


def test_handler_sees_who_has_logged_in(host: Host, database: None) -> None:
    """The request has its user; Django's own test client works as for other views."""
    host(SESSION, USER)
    from django.contrib.auth.models import User  # not before the database is there

    web: Any = DjangoClient()
    assert web.get("/api/me").content == b'""'
    web.force_login(User.objects.create(username="ada"))
    assert web.get("/api/me").content == b'"ada"'


def test_csrf_is_checked_unless_it_is_switched_off(host: Host) -> None:
    """A POST without a token is Django's 403."""
    assert host(CSRF, csrf=True).post("/api/small", data=b"1").status_code == 403
    assert host(CSRF, csrf=False).post("/api/small", data=b"1").status_code == 200


def test_body_of_a_request_whose_token_was_checked_is_not_lost(host: Host) -> None:
    """CsrfViewMiddleware looks for the token in forms, and reads them."""
    web, token = host(CSRF, csrf=True), "x" * 32
    web.set_cookie("csrftoken", token)
    form = {"file": (BytesIO(b"content"), "a.txt", "text/x"), "text": "é", "csrfmiddlewaretoken": token}
    assert web.post("/api/upload", data=form).get_json() == [[["a.txt", "text/x", "content"]], ["é"], True]
    form = {"csrfmiddlewaretoken": token, "text": "é"}
    assert web.post("/api", data=form).get_json()["bytes"] == f"csrfmiddlewaretoken={token}&text=%C3%A9"


@pytest.mark.parametrize("read", ["body", "form", "nothing"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_body_that_middleware_has_read_is_not_lost(host: Host, read: str, kind: str) -> None:
    """Every byte is there again."""
    answer = host(READING).post("/api", data=b'{"a": 1}', content_type=kind, headers={"X-Read": read})
    assert answer.get_json()["bytes"] == '{"a": 1}'


@pytest.mark.parametrize("read", ["body", "form", "nothing"])
@pytest.mark.parametrize("size", [7, 600_000])
def test_form_with_files_that_middleware_has_read_is_not_lost(host: Host, read: str, size: int) -> None:
    """All values of all names, in the order of each name, large files included."""
    parts = [("text", "é"), ("file", "x" * size, "a.txt"), ("file", "", "b.txt"), ("text", "", "c"), ("text", "")]
    headers = {"X-Read": read, "Content-Type": "multipart/form-data; boundary=B"}
    answer = host(READING).post("/api/upload", data=multipart(*parts), headers=headers)
    assert answer.get_json() == [[["a.txt", "text/x", "x" * size], ["b.txt", "text/x", ""]], ["é", ""], True]


def test_part_of_a_body_that_is_gone_is_told(host: Host) -> None:
    """What middleware has read as a stream, Django cannot give again, and says so."""
    web = host(READING, DEBUG_PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(RawPostDataException):
        web.post("/api", data=b"12345", headers={"X-Read": "some"})


def test_413_stays_a_413(host: Host) -> None:
    """Whether middleware has read or not."""
    web = host(READING)
    for read in ("nothing", "body", "form"):
        assert web.post("/api/small", data=b"12345", headers={"X-Read": read}).get_json() == "12345"
        assert web.post("/api/small", data=b"123456", headers={"X-Read": read}).status_code == 413


@pytest.mark.parametrize(("length", "status"), [(5, "200"), (6, "413")])
@pytest.mark.parametrize("read", ["body", "nothing"])
def test_chunked_body_is_read_and_counted(host: Host, length: int, status: str, read: str) -> None:
    """Django itself sees no body where there is no length."""
    host(READING)
    made = environ("/api/small", "POST", b"x" * length, HTTP_TRANSFER_ENCODING="chunked", HTTP_X_READ=read)
    assert call(wsgi(), {**made, "wsgi.input_terminated": True})[0][:3] == status


@pytest.mark.parametrize(("how", "status", "kept"), [("ends", 201, 1), ("raises", 500, 0), ("answers", 409, 1)])
def test_transaction_rolls_back_where_a_handler_raised(
    host: Host, database: None, caplog: pytest.LogCaptureFixture, how: str, status: int, kept: int
) -> None:
    """Django sees unexpected exceptions; an HTTP exception is an answer, and keeps what was written."""
    assert host().post(f"/api/writes?how={how}").status_code == status
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from auth_user")
        assert cursor.fetchone() == (kept,)
    assert "fsapi" not in {record.name for record in caplog.records}


def test_exceptions_of_django_are_answered_by_django(host: Host) -> None:
    """`get_object_or_404` in a handler is Django's 404."""
    answer = host().get("/api/missing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_http_exception_is_answered_by_the_app(host: Host) -> None:
    """With its own status and text."""
    answer = host().get("/api/aborts")
    assert (answer.status_code, answer.get_json()) == (409, {"error": "taken"})


def test_cookies_headers_and_reason_arrive_as_sent(host: Host) -> None:
    """Each Set-Cookie line by itself; lines of another name are one, as HTTP allows."""
    answer = host().get("/api/cookie")
    assert (answer.status, answer.headers.getlist("Link")) == ("299 Odd", ["<a>, <b>"])
    lines = ["own=1; Path=/; Partitioned; SameSite=Odd", "own=2; Path=/x", "expires=3"]
    assert [line.strip() for line in answer.headers.getlist("Set-Cookie")] == lines  # Django puts a space in front


def test_cookies_can_be_read_and_kept_by_middleware(host: Host) -> None:
    """Django's test client sends them back, and its cache pickles them."""
    host()
    web: Any = DjangoClient()
    cookie = pickle.loads(pickle.dumps(web.get("/api/cookie").cookies["own"]))
    assert (cookie.value, cookie.OutputString()) == ("1", "own=1; Path=/; Partitioned; SameSite=Odd")


def test_stream_passes_through_and_is_closed_by_django(host: Host) -> None:
    """Not a piece is read before the server asks, and its close is called once."""
    web = host()
    answer = web.get("/api/stream", buffered=False)
    assert answer.is_streamed
    assert list(answer.iter_encoded()) == [b"0", b"1", b"2"]
    assert web.post("/api/stream").get_json() == []
    answer.close()
    assert web.post("/api/stream").get_json() == [1]


def test_app_stays_as_it_is_for_others(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Only what is mounted raises."""
    api: App = site({"fails.py": handler("1 / 0")})
    view(api)
    assert client(api).get("/fails").status_code == 500
    assert [record.name for record in caplog.records] == ["fsapi"]


CONTRACT = f"{TOP}def POST(req: Req[Upload], res: Res): res.json([req.body.title, req.body.file.read().decode()])\n"


def test_contract_is_kept_inside_django(host: Host) -> None:
    """A form that Django has read for its token fills it all the same; one that does not fit is a 422 of the App."""
    user = host(CSRF, files={"a.py": CONTRACT}, csrf=True)
    user.set_cookie("csrftoken", "t" * 32)
    token = {"csrfmiddlewaretoken": "t" * 32, "title": "A"}
    assert user.post("/api/a", data={**token, "file": (BytesIO(b"hi"), "x")}).json == ["A", "hi"]
    assert user.post("/api/a", data={**token, "x": (BytesIO(b"hi"), "x")}).status_code == 422
