"""What the Flask and Django integrations share: calling an App from a view, and reloading when a tree changes.

The reloaders of both frameworks notice edits of imported files, but not new or deleted ones. Both restart their child
process when it exits with RELOAD, so a thread in the child watches the trees and exits with it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.test import run_wsgi_app

from fsapi.app import App
from fsapi.request.route import FILE_KEY, ROUTE_KEY
from fsapi.respond import RAISING
from fsapi.tree.source import find_edited, is_reloaded
from fsapi.watch.files import Files
from fsapi.watch.folders import shown_path
from fsapi.watch.imports import observe_imports

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.datastructures import Headers


#: The exit code by which the child of Werkzeug's or of Django's reloader asks to be started again.
RELOAD = 3
#: The variable with the process that watches. The programs that it starts inherit those of the reloader.
WATCHER = "FSAPI_WATCHER"


class Answer(NamedTuple):
    """The response of a WSGI application; a body that is a list is complete, any other is a stream to be closed."""

    status: str
    headers: Headers
    body: Iterable[bytes]


class Mount(NamedTuple):
    """An App, the path at which its host has it, and all mounts of that host, itself among them.

    Commands find it in the view that calls the App, and so know the URLs.
    """

    path: str
    app: App
    mounts: Sequence[Mount]


def call_app(app: WSGIApplication, environ: WSGIEnvironment, changes: Mapping[str, Any]) -> Answer:
    """Call an application with a changed copy of an environ, up to the first piece of its body.

    The environ itself gets the names of what answers, for the access log of the server. Close the body and raise if
    that fails, so that the host can still answer and roll back. An App raises its unexpected exceptions here instead
    of answering them.
    """
    bodies: list[Iterable[bytes]] = []

    def call(copy: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            bodies.append(app(copy, start_response))
        finally:
            environ.update((key, copy[key]) for key in (ROUTE_KEY, FILE_KEY) if key in copy)
        return bodies[0]

    try:
        pieces, status, headers = run_wsgi_app(call, {**environ, **changes, RAISING: app})
    except BaseException:
        for body in bodies:
            getattr(body, "close", tuple)()  # which run_wsgi_app leaves open, against PEP 3333
        raise
    return Answer(status, headers, bodies[0] if isinstance(bodies[0], list) else pieces)


def to_wsgi(text: str) -> str:
    """Return text as an environ holds it: its UTF-8 read as latin-1 (PEP 3333, Unicode Issues)."""
    return text.encode().decode("latin-1")


class TreeWatcher(threading.Thread):
    """A thread that ends the process when a file has changed: one that was to be imported, or one of a tree."""

    def __init__(self, end: Callable[[int], object]) -> None:
        super().__init__(name="fsapi", daemon=True)
        self._end, self._process = end, os.getpid()
        self.files = Files()
        edited = find_edited()
        observe_imports(self._note)
        # Where bytecode cannot be deleted, the next process would find the same.
        self._edited = [path for path, bytecode in edited.items() if not os.path.exists(bytecode)]

    def _note(self, path: str, depth: int) -> object:
        """Note a path, but not in a process that the project has forked: the lock may be held there for ever."""
        return os.getpid() == self._process and self.files.note(path, depth)

    def run(self) -> None:
        """Wait for a change, then exit with RELOAD; running requests are cut off, as by both reloaders."""
        changed, pause = self._edited, threading.Event()
        while not changed:
            pause.wait(self.files.pause)
            if changed := self.files.find_changes():
                changed = self.files.wait_until_quiet(changed)
        with suppress(Exception):  # the project may have closed the stream, or deleted the folder
            print(f"{shown_path(changed[0])} has changed: reloading", flush=True)
            sys.stderr.flush()
        self._end(RELOAD)


def watch_trees(end: Callable[[int], object] = os._exit) -> None:
    """Start the watcher of this process; do nothing in what a watched process starts, or if there is one.

    From then on the project's files are compiled at every import. Outside of a reloader there is none, and the process
    that is named as the watcher is forgotten: what is started from here may be a reloader.

    Called when an integration is imported, so that fixing a tree that could not be loaded reloads it, and when an App
    is mounted, as its module may have been imported before.
    """
    if not is_reloaded():
        os.environ.pop(WATCHER, None)
        return
    number = str(os.getpid())
    watches = os.environ.setdefault(WATCHER, number) == number
    if watches and not any(isinstance(thread, TreeWatcher) for thread in threading.enumerate()):
        TreeWatcher(end).start()
