"""The command `routes`: method, URL, file, line and middleware of every handler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from fsapi.exports.bindings import line
from fsapi.inspection.wrapped_apps import Mounted
from fsapi.json.encode import encode
from fsapi.request.route import Route


class Row(TypedDict):
    """One handler at one URL; `method` is `*` for `default`, `line` is None if it was imported with `import *`."""

    method: str
    url: str
    file: str
    line: int | None
    middleware: list[str]


def print_routes(apps: Sequence[Mounted], *, as_json: bool) -> int:
    """Print the routes of all apps, each in the order of precedence; return the exit code."""
    found = [row for app, prefix, _ in apps for row in rows(app.routes, prefix)]
    print(encode(found).decode("utf-8") if as_json else table(found))
    return 0


def rows(routes: Iterable[Route], prefix: str = "") -> Iterator[Row]:
    """Yield one row for each handler of routes that are mounted at a path."""
    return (_row(route, name, prefix) for route in routes for name in route.exports)


def table(found: Sequence[Row], widest: int | None = None) -> str:
    """Return rows as text in aligned columns; a cell beyond the widest column moves its own line only."""
    cells = [(row["method"], row["url"], place(row), " > ".join(row["middleware"])) for row in found]
    widths = ([len(cell[column]) for cell in cells] for column in range(3))
    method, url, file = (max((size for size in each if widest is None or size <= widest), default=0) for each in widths)
    return "\n".join(f"{c[0]:{method}}  {c[1]:{url}}  {c[2]:{file}}  {c[3]}".rstrip() for c in cells)


def mounted_url(prefix: str, route: Route) -> str:
    """Return the URL of a route as the tree writes it, below the path of a mount."""
    return prefix + route.pattern if route.pattern != "/" or not prefix else prefix


def place(row: Row) -> str:
    """Return `file:line` of a handler."""
    return row["file"] if row["line"] is None else f"{row['file']}:{row['line']}"


def method_of(name: str) -> str:
    """Return the method that an export answers, `*` for `default`."""
    return {"default": "*", "page": "GET"}.get(name, name)


def _row(route: Route, name: str, prefix: str) -> Row:
    """Return the row of one handler."""
    return Row(
        method=method_of(name),
        url=mounted_url(prefix, route),
        file=route.file,
        line=line(route.module, name),
        middleware=list(route.middleware),
    )
