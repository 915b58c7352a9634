"""A project folder turned into routes: walk, refuse, load, refuse, sort.

Every mistake is found before one is raised: names, then files that share a URL, then what each file turns out
to be when it is imported. Pages and route files are two trees, put together into one order of precedence.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from fsapi.contracts.binding import bind
from fsapi.contracts.response_check import checked
from fsapi.request.req import Req
from fsapi.request.route import Handler, Route, map_variables
from fsapi.response.res import Res
from fsapi.routing import exports
from fsapi.routing.methods import method_not_allowed, method_table
from fsapi.routing.middleware import Middleware, compose
from fsapi.routing.openapi_route import document_pattern, openapi_route
from fsapi.routing.pages import choose, page_handler, show_page
from fsapi.routing.route_files import RouteFile, load_route_files
from fsapi.tree.mistakes import TreeError
from fsapi.tree.patterns import Pattern
from fsapi.tree.scan import File, Tree, scan

#: Where the environ of a request has the exception that its path is answered with.
PATH_ERROR = "fsapi.refusal"
_log = logging.getLogger("fsapi")
# What a Django project has beside each other, and a tree of route files has not.
_DJANGO = {"asgi.py", "settings.py", "urls.py", "wsgi.py"}
_ELSEWHERE = 'If the API is in another folder, pass its name: App(__file__, server="api").'


@dataclass(frozen=True)
class Built:
    """What a project became: its route files and its pages, each in the order of precedence.

    `reading` is what GET and HEAD see, both as one; `lost` is the route of paths that no file has.
    """

    routes: tuple[Route, ...]
    pages: tuple[Route, ...]
    reading: tuple[Route, ...]
    lost: Route


def build(project: Path, folder: Path, pages: Path, max_body: int | None, openapi: str | None) -> Built:
    """Return what a project became; raise TreeError with all of its mistakes, and ValueError for a wrong `openapi`."""
    page_tree = scan(project, pages) if pages.is_dir() else Tree(project, pages)
    tree = _tree(project, folder, page_tree)
    files = load_route_files(tree, exports.read_handlers, max_body)
    page_files = load_route_files(page_tree, exports.read_page, max_body)
    if folder.name == "server" and _foreign(tree, {file.source for file in files}):
        tree.reject(folder, "does not look like a tree of route files", _ELSEWHERE)
    pattern = None if openapi is None else document_pattern(openapi)
    for file in [*files, *page_files]:
        if pattern is not None and file.url.shape == pattern.shape:
            remedy = "Give the document another path: App(..., openapi=...)."
            tree.reject(file.source.path, f"serves {pattern.text}, as the OpenAPI document does", remedy)
    if mistakes := [*tree.mistakes, *page_tree.mistakes]:
        raise TreeError(sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line or 0)))
    chain = _root(tree, files)
    built = _put_together(files, [_page(file) for file in page_files], _lost(chain, max_body))
    return built if pattern is None else _with_document(built, pattern, chain, project.name)


def _with_document(built: Built, pattern: Pattern, chain: Sequence[Middleware], title: str) -> Built:
    """Return what a project became, with the document of its route files under a path of its own."""
    route = openapi_route(pattern, built.routes, title, chain, built.lost.max_body)
    return replace(built, routes=_sorted([*built.routes, route]), reading=_sorted([*built.reading, route]))


def _put_together(files: list[RouteFile], pages: list[Route], lost: Route) -> Built:
    """Return route files and pages as one; where both have the same shape, GET and HEAD choose."""
    twins = {page.url.shape: page for page in pages}
    routes = [_route(file, twins.pop(file.url.shape, None)) for file in files]
    return Built(_sorted(routes), _sorted(pages), _sorted([*routes, *twins.values()]), lost)


def _sorted(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return routes in the order of precedence."""
    return tuple(sorted(routes, key=lambda route: route.url.order))


def _route(file: RouteFile, page: Route | None) -> Route:
    """Return a route with its handlers within its middleware, and the page that has the same URL."""
    reading = ("GET", "HEAD") if page is not None else ()
    bound = {name: _bound(file, name, handler) for name, handler in file.exports.handlers.items()}
    methods = {method: compose(file.middleware, handler) for method, handler in method_table(bound, reading).items()}
    if page is not None:
        show = show_page(page, [name for name, _ in map_variables(file.url)])
        methods |= {method: choose(show, methods[method]) if method in methods else show for method in reading}
    return _planted(file, methods, documented=True)


def _page(file: RouteFile) -> Route:
    """Return the route of a page."""
    page = page_handler(file.exports.handlers["page"], file.source.name)
    answered = method_table({"GET": _bound(file, "page", page)})
    return _planted(
        file, {method: compose(file.middleware, handler) for method, handler in answered.items()}, documented=False
    )


def _bound(file: RouteFile, name: str, handler: Handler) -> Handler:
    """Return what answers for an export, within its contract."""
    contract = file.exports.contracts[name]
    return bind(contract, checked(contract, handler, file.source.name), [param.name for param in file.url.absent])


def _planted(file: RouteFile, methods: dict[str, Handler], *, documented: bool) -> Route:
    """Return the route of a file that answers some methods."""
    return Route(
        file=file.source.name,
        pattern=file.url.text,
        module=file.module,
        url=file.url,
        variables=map_variables(file.url),
        methods=methods,
        otherwise=compose(file.middleware, method_not_allowed(methods)),
        max_body=file.max_body,
        middleware=tuple(middleware.file for middleware in file.middleware),
        exports=tuple(file.exports.handlers),
        contracts=file.exports.contracts,
        documented=documented,
    )


def _root(tree: Tree, files: list[RouteFile]) -> tuple[Middleware, ...]:
    """Return the middleware of the tree's own folder, if it has any."""
    return files[0].middleware[:1] if files and tree.folder in tree.middleware else ()


def _lost(chain: Sequence[Middleware], max_body: int | None) -> Route:
    """Return the route of paths that no file has, within the middleware of the root."""
    return Route(
        file="",
        pattern="",
        module=ModuleType("lost"),
        url=Pattern(),
        variables=(),
        methods={},
        otherwise=compose(chain, _raise_refusal),
        max_body=max_body,
        middleware=tuple(above.file for above in chain),
    )


def _raise_refusal(req: Req, res: Res) -> NoReturn:
    """Raise the 404 or 400 that the path of a request is answered with."""
    raise req.environ[PATH_ERROR]


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
        tree.reject(folder, "there is no such folder", remedy)
    return tree


def _foreign(tree: Tree, loaded: Collection[File]) -> bool:
    """Tell whether a folder is something else: no handler anywhere, nor anything like one; or Django's settings."""
    names = {file.path.name for file in tree.files if file.path.parent == tree.folder and file not in loaded}
    bare = not loaded and all(mistake.what == exports.NO_HANDLER for mistake in tree.mistakes)
    return len(names & _DJANGO) > 1 or (bare and bool(tree.files))
