"""A URL and the handlers that answer it, fixed when the app is built.

An optional segment makes two routes of one route file, each with its own place in the order of precedence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

from fsapi.request.contract import Contract
from fsapi.tree.patterns import Pattern

#: The methods that a route file can answer, in the order in which `Allow` lists them.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: The environ keys of the pattern and of the file that answer, "" for a path that no file has. Tools around the app,
#: such as access logs and traces, take their names from them.
ROUTE_KEY, FILE_KEY = "fsapi.route", "fsapi.file"

#: A function that takes a Req and a Res. What it returns is checked when it has run.
Handler = Callable[[Any, Any], object]
#: A function that takes also the error that it answers.
ErrorCall = Callable[[Any, Any, Any], object]


class ErrorFunction(NamedTuple):
    """The function of an `_error.py`, the name of that file, and what the annotations of the function promise."""

    file: str
    call: ErrorCall
    contract: Contract


class ErrorFunctions(NamedTuple):
    """The functions that answer the errors of a route: `html` those of clients that prefer HTML, `json` all others.

    None stands for the plain answer.
    """

    json: ErrorFunction | None = None
    html: ErrorFunction | None = None


class Limits(NamedTuple):
    """The limits of a request: `body` in bytes, `fields` of a form; None is no limit."""

    body: int | None = 10 * 1024 * 1024
    fields: int | None = 1000


def is_limit(value: object) -> bool:
    """Return whether a value is a number of bytes or fields."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class Setting(NamedTuple):
    """A setting called `openapi`, as JSON: what it says of operations, None to hide them; its file and its line."""

    file: str
    line: int | None
    value: dict[str, Any] | None


class Route:
    """A route file under one of its URLs.

    | field | is |
    |---|---|
    | `file` | the name of the file from the project folder on; "" for paths that no file serves |
    | `pattern` | the URL as the tree writes it |
    | `module` | the imported file |
    | `url` | the pattern, parsed |
    | `variables` | the params of the path, each with its variable in the Map |
    | `methods` | the handler of every method that the route answers |
    | `otherwise` | the handler of all other methods |
    | `limits` | what its requests may send at most |
    | `reads_body` | whether a contract of the file reads a body, and so needs what middleware has read of it |
    | `middleware` | the files of the functions around the handlers, the outermost first |
    | `exports` | the names of the file's own handlers, or `page` |
    | `contracts` | what the annotations of each export promise |
    | `errors` | the functions that answer its errors |
    | `openapi` | the settings of that name in its middleware and its file, the outermost first |
    | `documented` | whether the OpenAPI document lists it |
    """

    __slots__ = (
        *("contracts", "documented", "errors", "exports", "file", "limits", "methods", "middleware"),
        *("module", "openapi", "otherwise", "pattern", "reads_body", "url", "variables"),
    )

    def __init__(
        self,
        *,
        file: str,
        pattern: str,
        module: ModuleType,
        url: Pattern,
        variables: tuple[tuple[str, str], ...],
        methods: Mapping[str, Handler],
        otherwise: Handler,
        limits: Limits,
        reads_body: bool = False,
        middleware: tuple[str, ...] = (),
        exports: tuple[str, ...] = (),
        contracts: Mapping[str, Contract] = MappingProxyType({}),
        errors: ErrorFunctions = ErrorFunctions(),  # noqa: B008 - it never changes
        openapi: tuple[Setting, ...] = (),
        documented: bool = False,
    ) -> None:
        self.file = file
        self.pattern = pattern
        self.module = module
        self.url = url
        self.variables = variables
        self.methods = methods
        self.otherwise = otherwise
        self.limits = limits
        self.reads_body = reads_body
        self.middleware = middleware
        self.exports = exports
        self.contracts = contracts
        self.errors = errors
        self.openapi = openapi
        self.documented = documented

    def __repr__(self) -> str:
        return f"<Route {self.pattern} {self.file}>"

    @property
    def allow(self) -> tuple[str, ...]:
        """Return the methods that the file answers (RFC 9110, 10.2.1)."""
        return in_allow_order(self.methods)


def in_allow_order(methods: Collection[str]) -> tuple[str, ...]:
    """Return methods in the order in which `Allow` lists them."""
    return tuple(method for method in METHODS if method in methods)


def map_variables(url: Pattern) -> tuple[tuple[str, str], ...]:
    """Return the params of a URL, each with its variable in the Map: p0, p1, and so on."""
    params = (param for segment in url.segments for param in segment.params)
    return tuple((param.name, f"p{place}") for place, param in enumerate(params))


def absent_params(route: Route) -> dict[str, Any]:
    """Return the params of the optional segments that the path of a route lacks, fresh for each request."""
    return {param.name: [] if param.rest else None for param in route.url.absent}
