"""A project folder turned into routes: walk, refuse, load, refuse, sort.

Every mistake is found before one is raised: names, then files that share a URL, then what each file turns out
to be when it is imported. Pages and route files are two trees, put together into one order of precedence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from fsapi import handlers
from fsapi.binding import bind
from fsapi.contract import refuse_params
from fsapi.handlers import Exports
from fsapi.imports import Imports
from fsapi.methods import refuse, table
from fsapi.middleware import Middleware, compose
from fsapi.mistake import Mistake, TreeError, Unfit
from fsapi.owners import owned
from fsapi.pages import choice, rendered
from fsapi.req import Req
from fsapi.res import Res
from fsapi.route import Handler, Route, Way
from fsapi.tree import File, Tree, scan

#: Where the environ of a request has the exception that its path is answered with.
REFUSAL = "fsapi.refusal"
_log = logging.getLogger("fsapi")
# What a Django project has beside each other, and a tree of route files has not.
_DJANGO = {"asgi.py", "settings.py", "urls.py", "wsgi.py"}
_ELSEWHERE = 'If the API is in another folder, pass its name: App(__file__, server="api").'

_Read = Callable[[ModuleType, str], Exports]


@dataclass(frozen=True)
class Built:
    """What a project became: its route files and its pages, each in the order of precedence.

    `reading` is what GET and HEAD see, both as one; `lost` is the route of paths that no file has.
    """

    routes: tuple[Route, ...]
    pages: tuple[Route, ...]
    reading: tuple[Route, ...]
    lost: Route


@dataclass(frozen=True)
class _Leaf:
    """A file under one of its URLs: what it exports, the limit of its bodies, and its middleware."""

    file: File
    way: Way
    module: ModuleType
    exports: Exports
    max_body: int | None
    chain: list[Middleware]


def build(project: Path, folder: Path, pages: Path, max_body: int | None) -> Built:
    """Return what a project became; raise TreeError with all of its mistakes."""
    page_tree = scan(project, pages) if pages.is_dir() else Tree(project, pages)
    tree = _tree(project, folder, page_tree)
    leaves = list(_leaves(tree, handlers.read, max_body))
    page_leaves = list(_leaves(page_tree, handlers.read_page, max_body))
    if folder.name == "server" and _foreign(tree, {leaf.file for leaf in leaves}):
        tree.refuse(folder, "does not look like a tree of route files", _ELSEWHERE)
    if mistakes := [*tree.mistakes, *page_tree.mistakes]:
        raise TreeError(sorted(mistakes, key=lambda mistake: mistake.file))
    return _put_together(leaves, [_page(leaf) for leaf in page_leaves], _lost(tree, max_body, leaves))


def _put_together(leaves: list[_Leaf], pages: list[Route], lost: Route) -> Built:
    """Return route files and pages as one; where both have the same shape, GET and HEAD choose."""
    twins = {page.way.shape: page for page in pages}
    routes = [_route(leaf, twins.pop(leaf.way.shape, None)) for leaf in leaves]
    return Built(_sorted(routes), _sorted(pages), _sorted([*routes, *twins.values()]), lost)


def _sorted(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return routes in the order of precedence."""
    return tuple(sorted(routes, key=lambda route: route.way.order))


def _route(leaf: _Leaf, page: Route | None) -> Route:
    """Return a route with its handlers within its middleware, and the page that has the same URL."""
    reading = ("GET", "HEAD") if page is not None else ()
    bound = {name: _bound(leaf, name, handler) for name, handler in leaf.exports.handlers.items()}
    methods = {method: compose(leaf.chain, handler) for method, handler in table(bound, reading).items()}
    if page is not None:
        names = [param.name for segment in leaf.way.segments for param in segment.params]
        methods |= {method: choice(page, names, methods.get(method)) for method in reading}
    return _planted(leaf, methods)


def _page(leaf: _Leaf) -> Route:
    """Return the route of a page."""
    page = rendered(leaf.exports.handlers["page"], leaf.file.name)
    answered = table({"GET": _bound(leaf, "page", page)})
    return _planted(leaf, {method: compose(leaf.chain, handler) for method, handler in answered.items()})


def _bound(leaf: _Leaf, name: str, handler: Handler) -> Handler:
    """Return what answers for an export, within its contract."""
    return bind(leaf.exports.contracts[name], handler, [param.name for param in leaf.way.absent])


def _planted(leaf: _Leaf, methods: dict[str, Handler]) -> Route:
    """Return the route of a leaf that answers some methods."""
    otherwise = compose(leaf.chain, refuse(methods))
    files = tuple(middleware.file for middleware in leaf.chain)
    return Route(
        leaf.file.name, leaf.way, leaf.module, methods, leaf.max_body, otherwise, tuple(leaf.exports.handlers), files
    )


def _lost(tree: Tree, max_body: int | None, leaves: list[_Leaf]) -> Route:
    """Return the route of paths that no file has, within the middleware of the root."""
    root = tree.middleware.get(tree.folder)
    chain = [above for leaf in leaves for above in leaf.chain[:1] if root is not None and above.file == root.name][:1]
    otherwise = compose(chain, _raise_refusal)
    return Route("", Way(), ModuleType("lost"), {}, max_body, otherwise, (), tuple(above.file for above in chain))


def _raise_refusal(req: Req, res: Res) -> NoReturn:
    """Raise the 404 or 400 that the path of a request is answered with."""
    raise req.environ[REFUSAL]


def _tree(project: Path, folder: Path, pages: Tree) -> Tree:
    """Return the tree of route files, which may be missing where there are pages."""
    if folder.is_dir():
        tree = scan(project, folder)
        if not tree.files and not tree.mistakes and not pages.files:
            _log.warning("%s holds no route file: every request will be a 404", tree.name(folder))
        return tree
    tree = Tree(project, folder)
    if not pages.folder.is_dir():
        remedy = f"Write `def GET(req, res):` in {folder.name}/index.py.\n{_ELSEWHERE}"
        tree.refuse(folder, "there is no such folder", remedy)
    return tree


def _leaves(tree: Tree, read: _Read, max_body: int | None) -> Iterator[_Leaf]:
    """Yield the files of a tree that can be served under each of their URLs; refuse the others."""
    ways, imports = owned(tree), Imports(tree)
    chains = {file: chain for file in tree.middleware.values() for chain in _middleware(tree, imports, file)}
    loaded = {file: module for file in tree.files for module in imports.load(file)}
    read_files = {file: own for file, module in loaded.items() for own in _read(tree, read, file, module, max_body)}
    for file, (exports, _) in read_files.items():
        _compare(tree, file, loaded[file], exports, [way for other, way in ways if other is file])
    for file, way in ways:
        if file in read_files:
            chain = [chains[above] for above in tree.above(file) if above in chains]
            yield _Leaf(file, way, loaded[file], *read_files[file], chain)


def _read(
    tree: Tree, read: _Read, file: File, module: ModuleType, max_body: int | None
) -> Iterator[tuple[Exports, int | None]]:
    """Yield what a file exports and the limit of its bodies, if it exports anything; refuse its mistakes."""
    exports = read(module, file.name)
    limit, wrong = handlers.limit(module, file.name, max_body)
    tree.mistakes += [*exports.mistakes, *wrong]
    if exports.handlers:
        yield exports, limit


def _compare(tree: Tree, file: File, module: ModuleType, exports: Exports, ways: list[Way]) -> None:
    """Refuse contracts that ask for other params than the path of their file has."""
    for name, contract in exports.contracts.items():
        try:
            refuse_params(name, contract, ways)
        except Unfit as unfit:
            tree.mistakes.append(Mistake(file.name, unfit.what, unfit.remedy, handlers.line(module, name)))


def _middleware(tree: Tree, imports: Imports, file: File) -> Iterator[Middleware]:
    """Yield the middleware of a file, if it has one; refuse its mistakes."""
    for module in imports.load(file):
        function, mistakes = handlers.read_middleware(module, file.name)
        tree.mistakes += mistakes
        if function is not None:
            yield Middleware(file.name, function)


def _foreign(tree: Tree, loaded: Collection[File]) -> bool:
    """Tell whether a folder is something else: no handler anywhere, nor anything like one; or Django's settings."""
    names = {file.path.name for file in tree.files if file.path.parent == tree.folder and file not in loaded}
    bare = not loaded and all(mistake.what == handlers.NOTHING for mistake in tree.mistakes)
    return len(names & _DJANGO) > 1 or (bare and bool(tree.files))
