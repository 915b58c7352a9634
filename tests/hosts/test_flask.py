"""An App mounted in a Flask app: what Flask does for its views applies to route files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

import flask
import pytest
from flask.cli import routes_command
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from fsapi import App
from fsapi.flask import mount
from fsapi.request.content_type import URLENCODED
from tests.models import TOP
from tests.site import Site, call, client, environ, handler, write

SEEN = """
import flask

def default(req, res):
    seen = {"method": req.method, "params": req.params, "url": req.url, "bytes": req.bytes.decode()}
    res.json({**seen, "script": req.environ["SCRIPT_NAME"], "user": flask.session.get("user")})
"""
STREAM = """
import flask
from werkzeug.wrappers import Response

def GET(req, res):
    def pieces():
        for number in range(3):
            yield flask.request.path + str(number)
    response = Response(pieces())
    response.call_on_close(lambda: flask.current_app.extensions["closed"].append(1))
    return response
"""
COOKIE = """
from werkzeug.wrappers import Response

def GET(req, res):
    response = Response(status="299 Odd", headers=[("Link", "<a>"), ("Link", "<b>")])
    response.set_cookie("own", "1", samesite="Lax")
    response.set_cookie("other", "2")
    return response
"""
UPLOAD = """
max_body = 500

def POST(req, res):
    file = req.raw.files["file"]
    res.json([file.filename, file.read().decode(), req.raw.form["text"]])
"""
TREE = {
    "index.py": SEEN,
    "users/[id].py": SEEN,
    "files/[...path].py": SEEN,
    "only.py": handler("res.json(1)"),
    "fails.py": handler("1 / 0"),
    "aborts.py": handler("abort(409, 'taken')", top="from werkzeug.exceptions import abort"),
    "empty.py": handler("res.status(204).end()", "DELETE"),
    "small.py": "max_body = 5\n" + handler("res.json(req.body)", "POST"),
    "stream.py": STREAM,
    "cookie.py": COOKIE,
    "upload.py": UPLOAD,
    "logs.py": handler("flask.session['user'] = req.body; res.json(1)", "POST", top="import flask"),
}
Hook = Callable[[], object]


def inside(api: App, *hooks: Hook, prefix: str = "/api", **config: object) -> flask.Flask:
    """Return a Flask app that has an App mounted, and hooks that run before its views."""
    host = flask.Flask("host")
    host.config.from_mapping({"SECRET_KEY": "x", **config})
    host.extensions["closed"] = []

    def home() -> str:
        return str(flask.session.get("user"))

    host.add_url_rule("/api/home", view_func=home)
    for hook in hooks:
        host.before_request_funcs.setdefault(None, []).append(lambda hook=hook: (hook(), None)[1])
    mount(host, prefix, api)
    return host


@pytest.fixture(scope="module")
def api(shared_site: Site) -> App:
    """Return the App of the tree, built once for all tests."""
    return shared_site(TREE)


@pytest.fixture
def host(api: App) -> flask.Flask:
    """Return a Flask app with the tree under /api."""
    return inside(api)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/api", {}),
        ("/api/", {}),
        ("/api/users/7?a=1", {"id": "7"}),
        ("/api/users/a%2Fb", {"id": "a/b"}),
        ("/api/users/caf%C3%A9%0A", {"id": "café\n"}),
        ("/api/files/a%2Fb/c%20d", {"path": ["a/b", "c d"]}),
    ],
)
def test_path_below_the_prefix_is_matched_by_the_app(host: flask.Flask, path: str, params: object) -> None:
    """The prefix is SCRIPT_NAME, the rest is matched as without a mount, and `req.url` is the URL that was sent."""
    seen = client(host).get(path).get_json()
    assert (seen["params"], seen["script"], seen["url"]) == (params, "/api", path)


@pytest.mark.parametrize("path", ["/api//users/7", "/api/users//7", "/api//", "/api/nope", "/api/users/7/"])
def test_path_that_no_file_has_is_a_404_of_the_app(host: flask.Flask, path: str) -> None:
    """Flask neither merges slashes nor redirects below the prefix; one trailing slash is ignored."""
    answer = client(host).get(path)
    assert answer.status_code == (200 if path.endswith("7/") else 404)
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize("path", ["/apis", "/ap", "//api/only", "/nope"])
def test_path_outside_of_the_prefix_goes_to_the_host(host: flask.Flask, path: str) -> None:
    """A prefix ends where a segment does."""
    status, headers, _ = call(host, environ(path))
    assert (status[:3], headers["content-type"]) == ("404", "text/html; charset=utf-8")


def test_narrower_rule_of_the_host_wins(host: flask.Flask) -> None:
    """Flask's own views can stand below the prefix."""
    assert client(host).get("/api/home").text == "None"


def test_bad_utf_8_is_a_400(host: flask.Flask) -> None:
    """As without a mount."""
    assert client(host).get("/api/users/%FF").status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_reaches_the_app(host: flask.Flask, method: str) -> None:
    """Flask answers none by itself, such as OPTIONS."""
    answer = client(host).open("/api/users/7", method=method)
    assert answer.status_code == 200
    assert method == "HEAD" or answer.get_json()["method"] == method


@pytest.mark.parametrize("method", ["POST", "PROPFIND"])
def test_405_is_answered_by_the_app(host: flask.Flask, method: str) -> None:
    """This includes methods that Flask does not know."""
    status, headers, body = call(host, environ("/api/only", method))
    assert (status[:3], headers["allow"], body) == ("405", "GET, HEAD, OPTIONS", b'{"error":"Method Not Allowed"}')


def test_host_adds_no_headers_to_head_and_204(host: flask.Flask) -> None:
    """Flask would add a Content-Type to a 204."""
    web = client(host)
    assert web.head("/api/only").headers["Content-Length"] == "1"
    assert "Content-Type" not in web.delete("/api/empty").headers


def test_script_name_is_the_prefix_of_the_host_and_of_the_app(api: App) -> None:
    """Both may have letters of any kind."""
    web = client(DispatcherMiddleware(inside(api, prefix="/käse/v1.0"), {"/site": inside(api)}))
    assert web.get("/k%C3%A4se/v1.0/users/a%2Fb").get_json()["params"] == {"id": "a/b"}
    seen = client(DispatcherMiddleware(flask.Flask("x"), {"/site": inside(api)})).get("/site/api/users/7")
    assert (seen.get_json()["script"], seen.get_json()["url"]) == ("/site/api", "/site/api/users/7")


def test_an_app_at_the_root_answers_what_the_host_does_not(api: App) -> None:
    """The prefix `/` is matched after every rule of the host."""
    web = client(inside(api, prefix="/"))
    assert [web.get("/only").text, web.get("/api/home").text, web.get("/").status_code] == ["1", "None", 200]


@pytest.mark.parametrize("prefix", ["/<tenant>", "/a//b", "/api", "api"])
def test_prefix_that_is_not_a_free_literal_path_is_rejected(host: flask.Flask, api: App, prefix: str) -> None:
    """A prefix starts with a slash, has no converters, and belongs to one App."""
    with pytest.raises(ValueError, match=r"/api|slash"):
        mount(host, prefix, api)


def test_url_for_links_to_the_app(host: flask.Flask) -> None:
    """The endpoint is `fsapi` with the prefix."""
    with host.test_request_context(environ_overrides={"SCRIPT_NAME": "/site"}):
        assert flask.url_for("fsapi/api", rest="users/é") == "/site/api/users/%C3%A9"


def test_flask_can_list_the_rules(host: flask.Flask) -> None:
    """`flask routes` shows the mount."""
    assert "fsapi/api" in host.test_cli_runner().invoke(routes_command).output


def test_handlers_share_the_session_with_views(host: flask.Flask) -> None:
    """A login by either is seen by the other."""
    web = client(host)
    web.post("/api/logs", json="ada")
    assert (web.get("/api/home").text, web.get("/api").get_json()["user"]) == ("ada", "ada")


def test_a_hook_may_answer_before_the_app(api: App) -> None:
    """If the site requires a login, so does the App."""
    host = flask.Flask("host")
    host.before_request(lambda: ("log in", 401))
    mount(host, "/api", api)
    assert client(host).get("/api/only").text == "log in"


def test_cookies_headers_and_reason_are_sent_unchanged(host: flask.Flask) -> None:
    """Flask's session adds its cookie to those of the App."""

    def visit() -> None:
        flask.session["n"] = 1

    host.before_request(visit)
    answer = client(host).get("/api/cookie")
    assert answer.status == "299 Odd"
    assert answer.headers.getlist("Link") == ["<a>", "<b>"]
    own, other, session = answer.headers.getlist("Set-Cookie")
    assert (own, other, session[:8]) == ("own=1; Path=/; SameSite=Lax", "other=2; Path=/", "session=")


READS: dict[str, Hook] = {
    "data": lambda: flask.request.get_data(),
    "data not kept": lambda: flask.request.get_data(cache=False),
    "json": lambda: flask.request.get_json(silent=True),
    "form": lambda: [*flask.request.form, *flask.request.files],
    "some": lambda: flask.request.stream.read(3),
    "nothing": lambda: None,
    "input": lambda: (flask.request.environ["wsgi.input"].readable(), flask.request.environ["wsgi.input"].readline()),
}


@pytest.mark.parametrize("hook", READS)
def test_body_that_a_hook_has_read_is_not_lost(api: App, hook: str) -> None:
    """The App reads the same bytes, however the hook has read them."""
    web = client(inside(api, READS[hook]))
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        assert web.put("/api", data=b'{"a": 1}', content_type=kind).get_json()["bytes"] == '{"a": 1}'


@pytest.mark.parametrize("hook", READS)
def test_form_with_files_that_a_hook_has_read_is_not_lost(api: App, hook: str) -> None:
    """The App parses the same bytes, boundary and all."""
    form = {"file": (BytesIO(b"content"), "a.txt"), "text": "é"}
    answer = client(inside(api, READS[hook])).post("/api/upload", data=form)
    assert answer.get_json() == ["a.txt", "content", "é"]


@pytest.mark.parametrize("hook", ["data", "form", "some", "nothing"])
@pytest.mark.parametrize("most", [None, 1, 1000])
def test_the_limit_of_the_app_decides_about_413(api: App, hook: str, most: int | None) -> None:
    """Neither Flask's limit nor a hook that reads the body changes that."""
    web = client(inside(api, READS[hook], MAX_CONTENT_LENGTH=most))
    assert web.post("/api/small", data=b"12345").get_json() == "12345"
    assert web.post("/api/small", data=b"123456").status_code == 413


def test_a_hook_can_read_as_much_as_the_app(site: Site) -> None:
    """A body over the limit of every file is a 413 for hooks too."""
    web = client(inside(site({"a.py": handler("res.end()")}, max_body=5), READS["data"]))
    assert web.post("/api/a", data=b"123456").status_code == 413


@pytest.mark.parametrize(("most", "sent", "status"), [(3, 3, 200), (3, 4, 413), (None, 5000, 200)])
def test_a_hook_can_read_as_many_fields_as_the_app(site: Site, most: int | None, sent: int, status: int) -> None:
    """Werkzeug reads all of an urlencoded form, however many fields it has."""
    web = client(inside(site({"a.py": handler("res.json(len(req.raw.form))", "POST")}, max_fields=most), READS["form"]))
    answer = web.post("/api/a", data="&".join(f"f{number}=" for number in range(sent)), content_type=URLENCODED)
    assert (answer.status_code, web.post("/api/a", data="", content_type=URLENCODED).status_code) == (status, 200)


@pytest.mark.parametrize("length", [5, 6])
def test_chunked_body_is_read_once_and_counted(api: App, length: int) -> None:
    """Without a length the bytes are counted, including those that a hook has read."""
    made = environ("/api/small", "POST", b"x" * length, HTTP_TRANSFER_ENCODING="chunked")
    status, _, _ = call(inside(api, READS["data"]), {**made, "wsgi.input_terminated": True})
    assert status[:3] == {5: "200", 6: "413"}[length]


def test_upload_without_a_limit_passes_through_hooks(site: Site) -> None:
    """If a file has no limit, hooks have none either."""
    tree = {"any.py": "max_body = None\n" + handler("res.json(len(req.bytes))", "POST")}
    web = client(inside(site(tree, max_body=1), READS["data"]))
    assert web.post("/api/any", data=b"x" * 100_000).get_json() == 100_000


def test_unexpected_exception_goes_to_flask(host: flask.Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Its error handlers and teardown get it, and fsapi logs nothing."""
    torn: list[object] = []
    host.teardown_request(torn.append)
    host.register_error_handler(ZeroDivisionError, lambda _: ("handled by Flask", 503))
    answer = client(host).get("/api/fails")
    assert (answer.status_code, answer.text, caplog.records) == (503, "handled by Flask", [])
    del host.error_handler_spec[None][None][ZeroDivisionError]
    assert client(host).get("/api/fails").status_code == 500
    assert [type(exc) for exc in torn] == [type(None), ZeroDivisionError]
    assert {record.name for record in caplog.records} == {"host"}


def test_http_exception_is_answered_by_the_app(host: flask.Flask, caplog: pytest.LogCaptureFixture) -> None:
    """An error handler of Flask for the status does not replace it."""
    host.register_error_handler(409, lambda _: ("page", 409))
    assert client(host).get("/api/aborts").get_json() == {"error": "taken"}
    assert caplog.record_tuples == []


def test_stream_passes_through_and_is_closed(host: flask.Flask) -> None:
    """It runs in the context of its request, and is closed once."""
    answer = client(host).get("/api/stream", buffered=False)
    assert answer.is_streamed
    assert list(answer.iter_encoded()) == [b"/api/stream0", b"/api/stream1", b"/api/stream2"]
    assert host.extensions["closed"] == []
    answer.close()
    assert host.extensions["closed"] == [1]


def test_after_request_sees_a_whole_answer(host: flask.Flask) -> None:
    """Unless it is a stream, its data can be read and changed."""

    def change(response: flask.Response) -> flask.Response:
        assert not response.is_streamed
        response.set_data(response.get_data() + b"!")
        return response

    host.after_request(change)
    assert client(host).get("/api/only").text == "1!"


def test_apps_with_equally_named_trees_do_not_see_each_other(tmp_path: Any) -> None:
    """Two projects may be mounted in one site."""
    host = flask.Flask("host")
    for name in ("one", "two"):
        files = {
            "server/_who.py": f"NAME = {name!r}",
            "server/who.py": "from ._who import NAME\n" + handler("res.json(NAME)"),
        }
        mount(host, f"/{name}", App(write(tmp_path / name, {**files, f"server/{name}.py": handler("res.end()")})))
    web = client(host)
    assert [web.get(path).get_json() for path in ("/one/who", "/two/who")] == ["one", "two"]
    assert [web.get(path).status_code for path in ("/one/one", "/one/two", "/two/two")] == [200, 404, 200]


def test_a_mounted_app_answers_its_errors_elsewhere(api: App, caplog: pytest.LogCaptureFixture) -> None:
    """It raises to the host that calls it, and to nobody else."""
    inside(api)
    assert client(api).get("/fails").status_code == 500
    assert [(record.name, record.levelno) for record in caplog.records] == [("fsapi", logging.ERROR)]
    assert isinstance(client(api).get("/only"), Response)


CONTRACT = f"{TOP}def POST(req: Req[Upload], res: Res): res.json([req.body.title, req.body.file.read().decode()])\n"


@pytest.mark.parametrize("hook", [lambda: flask.request.form, lambda: flask.request.get_data(), lambda: None])
def test_contract_is_kept_inside_flask(site: Site, hook: Hook) -> None:
    """A form is validated even if a hook has read it, and a 422 is answered by the App."""
    user = client(inside(site({"a.py": CONTRACT}), hook))
    assert user.post("/api/a", data={"title": "A", "file": (BytesIO(b"hi"), "x")}).json == ["A", "hi"]
    assert user.post("/api/a", data={"title": "A", "x": (BytesIO(b"hi"), "x")}).status_code == 422


def test_document_has_the_prefix_as_its_server(site: Site) -> None:
    """Clients then call the right URLs."""
    user = client(inside(site({"only.py": TREE["only.py"]}, openapi="/openapi.json")))
    assert user.get("/api/openapi.json").get_json()["servers"] == [{"url": "/api"}]
