"""Files that the project writes itself when it is loaded, such as a `_version.py`: without care it reloads for ever.

| when a file changes | |
|---|---|
| while it is loaded, to the text that was loaded | is no change |
| while it is loaded, to another text | is a change, until that has happened in several loads in a row; then once more |
|  | when a request comes: if the next load does not change it, it was somebody who saves often |
| soon after each load | is a change once a request comes |

All this only if the child has written a Python file or started a process; else it was somebody else. New files of one
folder count as one: each load may choose another name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from fsapi.live.process import Process
from fsapi.watch.files import Files

# So many loads in a row may be those in which somebody saves a file; one more, after a rest, writes it itself.
_REPEATS = 3
# Seconds that a load has to end, once a file has changed which it may have written itself: at first, and at most.
_PATIENCE, _MOST_PATIENCE = 1.0, 32.0


class OwnWrites:
    """What the loads so far have written."""

    def __init__(self) -> None:
        self._judged: Process | None = None
        self._doubted: Process | None = None
        self._doubted_until = self._loaded_at = 0.0
        #: Seconds after a load in which the processes of a project may still write, and those that the next load has
        #: to end once it may have written a file.
        self.soon, self.patience = 3.0, _PATIENCE
        #: Seconds without a save after which somebody who saves often would have done so.
        self.rest = 1.5
        # The files that loads write anew each time, and the folders of new ones; in how many loads in a row, and soon
        # after how many, others have changed.
        self._own = set[str]()
        # The paths, with their names, that a load has written as it seems, for the first time.
        self._unsure: dict[str, str] = {}
        self._during: dict[str, int] = {}
        self._after: dict[str, int] = {}
        self._waiting: Sequence[str] = ()

    def leave_out(self, files: Files, changed: Sequence[str], process: Process, *, is_asked: bool) -> list[str]:
        """Return the changes without those that the load of a child has made itself."""
        if not process.is_loaded:
            return list(changed) if self._is_over(changed, process) else []
        if process is not self._judged:
            self._judged, self._loaded_at, self._waiting = process, time.monotonic(), ()
            return self._judge(files, changed, process)
        if changed and process.may_write:
            return self._leave_out_late(files, changed, is_asked=is_asked)
        return list(changed)

    def _is_over(self, changed: Sequence[str], process: Process) -> bool:
        """Return whether a load is not to be waited for any more: it has not ended since a file has changed."""
        if not changed or not process.may_write:
            return True
        now = time.monotonic()
        if process is not self._doubted:
            self._doubted, self._doubted_until = process, now + self.patience
        if now < self._doubted_until:
            return False
        self.patience = min(2 * self.patience, _MOST_PATIENCE)
        return True

    def _judge(self, files: Files, changed: Sequence[str], process: Process) -> list[str]:
        """Return what has changed during a load, without what it has written itself."""
        names = {path: _name(files, path) for path in changed}
        self._own -= {*self._unsure.values()}.difference(names.values())
        self._unsure = {}
        if not (changed and process.may_write):
            self._during, self.patience = {}, _PATIENCE
            return list(changed)
        others = [path for path in changed if names[path] not in self._own and not files.has_same_text(path)]
        self._during = {names[path]: self._during.get(names[path], 0) + 1 for path in others}
        if _REPEATS in self._during.values() and not files.rest(self.rest):
            self._during = {}
        self._unsure = {path: names[path] for path in others if self._during.get(names[path], 0) > _REPEATS}
        self._own.update(self._unsure.values())
        others = [path for path in others if path not in self._unsure]
        files.accept(set(changed).difference(others, self._unsure))
        return others

    def _leave_out_late(self, files: Files, changed: Sequence[str], *, is_asked: bool) -> list[str]:
        """Return what has changed after a load, without what changes soon after each: that waits for a request."""
        if changed == [*self._unsure]:
            return list(changed) if is_asked else []
        is_soon = time.monotonic() < self._loaded_at + self.soon
        names = {_name(files, path) for path in changed}
        if not all(self._after.get(name, 0) >= _REPEATS for name in names):
            if is_soon:
                self._after = {name: self._after.get(name, 0) + 1 for name in names}
            return list(changed)
        if not (is_soon or is_asked or changed == self._waiting):
            return list(changed)
        same = [path for path in changed if files.has_same_text(path)]
        files.accept(same)
        self._waiting = [path for path in changed if path not in same]
        return list(self._waiting) if is_asked else []


def _name(files: Files, path: str) -> str:
    """Return the path of a file that was there when it was noted, and the folder around what is new."""
    while not (files.has(path) or files.has(os.path.join(path, ""))) and path != os.path.dirname(path):
        path = os.path.dirname(path.rstrip(os.sep))
    return path
