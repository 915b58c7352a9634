"""Werkzeug's debugger around an app."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from werkzeug.wsgi import ClosingIterator

from fsapi import App
from fsapi.answers.response_check import DEVELOPMENT
from fsapi.development.debugger import with_debugger
from fsapi.development.log_format import Formatter
from tests.e2e.servers import develop
from tests.site import Site, call, environ, handler, start_response, write


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_an_exception_is_shown_in_the_debugger(site: Site, address: str) -> None:
    """To requests from this machine."""
    app, pin = with_debugger(site({"index.py": handler("1 / 0")}))
    status, _, body = call(app, environ("/", REMOTE_ADDR=address, HTTP_ACCEPT="text/html"))
    assert (status, b"?__debugger__=yes" in body, pin.count("-")) == ("500 INTERNAL SERVER ERROR", True, 2)


@pytest.mark.parametrize("address", ["10.0.0.1", "::2"])
def test_another_machine_gets_no_debugger(site: Site, address: str) -> None:
    """The debugger runs what is typed into it."""
    app, _ = with_debugger(site({"index.py": handler("1 / 0")}))
    sent = environ("/", REMOTE_ADDR=address, HTTP_ACCEPT="text/html")
    assert call(app, sent)[2] == b'{"error":"Internal Server Error"}'


def test_a_client_that_does_not_prefer_html_gets_no_debugger(site: Site) -> None:
    """Such as curl, or the script of a page; but the debugger's own script and style are sent to any."""
    app, _ = with_debugger(site({"index.py": handler("1 / 0")}))
    queries = ("", "__debugger__=yes&cmd=resource&f=style.css")
    asked = [environ("/", REMOTE_ADDR="::1", HTTP_ACCEPT="*/*", QUERY_STRING=query) for query in queries]
    assert [call(app, each)[0] for each in asked] == ["500 Internal Server Error", "200 OK"]
    assert call(app, asked[0])[2] == b'{"error":"Internal Server Error"}'


#: What a handler does, and what is logged of it in the end.
RAISED = [
    ("1 / 0", "ZeroDivisionError: division by zero"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("class Own(BaseException): ...\nraise Own('x')", "server.2.GET.<locals>.Own: x"),
    ("return {}", "TypeError: server/3.py:3: GET returned dict: call res.json(...), or return a werkzeug Response"),
    ("return Response(1 / 0 for _ in 'a')", "ZeroDivisionError: division by zero"),
]


def test_an_exception_is_logged_once_and_not_written_by_the_debugger(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the terminal shows it as it does without the debugger: the frames of fsapi are left out there."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    top = "from werkzeug import Response\n"
    app, _ = with_debugger(site({f"{n}.py": top + handler(body) for n, (body, _) in enumerate(RAISED)}))
    for number, (_, expected) in enumerate(RAISED):
        sent = environ(f"/{number}", **{"REMOTE_ADDR": "::1", "HTTP_ACCEPT": "text/html", "wsgi.errors": StringIO()})
        assert b"?__debugger__=yes" in call(app, sent)[2]
        (record,) = caplog.records
        assert record.getMessage() == f"GET /{number} failed in server/{number}.py"
        assert Formatter().format(record).endswith(f"\n{expected}")
        assert sent["wsgi.errors"].getvalue() == ""
        caplog.clear()


def test_a_client_that_goes_away_is_no_exception(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The server then closes what it has not read."""
    source = handler("return Response(['a', 'b'])", top="from werkzeug import Response")
    app, _ = with_debugger(site({"index.py": source}))
    body = iter(app(environ("/", REMOTE_ADDR="::1", HTTP_ACCEPT="text/html"), start_response))
    assert next(body) == b"a"
    ClosingIterator(body).close()
    assert caplog.records == []


def test_the_app_writes_to_the_error_stream_of_the_server(site: Site) -> None:
    """The debugger has another one."""
    app, _ = with_debugger(site({"index.py": handler("req.environ['wsgi.errors'].write('seen')\nres.end()")}))
    sent = environ("/", **{"REMOTE_ADDR": "::1", "HTTP_ACCEPT": "text/html", "wsgi.errors": StringIO()})
    assert (call(app, sent)[0], sent["wsgi.errors"].getvalue()) == ("200 OK", "seen")


def test_an_app_in_an_app_is_debugged_too(site: Site, tmp_path: Path) -> None:
    """Such as one that gets what no path of the first one matches."""
    inner = App(write(tmp_path / "inner", {"api/b.py": handler("1 / 0")}), server="api")
    app, _ = with_debugger(site({"a.py": handler("res.end()")}, fallback=inner))
    assert b"?__debugger__=yes" in call(app, environ("/b", REMOTE_ADDR="127.0.0.1", HTTP_ACCEPT="text/html"))[2]


@pytest.mark.e2e
def test_serve_has_a_debugger_and_answers_for_known_hosts_alone(tmp_path: Path) -> None:
    """Both are on in the child of a reload, too."""
    files = {"server/index.py": handler("1 / 0"), "server/ok.py": handler("res.json(1)")}
    with develop(tmp_path, files, "--debugger", "--allow-host", "box.example") as server:
        assert "?__debugger__=yes" in server.ask("/", accept="text/html")[2]
        assert [server.ask("/ok", host=name)[0] for name in ("box.example", "x.localhost", "evil.example")] == [
            200, 200, 403,
        ]  # fmt: skip
        write(tmp_path, {"server/ok.py": handler("res.json(22)")})
        assert server.becomes("/ok", 200, "22")
        assert server.ask("/ok", host="evil.example")[0] == 403
        assert "?__debugger__=yes" in server.ask("/", accept="text/html")[2]
    assert "Debugger for requests from this machine: PIN " in server.written()
