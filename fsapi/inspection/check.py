"""The command `check`: load an app, and report every mistake in its files.

Besides those that stop a start, these are files that no path reaches, and names that other systems cannot hold.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from logging import LogRecord
from pathlib import Path
from types import ModuleType

from fsapi.app import App
from fsapi.inspection import find_app
from fsapi.inspection.explain import Lookup
from fsapi.inspection.guards import guards, may_guard
from fsapi.inspection.tree_files import BESIDE, file_of, find_foreign_names, find_unserved
from fsapi.inspection.unloadable import Unloadable
from fsapi.inspection.wrapped_apps import Mounted
from fsapi.request.route import METHODS, Route
from fsapi.tree.import_hook import Finder
from fsapi.tree.log import logger
from fsapi.tree.mistakes import Mistake
from fsapi.tree.scan import display_name

# A character that no file has in its name, so that a param of it fits no text around params.
_PLACEHOLDER = "\ue000"


def check(spec: str | None, *, find_open: bool = False) -> int:
    """Report all mistakes of an app and return the exit code: 1 if there are any; raise Unloadable if it has no App.

    With `find_open`, a route file that nothing guards is one.
    """
    try:
        with _collected_warnings() as warnings:
            apps = find_app.load_apps(spec)
    except Unloadable as exc:
        if exc.code == 1:
            names = [found for found in _find_names() if not _is_reported(found, str(exc))]
            print("\n".join([str(exc), *map(str, names)]), file=sys.stderr)
            return 1
        raise
    mistakes = [*_find_names(), *_find_unserved(apps), *(found for each in apps for found in find_shadowed(each))]
    if find_open:
        mistakes += [found for app, _, _ in apps for found in find_unguarded(app)]
    for mistake in dict.fromkeys(mistakes):  # an App may be mounted twice
        print(mistake, file=sys.stderr)
    if not mistakes:
        routes = [route for app, _, _ in apps for route in app.routes if route.exports]
        handlers = _count(sum(len(route.exports) for route in routes), "handler")
        but = f", but {_count(len(warnings), 'warning')}" if warnings else ""
        print(f"No mistakes{but}: {handlers} at {_count(len(routes), 'URL')}.")
    return 1 if mistakes else 0


@contextmanager
def _collected_warnings() -> Generator[list[LogRecord]]:
    """Collect the records that are logged while an app is loaded, such as of a route file with the name of a test."""
    records: list[LogRecord] = []

    def keep(record: LogRecord) -> bool:
        records.append(record)
        return True

    log = logger()
    log.addFilter(keep)
    try:
        yield records
    finally:
        log.removeFilter(keep)


def _count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is_reported(found: Mistake, report: str) -> bool:
    """Return whether the report of a tree has a clash of two names already, of either or of a file in it."""
    twin = f"{found.file.rpartition('/')[0]}/{found.what.removeprefix(f'{BESIDE} ')}"
    clashes = ((found.file, twin), (twin, found.file))
    lines = [line for line in report.splitlines() if " only in case or Unicode form" in line]
    return any(
        line.startswith((f"{one}:", f"{one}/")) and f" differs from {two} only" in line
        for line in lines
        for one, two in clashes
    )


def find_shadowed(mounted: Mounted) -> Iterator[Mistake]:
    """Yield the files of an App all of whose paths other files answer."""
    lookup, routes = Lookup(mounted), [route for route in mounted.app.routes if route.exports]
    longest = max((len(route.url.segments) for route in routes), default=0)
    winners: dict[str, set[str]] = {}
    for route in routes:
        method = "GET" if "page" in route.exports else "POST"
        found = {_winner(lookup, method, path, route) for path in _sample_paths(route, longest)}
        winners.setdefault(route.file, set()).update(found)
    for file, answering in winners.items():
        if file not in answering:
            others = " and ".join(_name(mounted.app, other) for other in sorted(answering))
            yield Mistake(
                _name(mounted.app, file),
                f"no path reaches it: {others} answer them all",
                "Delete it, or rename one of them.",
            )


def find_unguarded(app: App) -> Iterator[Mistake]:
    """Yield the route files that no `_middleware.py` guards, and that do not say `public = True`."""
    modules = _middleware_modules(app)
    of_files = {route.file: route for route in app.routes if hasattr(route.module, "__file__")}
    for file, route in of_files.items():
        chain = [name for name in route.middleware if may_guard(modules[name])]
        if getattr(route.module, "public", False) is not True and not any(guards(modules[name]) for name in chain):
            yield Mistake(_name(app, file), "is open: nothing that guards runs before it", _open_remedy(app, chain))


def _middleware_modules(app: App) -> dict[str, ModuleType | None]:
    """Return the modules of the files with middleware, by their names."""
    names = dict.fromkeys(name for route in app.routes for name in route.middleware)
    trees = {finder.name for finder in _finders()}
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in trees]
    loaded = {os.path.realpath(file): module for module in modules if (file := file_of(module))}
    return {name: loaded.get(os.path.realpath(app.project / name)) for name in names}


def _open_remedy(app: App, chain: Sequence[str]) -> str:
    """Return what to write for an open file with this middleware."""
    remedy = "If that is meant, write `public = True` in it."
    if not chain:
        return remedy
    return f"{remedy}\nIf {' or '.join(_name(app, name) for name in chain)} guards it, write `guards = True` there."


def _name(app: App, file: str) -> str:
    """Return the name of a file of an App from the working directory on."""
    return display_name(Path.cwd(), app.project / file)


def _winner(lookup: Lookup, method: str, path: str, route: Route) -> str:
    """Return the file that answers a path: the one of the route also where that shares the URL with another."""
    found = lookup.find(method, {"PATH_INFO": path.encode().decode("latin-1")})
    return found[0].file if isinstance(found, tuple) and found[0].url.shape != route.url.shape else route.file


def _sample_paths(route: Route, longest: int) -> Iterator[str]:
    """Yield paths of a route, with values that as few others as possible have too."""
    has_rest = any(segment.rest for segment in route.url.segments)
    for count in range(1, longest + 2 if has_rest else 2):
        for digit in "0123456789abcdef" if "=" in route.pattern else "0":  # only matchers have a choice
            # Few files are called like these numbers, and their first and last digits differ.
            values = {"": _PLACEHOLDER, "int": str((5 + int(digit, 16)) ** 7), "uuid": _uuid(digit)}
            yield "/" + "/".join(
                "/".join([_PLACEHOLDER] * count)
                if segment.rest
                else "".join(piece if isinstance(piece, str) else values[piece.matcher] for piece in segment.pieces)
                for segment in route.url.segments
            )


def _uuid(digit: str) -> str:
    """Return a UUID of one digit."""
    return "-".join(digit * size for size in (8, 4, 4, 4, 12))


def _finders() -> list[Finder]:
    """Return what finds the modules of the trees of this process."""
    return [finder for finder in sys.meta_path if isinstance(finder, Finder)]


def _folders() -> list[Path]:
    """Return the trees of this process."""
    return [Path(finder.folder) for finder in _finders()]


def _find_names() -> list[Mistake]:
    """Return the names that other systems cannot hold."""
    return [found for folder in _folders() for found in find_foreign_names(folder)]


def _find_unserved(apps: Sequence[Mounted]) -> list[Mistake]:
    """Return the files with handlers that are not route files."""
    # A file is asked for once: all files may use the functions of one.
    served = set(map(os.path.realpath, {file for app, _, _ in apps for each in app.routes for file in _files_of(each)}))
    return [found for folder in _folders() for found in find_unserved(folder, served, (*METHODS, "page"))]


def _files_of(route: Route) -> Iterator[str]:
    """Yield the file of a route, and those in which the functions that it uses are written."""
    names = vars(route.module)
    functions = (inspect.unwrap(value) for value in list(names.values()) if inspect.isfunction(value))
    yield from (function.__code__.co_filename for function in functions)
    yield names.get("__file__", "")  # a page of docs has none
