"""A child: its main thread loads the app, while another receives the connections of the parent and its word to end.

So nothing that the project does in the main thread holds up the end, and signals of the project work as elsewhere.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from fsapi.live.audit import ReadingHook, WritingHook, audit_hook
from fsapi.live.compiled import CompiledFiles
from fsapi.live.farewell import end_process, end_with_parent, flush_at_exit
from fsapi.live.interrupt import signals_of_terminal
from fsapi.live.messages import (
    ACCEPT,
    BROKEN,
    BUSY,
    CONNECTION,
    END,
    GRACE,
    LOADED,
    NOTED,
    PATIENCE,
    PRELOADED,
    TAKEN,
    WRITES,
    WRONG,
    Order,
    ToParent,
)
from fsapi.live.server import Server, accept
from fsapi.watch.files import Files
from fsapi.watch.folders import FOLDER
from fsapi.watch.imports import note_modules, observe_imports

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Loads the app, or one that reports why it cannot be loaded; returns None for a mistake in the command. And whether
#: the app is the one of the project.
Load = Callable[[Order], "tuple[WSGIApplication | None, bool]"]


class Child:
    """This process: it waits for its order with everything imported, and serves until the parent ends it."""

    def __init__(self, server: Server, control: socket.socket, *listeners: socket.socket) -> None:
        """Take the sockets that this process inherits; the listening one if the parent cannot send connections."""
        self._parent, self._server, self._listeners = ToParent(control), server, listeners
        self._files = Files()
        self._has_parent = end_with_parent(control)
        for inherited in (control, *listeners):
            inherited.set_inheritable(False)

    def run(self, load: Load, folders: Sequence[str], store: str) -> None:
        """Take the order, load the app and serve it until the process ends; return if there will be no order.

        Besides what is imported, these folders are watched, which may be missing. What is compiled is kept in a file.
        """
        _leave_interrupts_to_parent()
        flush_at_exit()
        note_modules(self._note_preloaded)
        compiled = CompiledFiles(store)
        order = self._parent.read_order() if self._has_parent else None
        if order is None:
            return
        if hasattr(os, "register_at_fork"):  # a process that the project forks must not hold the connection to us
            os.register_at_fork(after_in_child=self._parent.close)
        reading = ReadingHook(self._note)
        if not order.report:
            compiled.use()
            gc.freeze()  # what fsapi has imported stays, so it need not be gone through while the project is imported
            observe_imports(reading.note)
            for folder in folders:
                self._note(folder, FOLDER)
            sys.addaudithook(audit_hook(WritingHook(lambda: self._parent.write(WRITES)), reading))
        threading.Thread(target=self._receive, daemon=True).start()
        app, is_whole = load(order)
        reading.is_over = True
        if app is not None:
            self._server.app = app
        if not is_whole:
            self._parent.write(BROKEN)
        if not self._parent.write(WRONG if app is None else LOADED):  # the project has closed all descriptors
            end_process(1)
        compiled.save()
        _wait_for_ever()

    def _note(self, path: str, depth: int, kind: str = NOTED) -> None:
        """Tell the parent what to watch, before it is read."""
        noted = self._files.note(path, depth) if self._parent.is_open else None
        if noted is not None:
            self._parent.write(kind, noted)

    def _note_preloaded(self, path: str, depth: int) -> None:
        """Tell the parent what another process has to read once it changes."""
        self._note(path, depth, PRELOADED)

    def _receive(self) -> None:
        """Answer on connections until the end; whatever happens here, the process ends with it."""
        try:
            byte = CONNECTION
            while byte in (CONNECTION, ACCEPT):
                byte, connection = self._parent.read()
                if byte == ACCEPT:
                    connection = accept(self._listeners)
                if byte in (CONNECTION, ACCEPT):
                    self._parent.write(TAKEN)
                if connection is not None:
                    self._server.answer(connection)
            if not self._server.wait(PATIENCE) and byte == END:
                self._parent.write(BUSY)
                self._server.wait(GRACE)
        finally:
            end_process()


def _leave_interrupts_to_parent() -> None:
    """Ignore what a terminal sends to all processes; unlike SIG_IGN, this is not passed on to programs."""
    for number in signals_of_terminal():
        signal.signal(number, _ignore)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _ignore(*_: object) -> None:
    """Ignore a signal."""


def _wait_for_ever() -> NoReturn:
    """Leave the process to the other threads; a handler of a signal that raises does not end it."""
    while True:
        with suppress(BaseException):
            threading.Event().wait()
