"""A project folder turned into routes: walk, refuse, load, refuse, sort.

Every mistake of the tree is found before one is raised: names, then files that share a URL, then what each
file turns out to be when it is imported.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import NoReturn

from fsapi import handlers, loader
from fsapi.middleware import Middleware, compose
from fsapi.mistake import Mistake, TreeError
from fsapi.req import Req
from fsapi.res import Res
from fsapi.route import Handler, Route, Way, ways
from fsapi.tree import File, Tree, scan

#: Where the environ of a request has the exception that its path is answered with.
REFUSAL = "fsapi.refusal"
_log = logging.getLogger("fsapi")
# What a Django project has beside each other, and a tree of route files has not.
_DJANGO = {"asgi.py", "settings.py", "urls.py", "wsgi.py"}
_ELSEWHERE = 'If the API is in another folder, pass its name: App(__file__, server="api").'


@dataclass(frozen=True)
class Built:
    """What a tree became: its routes in the order of precedence, and the route of paths that no file has."""

    routes: tuple[Route, ...]
    lost: Route


@dataclass(frozen=True)
class _Loaded:
    """A route file that has been imported: its module, its handlers, and the limit of its bodies."""

    module: ModuleType
    found: dict[str, Handler]
    max_body: int | None


def build(project: Path, folder: Path, max_body: int | None) -> Built:
    """Return what a tree became; raise TreeError with all of its mistakes."""
    tree = scan(project, folder) if folder.is_dir() else _missing(project, folder)
    if not tree.files and not tree.mistakes:
        _log.warning("%s holds no route file: every request will be a 404", tree.name(folder))
    owned, names = _owned(tree), _Names(tree)
    chains = {file: chain for file in tree.middleware.values() for chain in _middleware(tree, names, file)}
    loaded = {file: own for file in tree.files for own in _loaded(tree, names, file, max_body)}
    if folder.name == "server" and _foreign(tree, loaded):
        tree.refuse(folder, "does not look like a tree of route files", _ELSEWHERE)
    if tree.mistakes:
        raise TreeError(sorted(tree.mistakes, key=lambda mistake: mistake.file))
    routes = [_route(file, way, loaded[file], [chains[above] for above in tree.above(file)]) for file, way in owned]
    root = [chains[file] for file in (tree.middleware.get(folder),) if file is not None]
    lost = Route("", Way(), ModuleType("lost"), {}, max_body, compose(root, _raise_refusal), _files(root))
    return Built(tuple(sorted(routes, key=lambda route: route.way.order)), lost)


def _route(file: File, way: Way, own: _Loaded, chain: Sequence[Middleware]) -> Route:
    """Return a route with its handlers within its middleware."""
    methods = handlers.table(own.found)
    composed = {method: compose(chain, handler) for method, handler in methods.items()}
    otherwise = compose(chain, handlers.refuse(methods))
    return Route(file.name, way, own.module, composed, own.max_body, otherwise, _files(chain))


def _files(chain: Sequence[Middleware]) -> tuple[str, ...]:
    """Return the files of middleware."""
    return tuple(middleware.file for middleware in chain)


def _raise_refusal(req: Req, res: Res) -> NoReturn:
    """Raise the 404 or 400 that the path of a request is answered with."""
    raise req.environ[REFUSAL]


def _missing(project: Path, folder: Path) -> Tree:
    """Return a tree that is not there: its one mistake."""
    tree = Tree(project, folder)
    tree.refuse(
        folder, "there is no such folder", f"Write `def GET(req, res):` in {folder.name}/index.py.\n{_ELSEWHERE}"
    )
    return tree


def _owned(tree: Tree) -> list[tuple[File, Way]]:
    """Return every way of every file; refuse files that share one."""
    owners: dict[tuple[str, ...], tuple[File, Way]] = {}
    for file in tree.files:
        for way in ways(file.segments):
            other, theirs = owners.setdefault(way.shape, (file, way))
            if other is not file:
                _refuse_shared(tree, file, way, other, theirs)
                break
    return list(owners.values())


def _refuse_shared(tree: Tree, file: File, way: Way, other: File, theirs: Way) -> None:
    """Refuse a file that serves a URL of another."""
    absent = way.absent or theirs.absent
    if absent:
        optional = next(s.name for f in (file, other) for s in f.segments if set(s.params) & set(absent))
        what, remedy = f"serves {way.pattern}, as {other.name} does", f"Rename {optional} to {optional[1:-1]}, or"
        tree.refuse(file.path, what, f"{remedy} move their handlers into one file.")
    else:
        tree.refuse(file.path, f"serves the same URLs as {other.name}", "Move their handlers into one file.")


class _Names:
    """The canonical names of the files of a tree, and which of them could not be imported."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._top = loader.register(tree.folder)
        self._failed: set[str] = set()

    def load(self, file: File) -> Iterator[ModuleType]:
        """Yield the module of a file, if it can be imported; refuse it otherwise."""
        name = loader.module_name(self._top, self._tree.folder, file.path)
        # `users/[id]/posts.py` cannot be imported where `users/[id].py`, its parent, cannot: one mistake.
        if any(name.startswith(f"{parent}.") for parent in self._failed):
            return
        try:
            module = loader.load(name)
        except KeyboardInterrupt:
            raise
        except BaseException as exc:  # sys.exit() included: it would end the server, and name no file
            self._failed.add(name)
            self._tree.mistakes.append(_unimportable(file, exc))
        else:
            yield module


def _unimportable(file: File, exc: BaseException) -> Mistake:
    """Return the mistake of a file that raises while it is imported, with the traceback from the file on."""
    lines, place = traceback.format_exception_only(type(exc), exc), _from(exc.__traceback__, file)
    what = f"cannot be imported: {lines[-1].strip()}"
    if place is not None:
        return Mistake(
            file.name, what, "".join(traceback.format_exception(type(exc), exc, place)).rstrip(), place.tb_lineno, exc
        )
    line = exc.lineno if isinstance(exc, SyntaxError) and exc.filename == os.path.realpath(file.path) else None
    return Mistake(file.name, what, "".join(lines).rstrip(), line, exc)


def _from(place: TracebackType | None, file: File) -> TracebackType | None:
    """Return the part of a traceback that starts in a file, or None."""
    while place is not None and place.tb_frame.f_code.co_filename != os.path.realpath(file.path):
        place = place.tb_next
    return place


def _loaded(tree: Tree, names: _Names, file: File, max_body: int | None) -> Iterator[_Loaded]:
    """Yield what a route needs of a file, if it defines a handler; refuse its mistakes."""
    for module in names.load(file):
        found, mistakes = handlers.read(module, file.name)
        limit, wrong = handlers.limit(module, file.name, max_body)
        tree.mistakes += [*mistakes, *wrong]
        if found:
            yield _Loaded(module, found, limit)


def _middleware(tree: Tree, names: _Names, file: File) -> Iterator[Middleware]:
    """Yield the middleware of a file, if it has one; refuse its mistakes."""
    for module in names.load(file):
        function, mistakes = handlers.read_middleware(module, file.name)
        tree.mistakes += mistakes
        if function is not None:
            yield Middleware(file.name, function)


def _foreign(tree: Tree, loaded: Collection[File]) -> bool:
    """Tell whether a folder is something else: no handler anywhere, nor anything like one; or Django's settings."""
    names = {file.path.name for file in tree.files if file.path.parent == tree.folder and file not in loaded}
    bare = not loaded and all(mistake.what == handlers.NOTHING for mistake in tree.mistakes)
    return len(names & _DJANGO) > 1 or (bare and bool(tree.files))
