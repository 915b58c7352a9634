"""A Django project for tests: settings, a tree of route files, and middleware that reads bodies."""

# Django has no types: what comes of it is unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from tests.site import handler

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
