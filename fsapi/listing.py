"""The routes of an app as a table: method, URL, and the file and line of the handler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from fsapi import handlers
from fsapi.route import Route


class Row(TypedDict):
    """One handler under one URL; `method` is `*` for `default`, `line` None where it came by `import *`."""

    method: str
    url: str
    file: str
    line: int | None


def rows(routes: Sequence[Route]) -> list[Row]:
    """Return a row for every handler that a file defines, in the order of precedence."""
    return [
        Row(
            method="*" if name == "default" else name,
            url=route.pattern,
            file=route.file,
            line=handlers.line(route.module, name),
        )
        for route in routes
        for name in handlers.exports(route.module)
    ]


def table(routes: Sequence[Route]) -> str:
    """Return the rows as aligned text."""
    cells = [(row["method"], row["url"], _place(row)) for row in rows(routes)]
    method, url = (max((len(cell[column]) for cell in cells), default=0) for column in (0, 1))
    return "\n".join(f"{cell[0]:{method}}  {cell[1]:{url}}  {cell[2]}" for cell in cells)


def _place(row: Row) -> str:
    """Return the file and the line of a handler."""
    return row["file"] if row["line"] is None else f"{row['file']}:{row['line']}"
