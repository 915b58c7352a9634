"""An App as a Django view: what Django does for its views applies to route files."""

# Django has no types: what comes of it is unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http.request import RawPostDataException
from django.test import Client as DjangoClient
from django.test import override_settings
from django.urls import include, path, re_path, reverse
from werkzeug.test import Client

from fsapi import App
from fsapi.django import view
from tests.hosts.django_project import API, COMMON, CSRF, READING, SESSION, TREE, USER, multipart, wsgi
from tests.models import TOP
from tests.site import Site, call, client, environ, handler

Host = Callable[..., Client]


@pytest.fixture(scope="module")
def api(shared_site: Site) -> App:
    """Return the App of the tree, built once for all tests."""
    return shared_site(TREE)


@pytest.fixture
def host(site: Site, api: App) -> Iterator[Host]:
    """Return a function that makes a client of a Django project with the tree under /api."""
    with ExitStack() as stack:

        def make(
            *middleware: str, files: dict[str, str] | None = None, csrf: bool = False, **options: object
        ) -> Client:
            routes = [re_path(API, view(site(files) if files else api, csrf=csrf), name="api")]
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
def test_path_below_the_prefix_is_matched_by_the_app(host: Host, url: str, params: object) -> None:
    """The prefix is SCRIPT_NAME, the rest is matched as without a mount, and `req.url` is the URL that was sent."""
    seen = host().get(url).get_json()
    assert (seen["params"], seen["script"], seen["url"]) == (params, "/api", url)


def test_params_are_decoded_without_a_raw_target(host: Host) -> None:
    """Django has replaced the bytes of the path by decoded text."""
    host()
    _, _, body = call(wsgi(), environ("/api/users/\xc3\xa9"))
    assert '"id":"é"' in body.decode()


@pytest.mark.parametrize(
    ("target", "path", "status"),
    [("%FF", "\xff", 400), ("a%C0%AF?b=1", "a\xc0\xaf", 400), ("%25FF", "%FF", 200), ("%C3%A9", "\xc3\xa9", 200)],
)
def test_bad_utf_8_is_a_400(host: Host, target: str, path: str, status: int) -> None:
    """Django writes such bytes as text, which a client can send as well."""
    host()
    sent = environ(f"/api/users/{path}", RAW_URI=f"/api/users/{target}")
    assert call(wsgi(), sent)[0].startswith(f"{status} ")


@pytest.mark.parametrize("url", ["/api//users/7", "/api/users//7", "/api//", "/api/nope"])
def test_path_that_no_file_has_is_a_404_of_the_app(host: Host, url: str) -> None:
    """The body is JSON, not Django's page."""
    answer = host().get(url)
    assert (answer.status_code, answer.get_json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize("url", ["/apis", "/ap", "//api/only", "/nope"])
def test_path_outside_of_the_prefix_goes_to_the_host(host: Host, url: str) -> None:
    """A prefix ends where a segment does."""
    host()
    status, headers, _ = call(wsgi(), environ(url))
    assert (status[:3], headers["content-type"]) == ("404", "text/html; charset=utf-8")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_reaches_the_app(host: Host, method: str) -> None:
    """Django answers none by itself."""
    answer = host().open("/api/users/7", method=method)
    assert answer.status_code == 200
    assert method == "HEAD" or answer.get_json()["method"] == method


@pytest.mark.parametrize("method", ["POST", "PROPFIND"])
def test_405_is_answered_by_the_app(host: Host, method: str) -> None:
    """This includes methods that Django does not know."""
    host()
    status, headers, body = call(wsgi(), environ("/api/only", method))
    assert (status[:3], headers["allow"], body) == ("405", "GET, HEAD, OPTIONS", b'{"error":"Method Not Allowed"}')


def test_host_adds_no_headers_to_head_and_204(host: Host) -> None:
    """Django would add a Content-Type to a 204."""
    web = host(COMMON)
    assert web.head("/api/only").headers["Content-Length"] == "1"
    assert "Content-Type" not in web.delete("/api/empty").headers


@pytest.mark.parametrize("script", ["/site", "/käse"])
def test_host_may_be_mounted_itself(host: Host, script: str) -> None:
    """SCRIPT_NAME is the prefix of the host, then that of the App."""
    host()
    made = environ("/api/users/7", SCRIPT_NAME=script.encode().decode("latin-1"))
    assert f'"django":"{script}/api/users/7"' in call(wsgi(), made)[2].decode()


PATTERNS: dict[str, Callable[[Any], Any]] = {
    "include": lambda api: path("api/", include([re_path("^(?P<rest>.*)$", api)])),
    "path": lambda api: path("api/<path:rest>", api),
    "captures": lambda api: path("<slug:tenant>/<path:rest>", api),
}


@pytest.mark.parametrize("kind", PATTERNS)
def test_any_pattern_that_captures_the_rest_mounts_the_app(site: Site, kind: str) -> None:
    """The prefix is the path before the rest, whatever else the pattern captures."""
    with override_settings(ROOT_URLCONF=(PATTERNS[kind](view(site(TREE))),), ALLOWED_HOSTS=["*"], MIDDLEWARE=[]):
        seen = client(wsgi()).get("/api/users/7").get_json()
    assert (seen["script"], seen["params"]) == ("/api", {"id": "7"})


def test_reverse_links_to_the_app(host: Host) -> None:
    """It takes the name of the pattern, and the path as `rest`."""
    host()
    assert [reverse("api"), reverse("api", kwargs={"rest": "users/é"})] == ["/api", "/api/users/%C3%A9"]


def test_handlers_use_the_session_of_django(host: Host, database: None) -> None:
    """They read and write it through the request."""
    web = host(SESSION)
    assert [web.get("/api/session").get_json() for _ in "12"] == [1, 2]


def test_handler_sees_who_has_logged_in(host: Host, database: None) -> None:
    """The request has its user, and Django's test client works as for other views."""
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
    """CsrfViewMiddleware reads forms to find the token."""
    web, token = host(CSRF, csrf=True), "x" * 32
    web.set_cookie("csrftoken", token)
    form = {"file": (BytesIO(b"content"), "a.txt", "text/x"), "text": "é", "csrfmiddlewaretoken": token}
    assert web.post("/api/upload", data=form).get_json() == [[["a.txt", "text/x", "content"]], ["é"], True]
    form = {"csrfmiddlewaretoken": token, "text": "é"}
    assert web.post("/api", data=form).get_json()["bytes"] == f"csrfmiddlewaretoken={token}&text=%C3%A9"


@pytest.mark.parametrize("read", ["body", "form", "nothing"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_body_that_middleware_has_read_is_not_lost(host: Host, read: str, kind: str) -> None:
    """The App reads the same bytes."""
    answer = host(READING).post("/api", data=b'{"a": 1}', content_type=kind, headers={"X-Read": read})
    assert answer.get_json()["bytes"] == '{"a": 1}'


@pytest.mark.parametrize("read", ["body", "form", "nothing"])
@pytest.mark.parametrize("size", [7, 600_000])
def test_form_with_files_that_middleware_has_read_is_not_lost(host: Host, read: str, size: int) -> None:
    """All values of each name keep their order, including large files."""
    parts = [("text", "é"), ("file", "x" * size, "a.txt"), ("file", "", "b.txt"), ("text", "", "c"), ("text", "")]
    headers = {"X-Read": read, "Content-Type": "multipart/form-data; boundary=B"}
    answer = host(READING).post("/api/upload", data=multipart(*parts), headers=headers)
    assert answer.get_json() == [[["a.txt", "text/x", "x" * size], ["b.txt", "text/x", ""]], ["é", ""], True]


def test_a_body_that_was_read_as_a_stream_is_an_error(host: Host) -> None:
    """Nothing can return the bytes again, whatever they are; the exception says what to do."""
    web = host(READING, DEBUG_PROPAGATE_EXCEPTIONS=True)
    message = r"^Middleware has read the body by request.read\(\) or readline\(\), so it is lost: read request.body"
    form = {"data": multipart(("text", "x")), "content_type": "multipart/form-data; boundary=B"}
    bodies: list[dict[str, Any]] = [{"data": b"12345"}, {"data": {"a": "x"}}, {"json": [1]}, form]
    for method, body in ((method, body) for method in ("POST", "PUT") for body in bodies):
        with pytest.raises(RawPostDataException, match=message):
            web.open("/api", method=method, headers={"X-Read": "some"}, **body)


def test_a_body_over_the_limit_of_the_app_is_a_413(host: Host) -> None:
    """It does not matter whether middleware has read it."""
    web = host(READING)
    for read in ("nothing", "body", "form"):
        assert web.post("/api/small", data=b"12345", headers={"X-Read": read}).get_json() == "12345"
        assert web.post("/api/small", data=b"123456", headers={"X-Read": read}).status_code == 413


@pytest.mark.parametrize(("length", "status"), [(5, "200"), (6, "413")])
@pytest.mark.parametrize("read", ["body", "nothing"])
def test_chunked_body_is_read_and_counted(host: Host, length: int, status: str, read: str) -> None:
    """Django itself sees no body without a length."""
    host(READING)
    made = environ("/api/small", "POST", b"x" * length, HTTP_TRANSFER_ENCODING="chunked", HTTP_X_READ=read)
    assert call(wsgi(), {**made, "wsgi.input_terminated": True})[0][:3] == status


@pytest.mark.parametrize(("how", "status", "kept"), [("ends", 201, 1), ("raises", 500, 0), ("answers", 409, 1)])
def test_transaction_is_rolled_back_if_a_handler_raises(
    host: Host, database: None, caplog: pytest.LogCaptureFixture, how: str, status: int, kept: int
) -> None:
    """Unexpected exceptions go to Django; an HTTP exception is a response and rolls nothing back."""
    assert host().post(f"/api/writes?how={how}").status_code == status
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from auth_user")
        assert cursor.fetchone() == (kept,)
    assert "fsapi" not in {record.name for record in caplog.records}


def test_exceptions_of_django_get_the_response_of_django(host: Host) -> None:
    """For example, `get_object_or_404` in a handler gives Django's 404."""
    answer = host().get("/api/missing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_http_exception_is_answered_by_the_app(host: Host) -> None:
    """It keeps its status and text."""
    answer = host().get("/api/aborts")
    assert (answer.status_code, answer.get_json()) == (409, {"error": "taken"})


def test_cookies_headers_and_reason_are_sent_unchanged(host: Host) -> None:
    """Set-Cookie lines stay separate; repeated lines of other headers are joined, as HTTP allows."""
    answer = host().get("/api/cookie")
    assert (answer.status, answer.headers.getlist("Link")) == ("299 Odd", ["<a>, <b>"])
    lines = ["own=1; Path=/; Partitioned; SameSite=Odd", "own=2; Path=/x", "expires=3"]
    assert [line.strip() for line in answer.headers.getlist("Set-Cookie")] == lines  # Django puts a space in front


def test_cookies_can_be_read_and_kept_by_middleware(host: Host) -> None:
    """Django's test client parses them, and its cache pickles them."""
    host()
    web: Any = DjangoClient()
    cookie = pickle.loads(pickle.dumps(web.get("/api/cookie").cookies["own"]))
    assert (cookie.value, cookie.OutputString()) == ("1", "own=1; Path=/; Partitioned; SameSite=Odd")


def test_stream_passes_through_and_is_closed_by_django(host: Host) -> None:
    """Pieces are read when the server asks for them, and the stream is closed once."""
    web = host()
    answer = web.get("/api/stream", buffered=False)
    assert answer.is_streamed
    assert list(answer.iter_encoded()) == [b"0", b"1", b"2"]
    assert web.post("/api/stream").get_json() == []
    answer.close()
    assert web.post("/api/stream").get_json() == [1]


def test_a_mounted_app_answers_its_errors_elsewhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """It raises to the host that calls it, and to nobody else."""
    api: App = site({"fails.py": handler("1 / 0")})
    view(api)
    assert client(api).get("/fails").status_code == 500
    assert [record.name for record in caplog.records] == ["fsapi"]


CONTRACT = f"{TOP}def POST(req: Req[Upload], res: Res): res.json([req.body.title, req.body.file.read().decode()])\n"


def test_contract_is_kept_inside_django(host: Host) -> None:
    """A form is validated even if Django has read it for its token, and a 422 is answered by the App."""
    user = host(CSRF, files={"a.py": CONTRACT}, csrf=True)
    user.set_cookie("csrftoken", "t" * 32)
    token = {"csrfmiddlewaretoken": "t" * 32, "title": "A"}
    assert user.post("/api/a", data={**token, "file": (BytesIO(b"hi"), "x")}).json == ["A", "hi"]
    assert user.post("/api/a", data={**token, "x": (BytesIO(b"hi"), "x")}).status_code == 422


def test_the_docs_page_is_served_under_the_prefix(site: Site) -> None:
    """Its URLs are relative, and Django leaves its headers alone."""
    routes = (re_path(API, view(site({"a.py": handler("res.json(1)")}, docs="/docs"))),)
    with override_settings(ROOT_URLCONF=routes, ALLOWED_HOSTS=["*"]):
        user = client(wsgi())
        assert "script-src 'self'" in user.get("/api/docs").headers["Content-Security-Policy"]
        assert user.get("/api/docs/page.js").content_type == "text/javascript; charset=utf-8"
        assert user.get("/api/docs/openapi.json").get_json()["servers"] == [{"url": "/api"}]
