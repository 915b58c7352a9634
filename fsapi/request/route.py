"""A URL and the handlers that answer it, as they stand when the app is built.

An optional segment makes two routes of one route file, each with its own place in the order of precedence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from fsapi.request.contract import Contract
from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import Param

#: The methods that a route file can answer, in the order in which `Allow` lists them.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: Where an environ names the page that was chosen instead of the route file of the same shape.
PAGE_KEY = "fsapi.chosen"

#: A handler takes a Req and a Res; what it returns is judged when it has run.
Handler = Callable[[Any, Any], object]


@dataclass(frozen=True, eq=False)
class Route:
    """A route file under one URL pattern.

    `file` is its name from the project folder on, `pattern` the URL as the tree writes it, `module` the
    imported file, `methods` the handler of every method that it answers, `allow` the value of the header of
    that name (RFC 9110, 10.2.1), `max_body` the limit of its bodies in bytes, None where there is none, and
    `middleware` the files of the functions that run before and around the handlers, the outermost first.
    `otherwise` answers all other methods, `exports` are the names of the file's own handlers, or `page`, and
    `contracts` what their annotations promise. A path that no file has is a route without a file.
    """

    file: str
    url: Pattern
    module: ModuleType
    methods: Mapping[str, Handler]
    max_body: int | None
    otherwise: Handler
    exports: tuple[str, ...] = ()
    middleware: tuple[str, ...] = ()
    contracts: Mapping[str, Contract] = field(default_factory=dict[str, Contract])
    pattern: str = field(init=False)
    names: tuple[tuple[str, str], ...] = field(init=False)
    absent: tuple[Param, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Put what every request needs where it costs nothing: `names` pairs params with variables of the Map."""
        params = (param for segment in self.url.segments for param in segment.params)
        names = tuple((param.name, f"p{place}") for place, param in enumerate(params))
        pattern = self.file and self.url.text
        for name, value in {"pattern": pattern, "names": names, "absent": self.url.absent}.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Route {self.pattern} {self.file}>"

    @property
    def allow(self) -> tuple[str, ...]:
        """Return the methods that the file answers."""
        return tuple(method for method in METHODS if method in self.methods)


def absent_params(route: Route) -> dict[str, Any]:
    """Return the params of the optional segments that a route does not have, fresh for each request."""
    return {param.name: [] if param.rest else None for param in route.absent}
