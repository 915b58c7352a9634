"""What `serve` says when it starts, on one screen, and which routes came or went with a reload."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from urllib.parse import quote

from fsapi.development.options import ROUTES_FILE
from fsapi.development.terminal import GREEN, RED, is_terminal, paint, say
from fsapi.inspection import route_table
from fsapi.inspection.wrapped_apps import Mounted
from fsapi.routing.openapi_routes import PAGE

# Lines of a screen that the rest of the greeting and the next prompt take, and routes of a reload that are shown.
_OTHER_LINES, _MOST_CHANGES = 8, 10


def greet(name: str, apps: Sequence[Mounted], address: str) -> None:
    """Print the URL, that of the docs page, and as many routes as fit on the screen."""
    what = f"{name} on " if name else "on "
    lines = [f"Serving {what}http://{address} (development server; use gunicorn in production). Press Ctrl-C to stop."]
    if name and not apps:
        lines.append("No App of fsapi was found in it, so its routes are not known.")
    for app, prefix, _ in apps:
        for route in app.routes:
            if route.file == PAGE and route.exports:
                lines.append(f"Docs: http://{address}{quote(prefix + route.pattern)}")
    size = shutil.get_terminal_size()
    total = sum(len(route.exports) for app, _, _ in apps for route in app.routes)
    most = max(size.lines - _OTHER_LINES, 5)
    rows = chain.from_iterable(route_table.rows(app.routes, prefix) for app, prefix, _ in apps)
    widest = size.columns // 2 if is_terminal(sys.stdout) else None  # so that the files are seen, too
    table = route_table.table([*islice(rows, most)], widest).splitlines()
    lines += ["", *(fit(line, size.columns) for line in table)]
    if total > most:
        lines.append(f"and {total - most:,} more: python -m fsapi routes")
    say("\n".join([*lines, "", ""]), sys.stdout)


def report_changes(apps: Sequence[Mounted]) -> None:
    """Print the routes that came or went since the child before this one, and keep them for the next."""
    if ROUTES_FILE not in os.environ:
        return
    file, found = Path(os.environ[ROUTES_FILE]), list(_routes(apps))
    with suppress(OSError):  # it is the first child
        before = file.read_text("utf-8").splitlines()
        changes = [paint(f"+ {line}", GREEN, sys.stdout) for line in _less(found, before)]
        changes += [paint(f"- {line}", RED, sys.stdout) for line in _less(before, found)]
        if len(changes) > _MOST_CHANGES:
            changes[_MOST_CHANGES:] = [f"and {len(changes) - _MOST_CHANGES:,} more"]
        say("".join(f"{line}\n" for line in changes), sys.stdout)
    with suppress(OSError):  # the parent has ended
        file.write_text("\n".join(found), "utf-8")


def _routes(apps: Sequence[Mounted]) -> Iterator[str]:
    """Yield method and URL of every handler."""
    for app, prefix, _ in apps:
        for route in app.routes:
            yield from (f"{route_table.method_of(name)} {prefix}{route.pattern}" for name in route.exports)


def _less(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the lines that are not among others."""
    known = set(others)
    return [line for line in lines if line not in known]


def fit(line: str, columns: int) -> str:
    """Return a line cut to the width of a terminal, so that it takes one line of the screen."""
    return line if len(line) <= columns or not is_terminal(sys.stdout) else f"{line[: columns - 3]}..."
