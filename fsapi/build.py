"""A project folder turned into routes: walk, refuse, load, refuse, sort.

Every mistake of the tree is found before one is raised: names, then files that share a URL, then what each
file turns out to be when it is imported.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType, TracebackType

from fsapi import handlers, loader
from fsapi.mistake import Mistake, TreeError
from fsapi.route import Handler, Route, Way, ways
from fsapi.tree import File, Tree, scan

_log = logging.getLogger("fsapi")
# What a Django project has beside each other, and a tree of route files has not.
_DJANGO = {"asgi.py", "settings.py", "urls.py", "wsgi.py"}
_ELSEWHERE = 'If the API is in another folder, pass its name: App(__file__, server="api").'


def build(project: Path, folder: Path, max_body: int | None) -> tuple[Route, ...]:
    """Return the routes of a tree in the order of precedence; raise TreeError with all of its mistakes."""
    tree = scan(project, folder) if folder.is_dir() else _missing(project, folder)
    if not tree.files and not tree.mistakes:
        _log.warning("%s holds no route file: every request will be a 404", tree.name(folder))
    owned = _owned(tree)
    handled = {file: own for file, module in _modules(tree) if (own := _handled(tree, file, module, max_body))}
    if folder.name == "server" and _foreign(tree, handled):
        tree.refuse(folder, "does not look like a tree of route files", _ELSEWHERE)
    if tree.mistakes:
        raise TreeError(sorted(tree.mistakes, key=lambda mistake: mistake.file))
    routes = [Route(file.name, way, *handled[file]) for file, way in owned]
    return tuple(sorted(routes, key=lambda route: route.way.order))


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


def _modules(tree: Tree) -> Iterator[tuple[File, ModuleType]]:
    """Yield the files that can be imported with their modules; refuse the others."""
    top, failed = loader.register(tree.folder), set[str]()
    for file in tree.files:
        name = loader.module_name(top, tree.folder, file.path)
        # `users/[id]/posts.py` cannot be imported where `users/[id].py`, its parent, cannot: one mistake.
        if not any(name.startswith(f"{parent}.") for parent in failed):
            try:
                yield file, loader.load(name)
            except KeyboardInterrupt:
                raise
            except BaseException as exc:  # sys.exit() included: it would end the server, and name no file
                failed.add(name)
                tree.mistakes.append(_unimportable(file, exc))


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


def _handled(
    tree: Tree, file: File, module: ModuleType, max_body: int | None
) -> tuple[ModuleType, dict[str, Handler], int | None] | None:
    """Return what a route needs of an imported file, or None where it defines no handler; refuse its mistakes."""
    found, mistakes = handlers.read(module, file.name)
    limit, wrong = handlers.limit(module, file.name, max_body)
    tree.mistakes += [*mistakes, *wrong]
    return (module, handlers.table(found), limit) if found else None


def _foreign(tree: Tree, handled: Collection[File]) -> bool:
    """Tell whether a folder is something else: no handler anywhere, nor anything like one; or Django's settings."""
    names = {file.path.name for file in tree.files if file.path.parent == tree.folder and file not in handled}
    bare = not handled and all(mistake.what == handlers.NOTHING for mistake in tree.mistakes)
    return len(names & _DJANGO) > 1 or (bare and bool(tree.files))
