"""Exceptions that an App has raised into its host are shown all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request
from werkzeug.test import Client

from fsapi import App
from fsapi.answers.response_check import DEVELOPMENT
from fsapi.development.host_errors import show_raised
from fsapi.flask import mount
from fsapi.respond import EVERY_APP, RAISING
from tests.e2e.servers import develop
from tests.site import Site, handler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FILES = {
    "x.py": handler("1 / 0"),
    "ok.py": handler("res.json(1)"),
    "stream.py": handler("return Response(1 / 0 for _ in 'a')", top="from werkzeug import Response"),
}


@pytest.fixture(autouse=True)
def development(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the apps of this file as `serve` does."""
    monkeypatch.setenv(DEVELOPMENT, "1")


def flask_site(app: App) -> Flask:
    """Return a Flask site with an App at `/api` and a view that fails."""
    host = Flask("site")
    mount(host, "/api", app)
    host.add_url_rule("/f", view_func=lambda: str(1 / 0))
    return host


def test_an_exception_in_a_host_is_shown(site: Site) -> None:
    """As a page or as JSON, with the URL that was asked for; what the host itself raises is its own."""
    client = Client(show_raised(flask_site(site(FILES))))
    for path in ("/api/x", "/api/stream"):
        answer = client.get(path)
        assert (answer.status_code, answer.get_json()["request"]["url"]) == (500, path)
        assert answer.get_json()["exceptions"][0]["exception"] == "ZeroDivisionError: division by zero"
    assert "<h1>ZeroDivisionError: " in client.get("/api/x", headers={"Accept": "text/html"}).text
    assert [client.get(path).status_code for path in ("/api/ok", "/api/none", "/f")] == [200, 404, 500]
    assert "ZeroDivisionError" not in client.get("/f").text


def test_the_host_gets_the_exception_first(site: Site) -> None:
    """So it can roll back; what it answers other than a 500 is sent."""
    host, seen = flask_site(site(FILES)), list[BaseException | None]()
    host.teardown_request(seen.append)
    host.register_error_handler(ZeroDivisionError, lambda exc: ("busy", 503 if request.args else 500))
    client = Client(show_raised(host))
    assert "exceptions" in client.get("/api/x").get_json()
    assert client.get("/api/x?busy").text == "busy"
    assert len(seen) == 2


def test_an_app_that_raises_without_a_host_is_logged_and_shown(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """But not to the debugger, which shows it by itself."""
    client = Client(show_raised(site(FILES, errors="raise")))
    assert client.get("/x").get_json()["route"]["file"] == "server/x.py"
    assert caplog.messages == ["GET /x failed in server/x.py"]
    with pytest.raises(ZeroDivisionError):
        client.get("/x", environ_base={RAISING: EVERY_APP})


def late(app: WSGIApplication) -> WSGIApplication:
    """Wrap an application in one that starts when its body is read."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        yield from app(environ, start_response)

    return wrapped


def fails(environ: Any, start_response: Any) -> Any:
    """Raise what no App has raised."""
    raise KeyError


def test_what_starts_late_keeps_its_own_500(site: Site) -> None:
    """It is too late for another answer; and what no App has raised goes to the server."""
    client = Client(show_raised(late(flask_site(site(FILES)))))
    assert "<h1>Internal Server Error</h1>" in client.get("/api/x").text
    with pytest.raises(KeyError):
        Client(show_raised(fails)).get("/")


@pytest.mark.e2e
def test_serve_shows_the_exceptions_of_an_app_in_flask(tmp_path: Path) -> None:
    """With the debugger, too: Flask does not let it see them."""
    wsgi = "from flask import Flask\nfrom fsapi import App\nfrom fsapi.flask import mount\n"
    wsgi += "app = Flask(__name__)\nmount(app, '/api', App(__file__))\n"
    for options in ([], ["--debugger"]):
        with develop(tmp_path, {"wsgi.py": wsgi, "server/x.py": FILES["x.py"]}, *options) as server:
            assert "<h1>ZeroDivisionError: division by zero</h1>" in server.ask("/api/x", accept="text/html")[2]
