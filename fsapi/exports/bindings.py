"""Where a module gives its names their values: the lines that mistakes and the list of routes name."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import ModuleType

from fsapi.tree import import_hook


def line(module: ModuleType, name: str) -> int | None:
    """Return the line that last gives a name its value, by `def`, assignment or import, or None if it is not known."""
    return next((number for bound, number, _ in reversed([*bindings(module)]) if bound == name), None)


def bindings(module: ModuleType) -> Iterator[tuple[str, int | None, bool]]:
    """Yield the names to which a module gives a value, each with its line, and whether it is imported."""
    code = import_hook.code(module)
    if code is None:
        return
    starts, current, before = dict(dis.findlinestarts(code)), None, ""
    for instruction in dis.get_instructions(code):
        current = starts.get(instruction.offset, current)
        if instruction.opname == "STORE_NAME":
            yield instruction.argval, current, before.startswith("IMPORT")
        before = instruction.opname
