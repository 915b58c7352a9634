"""The command `explain`: which file answers a request, and which others lose at which segment, or why none does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import HTTPException

from fsapi.app import App
from fsapi.exports.bindings import line
from fsapi.inspection.losers import find_losers, list_losers
from fsapi.inspection.params_fit import params_fit
from fsapi.inspection.route_table import mounted_url
from fsapi.inspection.wrapped_apps import Mounted
from fsapi.request.path import read_path
from fsapi.request.route import Route, absent_params
from fsapi.routing.router import Paths

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What stands before a path: a scheme and a host, or this machine with a port, as curl takes it.
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|(?:localhost|[0-9.]+|\[[0-9A-Fa-f:]+\]):[0-9]+(?=[/?#]|$)")
_SAFE = "/!$&'()*+,;=:@-._~%?"


class Lookup:
    """The look-up of an App, made of its routes without their Map, which is slow to build."""

    def __init__(self, mounted: Mounted) -> None:
        self.app, self.prefix = mounted.app, mounted.prefix
        files = [route for route in self.app.routes if route.exports != ("page",)]
        self._pages = {route.url.shape: route for route in self.app.routes if route.exports == ("page",)}
        readable = self._pages | {route.url.shape: route for route in files}
        self._files = Paths(files)
        self._readable = Paths(sorted(readable.values(), key=lambda route: route.url.order))

    def find(self, method: str, environ: WSGIEnvironment) -> tuple[Route, dict[str, Any]] | HTTPException:
        """Return the route that answers a request, with its params, or the exception for its path."""
        if method not in ("GET", "HEAD"):
            found = self._files.find(environ)
            return found if isinstance(found, tuple) else self._readable.find(environ)
        found = self._readable.find(environ)
        return self._page_instead(method, *found) if isinstance(found, tuple) else found

    def _page_instead(self, method: str, route: Route, params: dict[str, Any]) -> tuple[Route, dict[str, Any]]:
        """Return the page of the same shape, with its names for the params, where the file has no handler for GET."""
        page = self._pages.get(route.url.shape)
        if page is None or _export(route, method) is not None:
            return route, params
        values = [params[name] for name, _ in route.variables]
        return page, {name: value for (name, _), value in zip(page.variables, values)} | absent_params(page)

    def url(self, route: Route) -> str:
        """Return the URL of a route as the tree writes it, below the mount."""
        return mounted_url(self.prefix, route)

    def environ(self, target: str) -> WSGIEnvironment:
        """Return what the path of a request is read from."""
        info = unquote_to_bytes(target.partition("?")[0].removeprefix(quote(self.prefix))).decode("latin-1")
        return {"SCRIPT_NAME": self.prefix, "PATH_INFO": info, "RAW_URI": target}


def explain(apps: Sequence[Mounted], method: str, url: str) -> int:
    """Print which file answers a request, or why none does; return the exit code."""
    target = _target(url)
    below = [Lookup(each) for each in apps if _reaches(target, each)]
    beside = [path for each in apps for path in each.beside if _is_below(target, path)]
    if not below and beside:
        print(f"{method} {target} reaches no App: another application is mounted at {max(beside, key=len)}")
        return 0
    if not below:
        mounts = " and ".join(sorted({each.prefix for each in apps}))
        print(f"{method} {target} reaches no App: they are mounted at {mounts}")
        return 0
    print("\n".join(_explanation(_answering(below, method, target), method, target)))
    return 0


def _answering(below: Sequence[Lookup], method: str, target: str) -> Lookup:
    """Return the App that answers: of those on the way of a request, the first that has its path, or no fallback."""
    having = (each for each in below if isinstance(each.find(method, each.environ(target)), tuple))
    final = (each for each in below if each.app.unmatched is not None)
    return next(chain(having, final), below[-1])


def _explanation(lookup: Lookup, method: str, target: str) -> Iterator[str]:
    """Yield the lines for a request to an App."""
    app, environ, asked = lookup.app, lookup.environ(target), f"{method} {target}"
    found, path = lookup.find(method, environ), read_path(environ)
    if isinstance(path, HTTPException):
        empty = "empty segments, `.` and `..` match nothing, even encoded"
        answer = f"a {path.code}" if app.unmatched is not None else "answered by the fallback"
        yield f"{asked} is {answer}: {path.description if path.code == 400 else empty}"
        return
    winner = found[0] if isinstance(found, tuple) else None
    if isinstance(found, tuple):
        yield from _describe(lookup, asked, method, *found)
    else:
        yield from _describe_unmatched(app, asked)
        near = get_close_matches(path, [route.pattern for route in app.routes if route.exports], n=1)
        yield from (
            f"  nearest     {lookup.url(route)}  {route.file}" for route in app.routes if [route.pattern] == near
        )
    yield from list_losers(find_losers(app.routes, path[1:].split("/") if path != "/" else [], winner))


def _describe_unmatched(app: App, asked: str) -> Iterator[str]:
    """Yield what answers a path that no route matches: the fallback, or a 404 inside the middleware of the root."""
    if app.unmatched is None:
        yield f"{asked} is answered by the fallback: no file has this path"
        return
    yield f"{asked} is a 404: no file has this path"
    if app.unmatched.middleware:
        yield f"  middleware  {' > '.join(app.unmatched.middleware)}"


def _describe(lookup: Lookup, asked: str, method: str, route: Route, params: dict[str, Any]) -> Iterator[str]:
    """Yield what answers a request: the handler, its URL, its params and the middleware around it."""
    yield f"{asked} is {_answer(method, route, params)}"
    yield f"  URL         {lookup.url(route)}"
    for label, (name, value) in zip(chain(["params"], repeat("")), params.items()):
        yield f"  {label:10}  {name} = {value!r}"
    if method not in route.methods or method == "OPTIONS":
        yield f"  Allow       {', '.join(route.allow)}"
    if route.middleware:
        yield f"  middleware  {' > '.join(route.middleware)}"


def _answer(method: str, route: Route, params: dict[str, Any]) -> str:
    """Return what a request to a route is: answered, by which function, or an error."""
    if method not in route.methods:
        return f"a 405: {route.file} has no {method}"
    export = _export(route, method)
    if export is None:
        return f"answered without code, for {route.file}"
    number = line(route.module, export)
    place = f"{export} in {route.file}{'' if number is None else f':{number}'}"
    fits = params_fit(route, export, params)
    return f"answered by {place}" if fits else f"a 404: the params do not fit the contract of {place}"


def _export(route: Route, method: str) -> str | None:
    """Return which of its own functions answers a method of a route, None if none does."""
    return next((name for name in (method, *_STANDS_FOR.get(method, ()), "default") if name in route.exports), None)


# What answers a method besides the function of its name and `default`.
_STANDS_FOR = {"HEAD": ("GET", "page"), "GET": ("page",)}


def _target(url: str) -> str:
    """Return a URL as a request sends it: path and query, encoded, without scheme, host and fragment."""
    path = url[found.end() if (found := _ORIGIN.match(url)) else 0 :].partition("#")[0]
    return quote(path if path.startswith("/") else f"/{path}", safe=_SAFE, errors="surrogateescape")


def _reaches(target: str, mounted: Mounted) -> bool:
    """Return whether a request reaches an App, and not what is mounted below it."""
    return _is_below(target, mounted.prefix) and not any(_is_below(target, path) for path in mounted.beside)


def _is_below(target: str, prefix: str) -> bool:
    """Return whether a target is at a mount or below it."""
    path = target.partition("?")[0]
    return path == quote(prefix) or path.startswith(f"{quote(prefix)}/")
