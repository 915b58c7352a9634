"""Settings for gunicorn with which a broken file on disk never stops what serves; `gunicorn.conf.py` imports them.

Workers are forked from code that the master has loaded, so replacing one reads no file. HUP and USR2 start a second
master, which reads all of them. If it cannot, it ends, and the first one serves on. Once one of its workers is ready,
the first master finishes its requests and ends. gunicorn's own HUP reads the settings in the running master, which ends
if they are broken.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from gunicorn.glogging import Logger
from gunicorn.systemd import sd_notify

from fsapi.forks import HeldSignals
from fsapi.pidfile import adopt_pidfile, hand_over_pidfile

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

preload_app = True
#: Seconds that a second master has to get ready if another reload waits for it.
PATIENCE = 30.0

#: What names, to a second master, the pipe on which its workers report to the first one.
_READY = "FSAPI_GUNICORN_READY"
_SECONDS = 0.1
_RELOADS = (signal.SIGHUP, signal.SIGUSR2)
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class Master:
    """One master and its part in a reload, as the first or the second."""

    def __init__(self, server: Arbiter) -> None:
        self.server = server
        self.log = server.log or Logger(server.cfg)  # it has one by now
        self.pipe = -1  # on which the second master's workers report, or -1 without one
        self.ready = False  # a worker of the second master has reported
        self.started = 0.0  # when the second master was, or was last told to end
        self.again = False  # another reload was asked for meanwhile
        self.retired = False  # the second master has taken over
        self.stop = 0  # the signal that stops all

    def install(self) -> None:
        """Take the signals; gunicorn finds the methods for its main loop by name."""
        for sig in (*_RELOADS, *_STOPS):
            signal.signal(sig, self.receive)
        signal.signal(signal.SIGALRM, self.watch)
        HeldSignals(_STOPS)
        for name, method in (("hup", self.reload), ("usr2", self.reload), ("alrm", self.settle)):
            setattr(self.server, f"handle_{name}", method)
        atexit.register(self.leave)
        if self.server.cfg.reload and self.server.cfg.preload_app:
            self.log.error("--reload is off: it would start workers with the old code. Use `python -m fsapi serve`.")
            self.server.cfg.set("reload", False)
        self.server.START_CTX["args"] = [sys.executable, *sys.orig_argv[1:]]  # sys.argv would not start `python -m`
        if pipe := os.environ.pop(_READY, ""):
            os.set_inheritable(int(pipe), False)
            self.server.systemd = "LISTEN_FDS" in os.environ  # then it leaves the file of a unix socket alone
            self.wait()

    def receive(self, sig: int, frame: FrameType | None) -> None:
        """Pass a signal on to the second master if it concerns it, and to gunicorn's queue."""
        if os.getpid() != self.server.pid:  # a worker without handlers yet; gunicorn would forget the signal
            sys.exit(0)
        elif sig in _RELOADS and self.retired:
            self.forward(sig)  # this main loop has ended
        else:
            if sig in _STOPS:
                self.stop = sig
                signal.raise_signal(signal.SIGALRM)
            self.server.signal(sig, frame)

    def forward(self, sig: int) -> None:
        """Send a signal to the second master, if there is one."""
        if self.server.reexec_pid:
            with suppress(ProcessLookupError):
                os.kill(self.server.reexec_pid, sig)

    def reload(self) -> None:
        """Start a second master, or note that another one has to follow."""
        if self.server.pid == 1:
            self.log.error("HUP and USR2 are rejected in process 1, since a container ends with it.")
        elif self.busy():
            self.log.info("A reload is under way. Another one follows it.")
            self.again = True
        else:
            self.start()
        self.wait()

    def busy(self) -> bool:
        """Return whether there are two masters."""
        return bool(self.server.reexec_pid or self.server.master_pid)

    def start(self) -> None:
        """Start a second master; fail only in a copy of this master that could not become the second one."""
        self.started = time.monotonic()
        try:
            self.pipe, end = os.pipe()
            os.set_blocking(self.pipe, False)
            self.execute(end)
        except Exception:
            self.log.exception("No second master could be started.")
            if os.getpid() != self.server.pid:
                sys.exit(1)  # in gunicorn's main loop the copy would stop the workers

    def execute(self, pipe: int) -> None:
        """Start a second master that has the pipe."""
        environ, systemd = self.server.cfg.env_orig, self.server.systemd
        self.server.cfg.env_orig = {**environ, _READY: str(pipe)}
        self.server.systemd = False  # the second master would look for sockets where systemd has put those of the first
        os.set_inheritable(pipe, True)
        try:
            self.server.reexec()
        finally:
            self.server.cfg.env_orig, self.server.systemd = environ, systemd
            os.close(pipe)

    def wait(self) -> None:
        """Call `watch` soon."""
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)

    def watch(self, sig: int, frame: FrameType | None) -> None:
        """Look for what no signal reports; log nothing, since this may interrupt a log record."""
        if os.getpid() != self.server.pid:
            return
        adopt_pidfile(self.server)
        if self.stop:
            self.forward(self.stop)  # again, since the second master may not have had a pid the first time
        elif self.has_news():
            self.server.signal(sig, frame)
        if self.stop or (not self.retired and (self.again or self.busy() or self.pipe >= 0)):
            self.wait()

    def has_news(self) -> bool:
        """Return whether `settle` has something to do."""
        if self.pipe >= 0 and not self.ready:
            with suppress(BlockingIOError):
                self.ready = os.read(self.pipe, 1) != b""
        ended = self.pipe >= 0 and not self.server.reexec_pid
        return self.ready or ended or self.is_late() or (self.again and not self.busy())

    def is_late(self) -> bool:
        """Return whether a second master, which may hang or lack these settings, keeps another reload waiting."""
        waits = self.again and self.pipe >= 0 and bool(self.server.reexec_pid) and not self.ready
        return waits and time.monotonic() - self.started > PATIENCE

    def settle(self) -> None:
        """Retire if the second master is ready, end one that is late, and start the next one if need be."""
        if self.is_late():
            self.log.error("Master %s is not ready, and another reload waits: it is ended.", self.server.reexec_pid)
            self.forward(signal.SIGTERM)
            self.started = time.monotonic()
        if self.ready and self.server.reexec_pid:
            self.retire()
        if self.pipe >= 0 and not self.server.reexec_pid:
            os.close(self.pipe)
            self.pipe, self.ready = -1, False
            self.log.error("The reload failed. What has served before serves on.")
        if self.again and not self.busy():
            self.again = False
            self.start()

    def retire(self) -> None:
        """Leave pidfile, systemd's attention and further reloads to the second master; finish all requests and end."""
        self.retired, second = True, self.server.reexec_pid
        self.log.info("Master %s takes over.", second)
        hand_over_pidfile(self.server)
        sd_notify(f"MAINPID={second}", self.log)
        if self.again:
            self.forward(signal.SIGHUP)
        self.server.handle_term()

    def leave(self) -> None:
        """End after the first master where both stop, since a supervisor kills what is left once this one has ended."""
        while os.getpid() == self.server.pid and self.stop and 0 < self.server.master_pid == os.getppid():
            time.sleep(_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, 0)  # before Python exits, it restores the default of SIGALRM, which kills


def when_ready(server: Arbiter) -> None:
    """Take over the signals of a master; a hook of gunicorn."""
    Master(server).install()


def post_worker_init(worker: Worker) -> None:
    """Report to the first master that the second one can serve; a hook of gunicorn."""
    if pipe := worker.cfg.env_orig.get(_READY):
        with suppress(OSError):  # the first master has ended
            os.write(int(pipe), b"1")
