"""The files of a tree imported, and what is wrong with those that cannot be."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from types import ModuleType, TracebackType

from fsapi.tree import import_hook
from fsapi.tree.mistakes import Mistake
from fsapi.tree.scan import File, Tree


class Modules:
    """The modules of a tree under their canonical names, and which of them could not be imported."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._top = import_hook.register(tree.folder)
        self._failed: set[str] = set()

    def load(self, file: File) -> Iterator[ModuleType]:
        """Yield the module of a file, if it can be imported; refuse it otherwise."""
        name = import_hook.module_name(self._top, self._tree.folder, file.path)
        # `users/[id]/posts.py` cannot be imported where `users/[id].py`, its parent, cannot: one mistake.
        if any(name.startswith(f"{parent}.") for parent in self._failed):
            return
        try:
            module = import_hook.load(name)
        except KeyboardInterrupt:
            raise
        except BaseException as exc:  # sys.exit() included: it would end the server, and name no file
            self._failed.add(name)
            self._tree.mistakes.append(_unimportable(file, exc))
        else:
            yield module


def _unimportable(file: File, exc: BaseException) -> Mistake:
    """Return the mistake of a file that raises while it is imported, with the traceback from the file on."""
    lines, place = traceback.format_exception_only(type(exc), exc), _from(exc.__traceback__, file)
    what = f"cannot be imported: {lines[-1].strip()}"
    if place is not None:
        return Mistake(
            file.name, what, "".join(traceback.format_exception(type(exc), exc, place)).rstrip(), place.tb_lineno, exc
        )
    line = exc.lineno if isinstance(exc, SyntaxError) and exc.filename == os.path.realpath(file.path) else None
    return Mistake(file.name, what, "".join(lines).rstrip(), line, exc)


def _from(place: TracebackType | None, file: File) -> TracebackType | None:
    """Return the part of a traceback that starts in a file, or None."""
    while place is not None and place.tb_frame.f_code.co_filename != os.path.realpath(file.path):
        place = place.tb_next
    return place
