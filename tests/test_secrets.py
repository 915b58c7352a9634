"""In production no error shows a client a path, a module, a class, a local or a traceback of the project."""

# Django has no types: what comes of it is unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import pytest
from django.test import override_settings
from django.urls import re_path

from fsapi import App
from fsapi.django import view
from fsapi.flask import mount
from tests.conftest import imports_restored
from tests.hosts.django_project import wsgi
from tests.leaky import SECRET, TREE, Sent, leaks, requests
from tests.site import environ, write

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the project that fails, whose name is a secret too."""
    return write(tmp_path_factory.mktemp(SECRET), TREE)


@pytest.fixture
def app(project: Path) -> App:
    """Return the App of the project, built anew: its modules are gone after each test."""
    return App(project)


def _environ(sent: Sent) -> dict[str, Any]:
    path, _, query = sent.path.partition("?")
    made = environ(path.replace("%FF", "\xff").replace("%00", "\0"), sent.method, sent.body, QUERY_STRING=query)
    return {**made, "HTTP_ACCEPT": sent.accept, "CONTENT_TYPE": sent.type, "CONTENT_LENGTH": str(len(sent.body))}


def _bytes(app: WSGIApplication, made: dict[str, Any]) -> bytes:
    """Return all that a client gets of an answer: status, headers and body, as far as it comes."""
    received = list[bytes]()

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
        received[:] = [repr((status, headers)).encode()]
        return received.append

    # The server ends a stream that raises, and answers for a host that lets a BaseException through.
    with suppress(BaseException), ExitStack() as stack:
        body = app(made, start)
        stack.callback(getattr(body, "close", list))
        received.extend(body)
    return b"\n".join(received)


def _answers(app: WSGIApplication) -> list[tuple[Sent, bytes]]:
    """Return all requests with their answers."""
    return [(sent, _bytes(app, _environ(sent))) for sent in requests()]


@pytest.fixture(scope="module")
def answers(project: Path) -> list[tuple[Sent, bytes]]:
    """Return the answers of an App."""
    with imports_restored():
        return _answers(App(project))


def _leaking(given: list[tuple[Sent, bytes]]) -> list[str]:
    """Return the requests whose answers show what they must not."""
    assert {data[2:5] for _, data in given} >= {b"400", b"404", b"405", b"413", b"415", b"422", b"500", b"502"}
    return [f"{leaks(data, sent)!r} for {sent} in {data[:300]!r}" for sent, data in given if leaks(data, sent)]


def test_no_error_shows_what_only_the_log_may_have(answers: list[tuple[Sent, bytes]]) -> None:
    """Of all requests that fail, whatever fails in them."""
    assert not _leaking(answers)


def test_every_request_has_an_answer(answers: list[tuple[Sent, bytes]]) -> None:
    """So that the server has nothing to say of its own."""
    assert not [sent for sent, data in answers if not data]


@pytest.mark.e2e
def test_no_error_inside_flask_does(app: App) -> None:
    """Unexpected exceptions go to Flask, which answers them in production with its own page."""
    site = flask.Flask("site")
    mount(site, "/", app)
    assert not _leaking(_answers(site.wsgi_app))


@pytest.mark.e2e
def test_no_error_inside_django_does(app: App) -> None:
    """Unexpected exceptions go to Django, which answers them in production with its own page."""
    routes = (re_path(r"^(?P<rest>.*)$", view(app, csrf=False)),)
    with override_settings(ROOT_URLCONF=routes, MIDDLEWARE=(), ALLOWED_HOSTS=["*"], DEBUG=False):
        assert not _leaking(_answers(wsgi()))


@pytest.mark.parametrize("text", ["ZqSecretModel", '  File "x.py"', "/tmp/x", "<class 'x'>", "Traceback", "on line 5"])
def test_a_leak_would_be_found(text: str) -> None:
    """Unless the client has sent it itself."""
    assert leaks(text.encode(), Sent("GET", "/"))
    assert not leaks(text.encode(), Sent("GET", "/", text.encode()))
