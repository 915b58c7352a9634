"""The command `openapi`: print the document of an app, or write it to a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fsapi.inspection.wrapped_apps import Mounted
from fsapi.json.encode import encode
from fsapi.tree.mistakes import TreeError


def write_document(mounted: Mounted, output: str | None) -> int:
    """Write the OpenAPI document to a file, or print it; return the exit code."""
    try:
        document = read_document(mounted)
    except TreeError as exc:
        print(exc, file=sys.stderr)
        return 1
    if output is None or output == "-":
        # A console of another encoding could not write all of it, and its escapes are not those of JSON.
        print(json.dumps(document, indent=2, ensure_ascii=_is_narrow(sys.stdout.encoding)))
        return 0
    try:
        Path(output).write_text(f"{json.dumps(document, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
    except OSError as exc:
        print(f"cannot write {output}: {exc.strerror}", file=sys.stderr)
        return 1
    return 0


def read_document(mounted: Mounted) -> Any:
    """Return the document as JSON has it; raise TreeError for settings that make an invalid one."""
    document = json.loads(encode(mounted.app.openapi()))
    return {"servers": [{"url": mounted.prefix}], **document} if mounted.prefix else document


def _is_narrow(encoding: str) -> bool:
    """Return whether an encoding lacks characters."""
    return encoding.lower().replace("_", "-") not in ("utf-8", "utf8")
