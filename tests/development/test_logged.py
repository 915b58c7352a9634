"""What Werkzeug's server logs of exceptions that the app raises to it."""

from __future__ import annotations

import http.client
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.tree.log import leave_out_logged
from tests.site import Site, handler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOP = "from werkzeug.wrappers import Response"
LATE = "def pieces():\n    yield 'a' * 100_000\n    {}\nreturn Response(pieces())"
CLOSE = "res = Response('a')\nres.call_on_close(lambda: 1 / 0)\nreturn res"
#: Handlers, and how many records there are of each: of ours, and of Werkzeug's.
LOGGED = {
    LATE.format("1 / 0"): (1, 0),
    LATE.format("raise SystemExit"): (1, 0),
    LATE.format("raise KeyError from ValueError()"): (1, 0),
    CLOSE: (1, 0),
    "return lambda environ, start_response: 1 / 0": (1, 0),
}


@pytest.fixture(autouse=True)
def werkzeug(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """Build the apps of this file as `serve` does; forget the filter after the test."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    log = logging.getLogger("werkzeug")
    before = list(log.filters)
    leave_out_logged("werkzeug")
    yield log
    log.filters[:] = before


def ask(app: WSGIApplication, path: str) -> None:
    """Send a request to a server that answers this one only."""
    with make_server("127.0.0.1", 0, app) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
            connection.request("GET", path)
            with suppress(http.client.HTTPException, OSError):
                connection.getresponse().read()
        answering.join()


def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Fail, as an application of another framework may."""
    raise LookupError


def test_an_exception_is_logged_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """By the app, also where the server gets it too."""
    app = site({f"{number}.py": handler(body, top=TOP) for number, body in enumerate(LOGGED)})
    for number, (body, counts) in enumerate(LOGGED.items()):
        caplog.clear()
        ask(app, f"/{number}")
        names = [record.name for record in caplog.records if record.levelno >= logging.ERROR]
        assert (names.count("fsapi"), names.count("werkzeug")) == counts, body


def test_what_another_application_raises_is_logged_by_werkzeug(caplog: pytest.LogCaptureFixture) -> None:
    """It is nowhere else."""
    ask(broken, "/")
    assert [record.name for record in caplog.records if record.levelno >= logging.ERROR] == ["werkzeug"]
