"""An App that another framework calls from a view of its own: the answer, with no close and no exception lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.datastructures import Headers


class Answer(NamedTuple):
    """What a WSGI application answered; a tuple as body is all of it, anything else is a stream to be closed."""

    status: str
    headers: Headers
    body: Iterable[bytes]


def answer(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Call an application with a copy of an environ, up to the first piece of its body.

    What that raises is raised here, where the host can still answer it and roll back, after the body is closed.
    """
    bodies: list[Iterable[bytes]] = []

    def called(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        bodies.append(app(environ, start_response))
        return bodies[0]

    try:
        pieces, status, headers = run_wsgi_app(called, environ)
    except BaseException:
        for body in bodies:
            getattr(body, "close", tuple)()  # which run_wsgi_app leaves open, against PEP 3333
        raise
    return Answer(status, headers, bodies[0] if isinstance(bodies[0], tuple) else pieces)


def wire(text: str) -> str:
    """Return text as an environ holds it: its UTF-8 read as latin-1 (PEP 3333, Unicode Issues)."""
    return text.encode().decode("latin-1")
