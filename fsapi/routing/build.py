"""Build the routes of a project: scan, load, check, compose, sort, freeze.

Every mistake is found before any is reported: wrong names, files that share a URL, imports that fail, wrong exports.
Route files and pages are two trees with one order of precedence.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR
from typing import NamedTuple

from fsapi.exports import reader
from fsapi.exports.near_misses import NO_HANDLER
from fsapi.openapi.options import OpenAPI
from fsapi.openapi.settings import Documented, find_mistakes
from fsapi.request.route import METHODS, ErrorFunctions, Limits, Route
from fsapi.routing.middleware import Chain
from fsapi.routing.openapi_routes import DOCUMENT, OwnUrl, openapi_routes, own_urls
from fsapi.routing.route_files import Loaded, RouteFile, load_route_files
from fsapi.routing.routes import Root, file_route, page_route, unmatched_route
from fsapi.tree.ignored_tests import warn_of_ignored
from fsapi.tree.import_hook import announce
from fsapi.tree.log import logger
from fsapi.tree.mistakes import Mistake, TreeError, printable
from fsapi.tree.scan import Tree, scan
from fsapi.tree.shadowing import warn_of_shared
from fsapi.tree.source import compile_afresh, is_reloaded

# Files that lie together in a Django project, but not in a tree of route files.
_DJANGO_FILES = {"asgi.py", "settings.py", "urls.py", "wsgi.py"}
_OTHER_FOLDER = 'If the API is in another folder, pass its name: App(__file__, server="api").'


_NO_PROJECT = "Pass the project folder, or a file in it: App(__file__)."
_SHUT_PROJECT = "Give this user permission to enter it and the folders above it."


class Built(NamedTuple):
    """The routes of a project, in the order of precedence.

    `routes` are those of route files, and `pages` those of pages. `readable` is what GET and HEAD see: the routes, and
    the pages that share no shape with one. `unmatched` answers the paths of none of them.
    """

    routes: tuple[Route, ...]
    pages: tuple[Route, ...]
    readable: tuple[Route, ...]
    unmatched: Route


def read_path_argument(name: str, value: str | os.PathLike[str]) -> Path:
    """Return an argument as a path; raise ValueError for what no path can be, as with a NUL in it."""
    try:
        path = Path(value)
    except TypeError:
        raise ValueError(f"{name} is a path, not {value!r}") from None
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ValueError(f"{name} cannot be a path: {value!r}")
    return path


def find_project(root: Path) -> Path:
    """Return the project folder: the root, or the folder of the file that it is; raise TreeError if it is neither."""
    try:
        root = root.absolute()
        project = root if S_ISDIR(os.stat(root).st_mode) else root.parent
        os.stat(os.path.join(project, os.curdir))  # which needs permission to enter it
    except OSError as exc:
        remedy = _SHUT_PROJECT if isinstance(exc, PermissionError) else _NO_PROJECT
        what = f"the project folder cannot be reached: {exc.strerror}"
        raise TreeError([Mistake(printable(str(root)), what, remedy)]) from exc
    return project


def is_on_path(project: Path) -> bool:
    """Return whether `sys.path` has the project folder, under any name."""
    own = os.stat(project)
    for entry in sys.path:
        with suppress(OSError, ValueError):
            if os.path.samestat(os.stat(entry or os.curdir), own):
                return True
    return False


def build(project: Path, folder: Path, pages: Path, limits: Limits, openapi: OpenAPI, docs: str | None) -> Built:
    """Return the routes of a project.

    `folder` is the tree of route files, `pages` that of pages, `openapi` says where the document is served, and `docs`
    is the path of the docs page. Raise TreeError with all mistakes of both trees, or ValueError if one of the paths is
    none without params.
    """
    own = own_urls(openapi.path, docs)
    if is_reloaded():
        compile_afresh()
    announce(folder, pages)
    has_pages = not _is_missing(pages)
    page_tree = scan(project, pages) if has_pages else Tree(project, pages)
    tree = _scan(project, folder, page_tree)
    warn_of_ignored(tree, (*METHODS, "default"))
    warn_of_ignored(page_tree, ("page",))

    loaded = load_route_files(tree, reader.read_handlers, limits)
    # No name is looked up for a folder that is not there.
    loaded_pages = load_route_files(page_tree, reader.read_page, limits) if has_pages else Loaded([], Chain(), None)
    files, page_files = loaded.files, loaded_pages.files

    warn_of_shared(project)

    _check_folder(tree, files)
    _check_own_urls(tree, [*files, *page_files], own)
    documented = [Documented(file.source.name, tuple(file.exports.handlers), file.openapi) for file in files]
    tree.mistakes += find_mistakes(documented, openapi.security_schemes)
    _check_mistakes(tree, page_tree)

    root = Root(
        loaded.middleware, ErrorFunctions(loaded.error, loaded_pages.error or loaded.error), limits, bool(page_files)
    )
    page_routes = {file.url.shape: page_route(file, root) for file in page_files}
    routes = _sort(file_route(file, page_routes.get(file.url.shape), root, loaded_pages.error) for file in files)
    routes = _sort([*routes, *openapi_routes(own, routes, project.name, openapi, root)])

    readable = {**page_routes, **{route.url.shape: route for route in routes}}
    return Built(routes, _sort(page_routes.values()), _sort(readable.values()), unmatched_route(root))


def _scan(project: Path, folder: Path, page_tree: Tree) -> Tree:
    """Scan the tree of route files; it may be missing if there are pages."""
    if not _is_missing(folder):
        tree = scan(project, folder)
        if not tree.files and not tree.mistakes and not page_tree.files:
            logger().warning("%s holds no route file: every request will be a 404", tree.name(folder))
        return tree
    tree = Tree(project, folder)
    if _is_missing(page_tree.folder):
        remedy = f"Write `def GET(req, res):` in {printable(folder.name)}/index.py.\n{_OTHER_FOLDER}"
        tree.reject(folder, "there is no such folder", remedy)
    return tree


def _is_missing(folder: Path) -> bool:
    """Return whether there is no such folder; a broken link, or one that cannot be reached, is left to its scan."""
    try:
        return not S_ISDIR(os.stat(folder).st_mode)
    except PermissionError:
        return False
    except OSError:
        return not os.path.islink(folder)


def _check_folder(tree: Tree, files: Sequence[RouteFile]) -> None:
    """Reject a folder that is only called `server`: none of its files defines a handler, or it is Django's."""
    if tree.folder.name != "server":
        return
    served = {file.source.path for file in files}
    others = {file.path.name for file in tree.files if file.path.parent == tree.folder and file.path not in served}
    no_handlers = not served and all(mistake.what == NO_HANDLER for mistake in tree.mistakes)
    if len(others & _DJANGO_FILES) > 1 or (no_handlers and tree.files):
        tree.reject(tree.folder, "does not look like a tree of route files", _OTHER_FOLDER)


def _check_own_urls(tree: Tree, files: Sequence[RouteFile], urls: Sequence[OwnUrl]) -> None:
    """Reject files that serve a URL of the document or of the docs page."""
    taken = {own.url.shape: own for own in urls}
    for file in files:
        if own := taken.get(file.url.shape):
            what = "the OpenAPI document" if own.name == DOCUMENT else "the docs page"
            moved = "the document" if own.option == "openapi" else "the docs page"
            remedy = f"Give {moved} another path: App(..., {own.option}=...)."
            tree.reject(file.source.path, f"serves {own.url.text}, as {what} does", remedy)


def _check_mistakes(*trees: Tree) -> None:
    """Raise TreeError with the mistakes of all trees, if there are any, in the order of files and lines."""
    mistakes = [mistake for tree in trees for mistake in tree.mistakes]
    if mistakes:
        raise TreeError(sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line or 0)))


def _sort(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return routes in the order of precedence."""
    return tuple(sorted(routes, key=lambda route: route.url.order))
