"""What Flask and Django need to run an App: its answer inside a view, and new route files under their reloaders.

Both reloaders see edits of what is imported, and neither sees a file that is new or gone. But both start their child
anew when it ends with RELOAD, so a thread in the child looks at the trees and ends it so.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.test import run_wsgi_app

from fsapi.app import RAISING
from fsapi.tree.changes import RELOAD, Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.datastructures import Headers


class Answer(NamedTuple):
    """What a WSGI application answered; a tuple as body is all of it, anything else is a stream to be closed."""

    status: str
    headers: Headers
    body: Iterable[bytes]


def call_app(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Call an application with a copy of an environ, up to the first piece of its body.

    Close the body and raise if that fails, so that the host can still answer and roll back. An App raises its
    unexpected exceptions here instead of answering them.
    """
    bodies: list[Iterable[bytes]] = []

    def called(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[RAISING] = app  # in the copy that run_wsgi_app has made
        bodies.append(app(environ, start_response))
        return bodies[0]

    try:
        pieces, status, headers = run_wsgi_app(called, environ)
    except BaseException:
        for body in bodies:
            getattr(body, "close", tuple)()  # which run_wsgi_app leaves open, against PEP 3333
        raise
    return Answer(status, headers, bodies[0] if isinstance(bodies[0], tuple) else pieces)


def to_wsgi(text: str) -> str:
    """Return text as an environ holds it: its UTF-8 read as latin-1 (PEP 3333, Unicode Issues)."""
    return text.encode().decode("latin-1")


class Follower(threading.Thread):
    """A thread that ends the process when a tree has changed."""

    def __init__(self, end: Callable[[int], object]) -> None:
        super().__init__(name="fsapi", daemon=True)
        self._end = end
        self.watch = Watch(modules=False)

    def run(self) -> None:
        """Look until something has changed; requests that run then are cut off, as both reloaders do."""
        self.watch.wait()
        sys.stderr.flush()
        self._end(RELOAD)


def follow(end: Callable[[int], object] = os._exit) -> None:
    """Start the one thread of the process, or let it look at the trees as they are now; do nothing in production.

    It is called when a host's module is imported, since an App that cannot be built is to be built again when
    its tree is mended, and when an App is mounted, so that no change after that is missed.
    """
    if "true" not in (os.environ.get("WERKZEUG_RUN_MAIN"), os.environ.get("RUN_MAIN")):
        return
    followers = [thread for thread in threading.enumerate() if isinstance(thread, Follower)]
    if followers:
        followers[0].watch.look()
    else:
        Follower(end).start()
