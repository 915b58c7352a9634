"""Werkzeug's debugger around an app."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsapi import App
from fsapi.development.debugger import with_debugger
from tests.e2e.servers import develop
from tests.site import Site, call, environ, handler, write


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_an_exception_is_shown_in_the_debugger(site: Site, address: str) -> None:
    """To requests from this machine."""
    app, pin = with_debugger(site({"index.py": handler("1 / 0")}))
    status, _, body = call(app, environ("/", REMOTE_ADDR=address))
    assert (status, b"?__debugger__=yes" in body, pin.count("-")) == ("500 INTERNAL SERVER ERROR", True, 2)


@pytest.mark.parametrize("address", ["10.0.0.1", "::2"])
def test_another_machine_gets_no_debugger(site: Site, address: str) -> None:
    """The debugger runs what is typed into it."""
    app, _ = with_debugger(site({"index.py": handler("1 / 0")}))
    assert call(app, environ("/", REMOTE_ADDR=address))[2] == b'{"error":"Internal Server Error"}'


def test_an_app_in_an_app_is_debugged_too(site: Site, tmp_path: Path) -> None:
    """Such as one that gets what no path of the first one matches."""
    inner = App(write(tmp_path / "inner", {"api/b.py": handler("1 / 0")}), server="api")
    app, _ = with_debugger(site({"a.py": handler("res.end()")}, fallback=inner))
    assert b"?__debugger__=yes" in call(app, environ("/b", REMOTE_ADDR="127.0.0.1"))[2]


@pytest.mark.e2e
def test_serve_has_a_debugger_and_answers_for_known_hosts_alone(tmp_path: Path) -> None:
    """Both are on in the child of a reload, too."""
    files = {"server/index.py": handler("1 / 0"), "server/ok.py": handler("res.json(1)")}
    with develop(tmp_path, files, "--debugger", "--allow-host", "box.example") as server:
        assert "?__debugger__=yes" in server.ask("/")[2]
        assert [server.ask("/ok", host=name)[0] for name in ("box.example", "x.localhost", "evil.example")] == [
            200, 200, 403,
        ]  # fmt: skip
        write(tmp_path, {"server/ok.py": handler("res.json(22)")})
        assert server.becomes("/ok", 200, "22")
        assert server.ask("/ok", host="evil.example")[0] == 403
        assert "?__debugger__=yes" in server.ask("/")[2]
    assert "Debugger for requests from this machine: PIN " in server.written()
