"""The command `diff`: what has changed against a stored OpenAPI document, and what of it breaks a client."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fsapi.diff.alternatives import as_object
from fsapi.diff.change import Change
from fsapi.diff.operation_changes import OperationChange, find_changes
from fsapi.inspection.openapi_file import read_document
from fsapi.inspection.wrapped_apps import Mounted
from fsapi.tree.mistakes import TreeError

_BREAKING, _OTHER = "breaking  ", "          "
#: How many operations a line names.
_SHOWN = 3


def diff(mounted: Mounted, stored: str) -> int:
    """Print what has changed; return the exit code: 1 if it breaks a client, 2 for a file that is no document."""
    try:
        old = _read(stored)
        lines = describe(find_changes(old, read_document(mounted)))
    except ValueError as exc:
        print(f"{stored}: {exc}", file=sys.stderr)
        return 2
    except TreeError as exc:  # of settings that make an invalid document
        print(exc, file=sys.stderr)
        return 1
    breaking = sum(line.startswith(_BREAKING) for line in lines)
    changes = f"{len(lines):,} change{'' if len(lines) == 1 else 's'}, {breaking:,} of them breaking."
    print("\n".join([*lines, changes if lines else "No changes."]))
    return 1 if breaking else 0


def describe(changes: Iterable[OperationChange]) -> list[str]:
    """Return a line for each change, with the operations that share it."""
    operations: dict[tuple[str, str, Change], list[str]] = {}
    for operation, part, change in changes:
        operations.setdefault((operation if not change.place else "", part, change), []).append(operation)
    return [_line(names, part, change) for (_, part, change), names in operations.items()]


def _line(names: list[str], part: str, change: Change) -> str:
    """Return the line of a change: whether it is breaking, the operations, the place in them, and what it is."""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    place = " ".join(filter(None, (part, change.place, change.what)))
    return f"{_BREAKING if change.breaking else _OTHER}{', '.join(names[:_SHOWN])}{more}: {place}"


def _read(stored: str) -> Any:
    """Return a stored document, that of stdin for `-`; raise ValueError for a file that has none."""
    try:
        data = sys.stdin.buffer.read() if stored == "-" else Path(stored).read_bytes()
        document = json.loads(data)  # in UTF-8 or UTF-16, with a mark or without
    except OSError as exc:
        raise ValueError(f"cannot be read: {exc.strerror}") from None
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not str(as_object(document).get("openapi")).startswith("3.1"):
        raise ValueError("is not an OpenAPI 3.1 document\n  Write it by `python -m fsapi openapi -o FILE`.")
    return document
