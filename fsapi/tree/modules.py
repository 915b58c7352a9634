"""Import the files of a tree, and report those that cannot be imported."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from types import ModuleType, TracebackType

from fsapi.tree import import_hook
from fsapi.tree.log import logger
from fsapi.tree.mistakes import Mistake
from fsapi.tree.scan import File, Tree
from fsapi.tree.shadowing import explain_failure

_OTHER_NAME = "%s is imported as %s, because `import %s` finds %s: delete or rename that file, or rename the folder"


class Modules:
    """The modules of a tree under their canonical names, and the names of those that could not be imported."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._top = import_hook.register(tree.folder)
        self._below = os.path.join(tree.real, "")
        self._failed: set[str] = set()
        # A package of the host keeps its name in silence; within the project it is a folder of tests, or a mistake.
        other = import_hook.find_other(self._top)
        if other is not None and Path(other).is_relative_to(tree.project):
            base = self._top.partition("~")[0]
            logger().warning(_OTHER_NAME, tree.name(tree.folder), self._top, base, tree.name(Path(other)))

    def load(self, file: File) -> ModuleType | None:
        """Return the module of a file, or None and add to the mistakes of the tree why it cannot be imported."""
        name = self._name(file)
        # `users/[id]/posts.py` cannot be imported where `users/[id].py`, its parent, cannot: one mistake.
        if not self._failed.isdisjoint(_parents(name)):
            return None
        try:
            module: object = import_hook.load(name)
        except KeyboardInterrupt:
            raise
        except BaseException as exc:  # sys.exit() included: it would end the server, and name no file
            self._failed.add(name)
            self._tree.mistakes.append(_describe(file, exc, explain_failure(self._tree.project, exc)))
            return None
        return self._checked(file, module)

    def _checked(self, file: File, module: object) -> ModuleType | None:
        """Return what a file has left in `sys.modules`, or None and a mistake if nothing can be read from that."""
        if not isinstance(module, ModuleType):
            what = f"puts an object in sys.modules in place of its module: a {type(module).__qualname__}"
            self._tree.reject(file.path, what, "Define its functions in the file itself.")
            return None
        path: object = vars(module).get("__file__", "")
        if not isinstance(path, str):
            what = f"sets `__file__`, the path of a module as a str, to a {type(path).__qualname__}"
            self._tree.reject(file.path, what, "Give the variable another name.")
            return None
        return module

    def _name(self, file: File) -> str:
        """Return the canonical name of a file, by its real path where that is in the tree."""
        if str(file.real).startswith(self._below):
            return import_hook.module_name(self._top, self._tree.real, file.real)
        return import_hook.module_name(self._top, self._tree.folder, file.path)


def _parents(name: str) -> Iterator[str]:
    """Return the names of the packages above a module, the outermost first."""
    return accumulate(name.split(".")[:-1], "{}.{}".format)


def _describe(file: File, exc: BaseException, reason: str) -> Mistake:
    """Return the mistake of a file that raises while it is imported, with the traceback from the file on.

    The `reason` comes last, if there is one.
    """
    if isinstance(exc, OSError) and exc.filename == str(file.real):
        remedy = "Give this user permission to read it."
        return Mistake(file.name, f"cannot be read: {exc.strerror}", remedy, cause=exc)
    lines, start = traceback.format_exception_only(type(exc), exc), _find_frame(exc.__traceback__, file)
    # The lines of a syntax error come before, and notes after it; a message may have several lines.
    what = f"cannot be imported: {next(line for line in lines if line[0] != ' ').splitlines()[0].strip()}"
    if start is not None:
        text = "".join(traceback.format_exception(type(exc), exc, start)).rstrip()
        return Mistake(file.name, what, f"{text}\n{reason}".rstrip(), start.tb_lineno, exc)
    line = exc.lineno if isinstance(exc, SyntaxError) and exc.filename == str(file.real) else None
    return Mistake(file.name, what, "".join(lines).rstrip(), line or None, exc)  # it is 0 for an unknown encoding


def _find_frame(trace: TracebackType | None, file: File) -> TracebackType | None:
    """Return the part of a traceback that starts in a file, or None."""
    while trace is not None and trace.tb_frame.f_code.co_filename != str(file.real):
        trace = trace.tb_next
    return trace
