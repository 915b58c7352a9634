"""Make the routes of files: every handler inside its contract, and inside the middleware of its folders."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple, NoReturn

from werkzeug.exceptions import HTTPException

from fsapi.answers.response_check import checked
from fsapi.answers.writer import answering
from fsapi.contracts.binding import bind
from fsapi.contracts.body import content_types
from fsapi.request.req import Req, environ_of
from fsapi.request.route import ErrorFunction, ErrorFunctions, Handler, Limits, Route, map_variables
from fsapi.response.res import Res
from fsapi.routing.methods import method_not_allowed, method_table
from fsapi.routing.middleware import Chain, compose
from fsapi.routing.pages import choose, page_handler, show_page
from fsapi.routing.route_files import RouteFile, middleware_files
from fsapi.tree.patterns import Pattern

#: The environ key of the exception that answers a request whose path matches no route.
PATH_ERROR = "fsapi.path_error"
_NOT_FOUND = {"error": "Not Found"}


class Root(NamedTuple):
    """What applies to paths that no route file has: the middleware and errors of the top, and the limits.

    `pages` says whether there are pages, so that errors depend on what the client prefers.
    """

    middleware: Chain
    errors: ErrorFunctions
    limits: Limits
    pages: bool

    def sees_errors(self, middleware: Chain, errors: ErrorFunctions) -> bool:
        """Return whether anything but the plain answer comes of an error inside some middleware."""
        return bool(middleware or self.pages or errors != ErrorFunctions())


def file_route(file: RouteFile, page: Route | None, root: Root, html_error: ErrorFunction | None) -> Route:
    """Return the route of a route file.

    A `page` of the same shape answers GET and HEAD if the client prefers HTML, or if the file has no handler for them.
    `html_error` answers the errors of clients that prefer HTML, if there is one.
    """
    shown = ("GET", "HEAD") if page is not None else ()
    handlers = {name: _bind(file, name, handler) for name, handler in file.exports.handlers.items()}
    methods = _inside_middleware(file, method_table(handlers, also=shown))
    if page is not None:
        show = show_page(page, [name for name, _ in map_variables(file.url)])
        methods |= {method: choose(show, methods[method]) if method in methods else show for method in shown}
    return _route(file, methods, root, ErrorFunctions(file.error, html_error or file.error), documented=True)


def page_route(file: RouteFile, root: Root) -> Route:
    """Return the route of a page, which answers GET and HEAD; its errors as HTML, if that is preferred."""
    page = page_handler(file.exports.handlers["page"], file.source.name)
    methods = method_table({"GET": _bind(file, "page", page)})
    return _route(file, _inside_middleware(file, methods), root, ErrorFunctions(root.errors.json, file.error))


def unmatched_route(root: Root) -> Route:
    """Return the route of all paths that match no other, which are a 404 or a 400."""
    seen = root.sees_errors(root.middleware, root.errors)
    return Route(
        file="",
        pattern="",
        module=ModuleType("unmatched"),
        url=Pattern(),
        variables=(),
        methods={},
        otherwise=compose(root.middleware, _raise_path_error if seen else _answer_path_error),
        limits=root.limits,
        middleware=middleware_files(root.middleware),
        errors=root.errors,
    )


def _bind(file: RouteFile, name: str, handler: Handler) -> Handler:
    """Return the handler of an export inside its contract."""
    contract = file.exports.contracts[name]
    within = answering(contract, handler, f"{name} in {file.source.name}")
    return bind(contract, checked(contract, within, file.source.name), [param.name for param in file.url.absent])


def _inside_middleware(file: RouteFile, methods: Mapping[str, Handler]) -> dict[str, Handler]:
    """Return the handler of every method inside the middleware of a file."""
    return {method: compose(file.middleware, handler) for method, handler in methods.items()}


def _route(
    file: RouteFile, methods: Mapping[str, Handler], root: Root, errors: ErrorFunctions, *, documented: bool = False
) -> Route:
    """Return the route of a file that answers these methods, and others with a 405."""
    return Route(
        file=file.source.name,
        pattern=file.url.text,
        module=file.module,
        url=file.url,
        variables=map_variables(file.url),
        methods=methods,
        otherwise=compose(file.middleware, method_not_allowed(methods, seen=root.sees_errors(file.middleware, errors))),
        limits=file.limits,
        reads_body=any(content_types(contract.body) for contract in file.exports.contracts.values()),
        middleware=middleware_files(file.middleware),
        exports=tuple(file.exports.handlers),
        contracts=file.exports.contracts,
        errors=errors,
        openapi=file.openapi,
        documented=documented,
    )


def _raise_path_error(req: Req, res: Res) -> NoReturn:
    """Raise the exception that the router has found for the path."""
    raise environ_of(req)[PATH_ERROR]


def _answer_path_error(req: Req, res: Res) -> None:
    """Answer with the exception that the router has found for the path, where nobody would see it raised."""
    exc: HTTPException = environ_of(req)[PATH_ERROR]
    res.json(_NOT_FOUND if exc.code == 404 else {"error": exc.description}, exc.code)
