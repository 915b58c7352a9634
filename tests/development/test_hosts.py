"""The names that the development server answers for."""

from __future__ import annotations

import pytest
from werkzeug.wrappers import Response

from fsapi.development.hosts import only_for_hosts
from tests.site import call, environ

# fmt: off
OWN = [
    "localhost", "localhost:8000", "LOCALHOST", "app.localhost:8000", "127.0.0.1", "127.0.0.1:8000", "192.168.1.7:80",
    "[::1]", "[::1]:8000", "box.local", "box.local:8000", "münchen.example".encode("idna").decode(),
]
FOREIGN = [
    "evil.example", "evil.example:8000", "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example", ":80",
    "[::1].evil.example", "[evil.example]", "a.box.local", "1.2.3", "é", "a b", "\x00",
]
# fmt: on


def ask(**changes: str) -> tuple[str, dict[str, str], bytes]:
    """Return what a guarded app answers."""
    app = only_for_hosts(Response("own"), ["box.local", "münchen.example"])
    return call(app, environ("/", **changes))


@pytest.mark.parametrize("host", OWN)
def test_names_of_this_machine_are_answered(host: str) -> None:
    """IP addresses, localhost, and the names given."""
    assert ask(HTTP_HOST=host)[0] == "200 OK"


@pytest.mark.parametrize("host", FOREIGN)
def test_other_names_are_a_403(host: str) -> None:
    """However much they look like one of ours."""
    assert ask(HTTP_HOST=host)[0] == "403 FORBIDDEN"


def test_the_403_names_the_option() -> None:
    """The developer may have given the machine a name."""
    _, headers, body = ask(HTTP_HOST="dev.example:8000")
    assert (headers["content-type"], b"`--allow-host dev.example`" in body) == ("application/json", True)


def test_a_request_without_a_host_is_answered() -> None:
    """Browsers always send one."""
    for host in (None, ""):
        assert call(only_for_hosts(Response("own"), []), environ("/", HTTP_HOST=host))[0] == "200 OK"
