"""What the integrations of Flask and Django share to call an App."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.util import FileWrapper

import pytest

from fsapi import App
from fsapi.embedding import call_app, to_wsgi
from tests.site import Site, environ, handler, write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Pieces:
    """A body that raises after its pieces, and knows whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.closed = iter(pieces), False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        raise ZeroDivisionError

    def close(self) -> None:
        self.closed = True

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-A", "1"), ("X-A", "2")])
        return self


def test_an_answer_has_status_headers_and_body() -> None:
    """Repeated headers stay separate, and the body starts with the piece that was read first."""
    status, headers, body = call_app(Pieces(b"a", b"b").app, environ(), {})
    assert (status, headers.to_wsgi_list()) == ("200 OK", [("X-A", "1"), ("X-A", "2")])
    pieces = iter(body)
    assert [next(pieces), next(pieces)] == [b"a", b"b"]


def test_a_complete_body_is_a_list(site: Site) -> None:
    """The host then knows its length, and a server such as granian sends it in one piece."""
    assert call_app(site({"a.py": handler("res.json(1)")}), environ("/a"), {}).body == [b"1"]


def test_an_exception_before_the_first_piece_closes_the_body() -> None:
    """It is raised by the call, so the host can still answer it."""
    pieces = Pieces()
    with pytest.raises(ZeroDivisionError):
        call_app(pieces.app, environ(), {})
    assert pieces.closed


def test_closing_an_answer_closes_the_stream_of_the_app() -> None:
    """The host closes the body that it got (PEP 3333)."""
    pieces = Pieces(b"a")
    getattr(call_app(pieces.app, environ(), {}).body, "close", None.__bool__)()
    assert pieces.closed


def test_the_environ_of_the_host_gets_the_names_of_what_answers(site: Site) -> None:
    """The App gets a copy of all else, with the changes that the host asks for."""
    made = environ("/host/a", "POST", b"1", CONTENT_LENGTH="1")
    names = {"fsapi.route": "/a", "fsapi.file": "server/a.py"}
    before = dict(made)
    answer = call_app(site({"a.py": handler("res.json(req.url)", "POST")}), made, {"PATH_INFO": "/a"})
    assert (answer.body, made) == ([b'"/a"'], {**before, **names})


def test_the_environ_of_the_host_gets_the_names_of_what_raises(site: Site) -> None:
    """So the access log names it with the host's 500."""
    made = environ("/a")
    with pytest.raises(ZeroDivisionError):
        call_app(site({"a.py": handler("1 / 0")}), made, {})
    assert made["fsapi.file"] == "server/a.py"


def test_the_environ_of_the_host_gets_no_names_from_a_fallback(site: Site) -> None:
    """No file of the App has the path."""
    made = environ("/nothing")
    call_app(site({}, fallback=Pieces(b"a").app), made, {})
    assert [key for key in made if key.startswith("fsapi")] == []


def test_an_app_raises_what_it_would_answer_with_500(site: Site) -> None:
    """The host rolls back; an HTTP exception stays an answer."""
    app = site({"a.py": handler("1 / 0"), "b.py": handler("abort(409)", top="from werkzeug.exceptions import abort")})
    with pytest.raises(ZeroDivisionError):
        call_app(app, environ("/a"), {})
    assert call_app(app, environ("/b"), {}).status == "409 Conflict"


def test_an_app_raises_what_breaks_its_stream(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The host sees it when it reads that piece, and fsapi logs nothing."""
    pieces = "return Response(str(1 // (1 - number)) for number in range(2))"
    app = site({"a.py": handler(pieces, top="from werkzeug.wrappers import Response")})
    body = iter(call_app(app, environ("/a"), {}).body)
    assert next(body) == b"1"
    with pytest.raises(ZeroDivisionError):
        next(body)
    assert caplog.records == []


INSIDE = """
from werkzeug.wrappers import Response

def GET(req, res):
    return Response.from_app(req.environ["inner"], {**req.environ, "PATH_INFO": "/fails"})
"""


@pytest.mark.parametrize("path", ["/fails", "/calls"])
def test_only_the_app_that_the_host_calls_raises(site: Site, tmp_path: Path, path: str) -> None:
    """Another App, as its fallback or called by a handler, answers for itself."""
    inner = App(write(tmp_path / "inner", {"server/fails.py": handler("1 / 0")}))
    app = site({"calls.py": INSIDE}, fallback=inner)
    assert call_app(app, environ(path, inner=inner), {}).status == "500 Internal Server Error"


@pytest.mark.e2e
def test_fsapi_needs_neither_flask_nor_django() -> None:
    """`import fsapi` imports neither Flask nor Django."""
    code = "import sys, fsapi, fsapi.development.cli; assert not {'flask', 'django'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_text_in_an_environ_is_utf_8_read_as_latin_1() -> None:
    """So PEP 3333 stores bytes in strings."""
    assert to_wsgi("/käse") == "/k\xc3\xa4se"


def test_what_is_called_on_close_of_a_file_runs_inside_a_host_too(site: Site) -> None:
    """The host closes what it was given."""
    source = """
from werkzeug.utils import send_file
closed = []
def GET(req, res):
    response = send_file(__file__, req.environ)
    response.call_on_close(lambda: closed.append(1))
    return response
"""
    body: Any = call_app(site({"a.py": source}), environ("/a", **{"wsgi.file_wrapper": FileWrapper}), {}).body
    assert b"".join(body).startswith(b"\nfrom")
    body.close()
    assert sys.modules["server.a"].closed == [1]
