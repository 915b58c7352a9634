"""New, deleted and edited route files under the reloaders of Flask and Django.

Both see edits of what is imported, and neither sees a file that is new or gone. But both start their child
anew when it ends with 3, so a thread in the child looks at the trees and ends it so.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

from fsapi import watch

#: The exit code by which a child asks for another one: `werkzeug._reloader` and `django.utils.autoreload`.
RELOAD = 3
#: Seconds between two looks at the trees.
PERIOD = 0.4


class Follower(threading.Thread):
    """A thread that ends the process when a tree has changed."""

    def __init__(self, end: Callable[[int], object]) -> None:
        super().__init__(name="fsapi", daemon=True)
        self._end = end
        self._begun = time.time_ns()
        self._seen: dict[str, dict[str, tuple[int, int]]] = {}

    def look(self) -> list[str]:
        """Return the files that are new, gone or different since the thread was made.

        A tree comes into being after that, and may have been changed before the first look at it.
        """
        changed = set[str]()
        for tree in watch.trees():
            files, now = watch.stats(watch.below(tree)), time.time_ns()
            old = {path: stat for path, stat in files.items() if not self._begun < stat[0] < now}
            changed |= {path for path, _ in self._seen.setdefault(tree, old).items() ^ files.items()}
        return sorted(changed)

    def run(self) -> None:
        """Look until something has changed; requests that run then are cut off, as both reloaders do."""
        pause = threading.Event()
        while not (changed := self.look()):
            pause.wait(PERIOD)
        print(f"{os.path.relpath(changed[0])} has changed, so the app is loaded again.")
        sys.stdout.flush()
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
        followers[0].look()
    else:
        Follower(end).start()
