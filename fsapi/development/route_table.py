"""The routes of an app as a table: method, URL, file and line of the handler, and its middleware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from fsapi.request.route import Route
from fsapi.routing import exports


class Row(TypedDict):
    """One handler under one URL; `method` is `*` for `default`, `line` None where it came by `import *`."""

    method: str
    url: str
    file: str
    line: int | None
    middleware: list[str]


def rows(routes: Sequence[Route]) -> list[Row]:
    """Return a row for every handler that a file defines, in the order of precedence."""
    return [
        Row(
            method={"default": "*", "page": "GET"}.get(name, name),
            url=route.pattern,
            file=route.file,
            line=exports.line(route.module, name),
            middleware=list(route.middleware),
        )
        for route in routes
        for name in route.exports
    ]


def table(routes: Sequence[Route]) -> str:
    """Return the rows as aligned text."""
    cells = [(row["method"], row["url"], _place(row), " > ".join(row["middleware"])) for row in rows(routes)]
    method, url, place = (max((len(cell[column]) for cell in cells), default=0) for column in range(3))
    return "\n".join(f"{c[0]:{method}}  {c[1]:{url}}  {c[2]:{place}}  {c[3]}".rstrip() for c in cells)


def _place(row: Row) -> str:
    """Return the file and the line of a handler."""
    return row["file"] if row["line"] is None else f"{row['file']}:{row['line']}"
