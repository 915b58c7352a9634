"""Tools around the app name a request after its route: gunicorn's access log, and the spans of OpenTelemetry.

The files are those of the page on deploying.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.docs.pages import sections
from tests.e2e.servers import serve, wait
from tests.site import call, environ, handler, write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

(SHOWN,) = [
    {block.file: block.text for block in section if block.file}
    for section in sections("docs/deploying.md")
    if any("fsapi.route" in block.text for block in section)
]
FLASK = """
from flask import Flask
from fsapi import App
from fsapi.flask import mount
app = Flask(__name__)
mount(app, "/api", App(__file__))
"""
DJANGO = """
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import re_path
from fsapi import App
from fsapi.django import view
settings.configure(SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
app = get_wsgi_application()
urlpatterns = [re_path("^api/(?P<rest>.*)$", view(App(__file__)))]
"""
ALONE = "from fsapi import App\napp = App(__file__)"
BESIDE = f"""
from werkzeug.middleware.dispatcher import DispatcherMiddleware
{ALONE}
app = DispatcherMiddleware(app, {{"/api": app}})
"""
FALLBACK = "from fsapi import App\napp = App(__file__, fallback=lambda environ, start: start('200 OK', []) and [])"
STREAM = "return Response(iter(['1', '2']))"
#: What serves the app, and the prefix under which it does.
HOSTS = {"alone": (ALONE, ""), "beside": (BESIDE, "/api"), "Flask": (FLASK, "/api"), "Django": (DJANGO, "/api")}
#: What the access log has in its first three columns.
LINES = ("GET /users/[id] 200", "GET /users/[id] 500", "PUT /users/[id] 405", "GET /stream 200", "GET  404")


@pytest.mark.parametrize("host", ["shown", *HOSTS])
def test_the_access_log_of_gunicorn_names_the_route(host: str, tmp_path: Path) -> None:
    """Of every answer: of a handler, a stream, a 404, 405 and 500, also inside Flask and Django."""
    files = {**SHOWN, "server/stream.py": handler(STREAM, top="from werkzeug.wrappers import Response")}
    wsgi, prefix = HOSTS.get(host, (SHOWN["wsgi.py"], ""))
    with serve("gthread", write(tmp_path, {**files, "wsgi.py": wsgi}), app="wsgi:app") as server:
        for path in ("users/42", "users/ada", "stream", "nothing"):
            server.ask("GET", f"{prefix}/{path}")
        server.ask("PUT", f"{prefix}/users/42", b"1")
        assert wait(lambda: all(f"\n{line} " in server.written() for line in LINES))


def test_the_access_log_has_no_name_for_the_fallback(tmp_path: Path) -> None:
    """It writes a hyphen, as for every key that is missing."""
    with serve("sync", write(tmp_path, {**SHOWN, "wsgi.py": FALLBACK}), app="wsgi:app") as server:
        server.ask("GET", "/nothing")
        assert wait(lambda: "GET - 200 " in server.written())


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Return what the spans of this process are exported to; OpenTelemetry lets it be set only once."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.mark.parametrize(
    ("method", "path", "name", "route"),
    [
        ("GET", "/users/42", "GET /users/[id]", "/users/[id]"),
        ("GET", "/users/ada", "GET /users/[id]", "/users/[id]"),
        ("PUT", "/users/42", "PUT /users/[id]", "/users/[id]"),
        ("OPTIONS", "/users/42", "OPTIONS /users/[id]", "/users/[id]"),
        ("BREW", "/users/42", "HTTP /users/[id]", "/users/[id]"),
        ("GET", "/nothing", "GET", None),
    ],
)
def test_a_span_of_opentelemetry_is_named_after_the_route(
    exporter: InMemorySpanExporter, tmp_path: Path, method: str, path: str, name: str, route: str | None
) -> None:
    """No name contains what a client has chosen."""
    exporter.clear()
    call(runpy.run_path(str(write(tmp_path, SHOWN) / "wsgi.py"))["app"], environ(path, method))
    (span,) = exporter.get_finished_spans()
    assert (span.name, dict(span.attributes or {}).get("http.route")) == (name, route)
