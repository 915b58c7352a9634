"""The table of routes that `fsapi routes` prints: method, URL, file, line and middleware of every handler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from fsapi.exports.bindings import line
from fsapi.request.route import Route


class Row(TypedDict):
    """One handler at one URL; `method` is `*` for `default`, `line` is None if it was imported with `import *`."""

    method: str
    url: str
    file: str
    line: int | None
    middleware: list[str]


def rows(routes: Sequence[Route]) -> list[Row]:
    """Return one row for each handler, in the order of precedence."""
    return [
        Row(
            method={"default": "*", "page": "GET"}.get(name, name),
            url=route.pattern,
            file=route.file,
            line=line(route.module, name),
            middleware=list(route.middleware),
        )
        for route in routes
        for name in route.exports
    ]


def table(routes: Sequence[Route]) -> str:
    """Return the rows as text in aligned columns."""
    cells = [(row["method"], row["url"], _format_place(row), " > ".join(row["middleware"])) for row in rows(routes)]
    method, url, place = (max((len(cell[column]) for cell in cells), default=0) for column in range(3))
    return "\n".join(f"{c[0]:{method}}  {c[1]:{url}}  {c[2]:{place}}  {c[3]}".rstrip() for c in cells)


def _format_place(row: Row) -> str:
    """Return `file:line` of a handler."""
    return row["file"] if row["line"] is None else f"{row['file']}:{row['line']}"
