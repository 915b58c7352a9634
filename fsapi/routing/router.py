"""Match paths to routes, and build the paths of routes.

The Werkzeug Map is what `app.url_map` shows and what URLs are built with. Its rules have no methods: the path picks the
file, and a method that the file lacks is a 405. Paths are matched without it: those without params, which come first in
the order of precedence, in a dictionary, all others in an index of its rules. Both give the same answer, but the Map
knows neither the limit of ints nor that a part of a segment is never `.` or `..`, and its regexes can take cubic time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import HTTPException, NotFound

from fsapi.request.path import read_path
from fsapi.request.route import Route, absent_params
from fsapi.routing.index import Index
from fsapi.routing.rules import collector_paused, make_map
from fsapi.routing.url_values import is_list, is_same

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: The route of a path and its params, or the exception that the path is answered with.
Found = tuple[Route, dict[str, Any]] | HTTPException

# The exports of a file that answer GET or HEAD.
_READING = {"GET", "HEAD", "default"}


class Paths:
    """The routes that paths lead to."""

    def __init__(self, routes: Sequence[Route]) -> None:
        """Index the routes. They are in the order of precedence, and no two have the same shape."""
        self.routes = tuple(routes)
        self._literals: dict[object, Route] = {route.pattern: route for route in routes if not route.variables}
        # Where the target is one of these, there is nothing to decode.
        self._plain = {path: each for path, each in self._literals.items() if _is_plain(path) and not each.url.absent}
        self._find = Index(route for route in routes if route.variables).find

    def find(self, environ: WSGIEnvironment) -> Found:
        """Return the route of a request and its params, or the 404 or 400 for its path."""
        info = environ.get("PATH_INFO")
        if info in self._plain and (environ.get("RAW_URI") or environ.get("REQUEST_URI")) == info:
            return self._plain[info], {}
        path = read_path(environ)
        route = self._literals.get(path)
        if route is not None:
            return route, absent_params(route) if route.url.absent else {}
        if not isinstance(path, str):
            return path
        found = self._find(path)
        if found is None:
            return NotFound()
        route, params = found
        return (route, {**params, **absent_params(route)}) if route.url.absent else found


class Router(Paths):
    """The routes that one Map matches."""

    @collector_paused()
    def __init__(self, routes: Sequence[Route]) -> None:
        """Build the Map, which takes most of the time, and the index."""
        super().__init__(routes)
        self.url_map = make_map(routes)
        self._adapter = self.url_map.bind("")
        self._by_file: dict[str, list[Route]] = {}
        for route in routes:
            self._by_file.setdefault(route.file, []).append(route)

    def url(self, file: str, params: dict[str, Any], readable: Router) -> str:
        """Return the URL of a route file; `readable` is the router for GET and HEAD.

        Raise LookupError for a file that is not in the tree, and ValueError for params that do not fit, or that a
        request for the URL would not give back.
        """
        given = {name: v for name, v in params.items() if v is not None and not (is_list(v) and len(v) == 0)}
        routes = self._by_file.get(file)
        if routes is None:
            raise LookupError(f"{file} is not a route file")
        for route in routes:
            if {name for name, _ in route.variables} == given.keys():
                url = self._adapter.build(route, {variable: given[name] for name, variable in route.variables})
                self._check_url(url, route, given)
                if readable is not self and not _READING.isdisjoint(route.exports):
                    readable._check_url(url, route, given)
                return url
        patterns = " or ".join(route.pattern for route in routes)
        raise ValueError(f"{file} has the URL {patterns}, but the params given are {sorted(given)}")

    def _check_url(self, url: str, route: Route, given: dict[str, Any]) -> None:
        """Raise ValueError for a URL that another file answers, or whose params are not those given."""
        found = self.find({"PATH_INFO": unquote_to_bytes(url).decode("latin-1"), "RAW_URI": url})
        answered, got = found if isinstance(found, tuple) else (None, {})
        would_be = f"{route.file} with the params {given} would be {url}"
        if answered is not route:
            raise ValueError(f"{would_be}, which {answered.file if answered is not None else 'no file'} answers")
        if not all(is_same(got[name], value) for name, value in given.items()):
            raise ValueError(f"{would_be}, whose params are {got}")


def _is_plain(path: object) -> bool:
    """Return whether a path is the same in a URL, in the environ and decoded."""
    return isinstance(path, str) and path.isascii() and not {"%", "?"} & {*path}
