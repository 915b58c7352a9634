"""The command `explain`: which file answers a request, and which others lose at which segment, or why none does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import chain, repeat, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import HTTPException

from fsapi.app import App
from fsapi.exports.bindings import line
from fsapi.inspection.wrapped_apps import Mounted
from fsapi.request.path import SLASH, read_path
from fsapi.request.route import Route
from fsapi.routing.router import Router
from fsapi.routing.segment_match import segment_match
from fsapi.tree.segment import Segment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_SAFE = "/!$&'()*+,;=:@-._~%?"
# How many files that lose are listed.
_MOST = 10
_KINDS = {10: "an int", 20: "a UUID", 30: "a param", 40: "the rest of the path"}


class Loser(NamedTuple):
    """A route that shares the first segments of a path, how many, and why it does not answer."""

    route: Route
    shared: int
    why: str


class Lookup:
    """The look-up of an App, made of its routes."""

    def __init__(self, mounted: Mounted) -> None:
        self.app, self.prefix = mounted
        files = [route for route in self.app.routes if route.exports != ("page",)]
        readable = {route.url.shape: route for route in self.app.routes if route.exports == ("page",)}
        readable |= {route.url.shape: route for route in files}
        self._files = Router(files)
        self._readable = Router(sorted(readable.values(), key=lambda route: route.url.order))

    def find(self, method: str, environ: WSGIEnvironment) -> tuple[Route, dict[str, Any]] | HTTPException:
        """Return the route that answers a request, with its params, or the exception for its path."""
        found = self._files.find(environ) if method not in ("GET", "HEAD") else None
        return found if isinstance(found, tuple) else self._readable.find(environ)

    def environ(self, target: str) -> WSGIEnvironment:
        """Return what the path of a request is read from."""
        info = unquote_to_bytes(target.partition("?")[0].removeprefix(quote(self.prefix))).decode("latin-1")
        return {"SCRIPT_NAME": self.prefix, "PATH_INFO": info, "RAW_URI": target}


def explain(apps: Sequence[Mounted], method: str, url: str) -> int:
    """Print which file answers a request, or why none does; return the exit code."""
    target = _target(url)
    nearest_first = sorted(apps, key=lambda each: -len(each.prefix))
    below = [Lookup(each) for each in nearest_first if _is_below(target, each.prefix)]
    if not below:
        mounts = " and ".join(dict.fromkeys(each.prefix for each in apps))
        print(f"{method} {target} reaches no App: they are mounted at {mounts}")
        return 0
    answering = (each for each in below if isinstance(each.find(method, each.environ(target)), tuple))
    print("\n".join(_explanation(next(answering, below[0]), method, target)))
    return 0


def find_losers(routes: Sequence[Route], parts: Sequence[str], winner: Route | None) -> list[Loser]:
    """Return the routes that share the first segments of a path but do not answer it, those that share most first."""
    found: list[Loser] = []
    own = "" if winner is None else winner.file
    for route in (route for route in routes if route.exports and route.file != own):
        shared, why = _compare(route.url.segments, parts)
        if shared or not why:
            found.append(Loser(route, shared, why or _rank_below(route, winner)))
    return sorted(found, key=lambda loser: -loser.shared)


def _explanation(lookup: Lookup, method: str, target: str) -> Iterator[str]:
    """Yield the lines for a request to an App."""
    app, environ, asked = lookup.app, lookup.environ(target), f"{method} {target}"
    found, path = lookup.find(method, environ), read_path(environ)
    if isinstance(path, HTTPException):
        empty = "empty segments, `.` and `..` match nothing, even encoded"
        yield f"{asked} is a {path.code}: {path.description if path.code == 400 else empty}"
        return
    winner = found[0] if isinstance(found, tuple) else None
    if isinstance(found, tuple):
        yield from _describe(app, asked, method, *found)
    else:
        yield f"{asked} is a 404: no file has this path"
        near = get_close_matches(path, [route.pattern for route in app.routes if route.exports], n=1)
        yield from (f"  nearest     {route.pattern}  {route.file}" for route in app.routes if [route.pattern] == near)
    yield from _list_losers(find_losers(app.routes, path[1:].split("/") if path != "/" else [], winner))


def _describe(app: App, asked: str, method: str, route: Route, params: dict[str, Any]) -> Iterator[str]:
    """Yield what answers a request: the handler, its URL, its params and the middleware around it."""
    if method not in route.methods:
        yield f"{asked} is a 405: {route.file} has no {method}"
    elif place := _place(route, method) or next((_place(twin, method) for twin in _twins(app, route)), ""):
        yield f"{asked} is answered by {place}"
    else:
        yield f"{asked} is answered without code, for {route.file}"
    yield f"  URL         {route.pattern}"
    for label, (name, value) in zip(chain(["params"], repeat("")), params.items()):
        yield f"  {label:10}  {name} = {value!r}"
    if method not in route.methods or method == "OPTIONS":
        yield f"  Allow       {', '.join(route.allow)}"
    if route.middleware:
        yield f"  middleware  {' > '.join(route.middleware)}"


def _place(route: Route, method: str) -> str:
    """Return the function that answers a method, with its file and line, "" if the file has none."""
    for export in (method, *_STANDS_FOR.get(method, ()), "default"):
        if export in route.exports:
            number = line(route.module, export)
            return f"{export} in {route.file}{'' if number is None else f':{number}'}"
    return ""


def _twins(app: App, route: Route) -> list[Route]:
    """Return the page of the same shape as a route file."""
    return [other for other in app.routes if other is not route and other.url.shape == route.url.shape]


# What answers a method besides the function of its name and `default`.
_STANDS_FOR = {"HEAD": ("GET", "page"), "GET": ("page",)}


def _list_losers(losers: Sequence[Loser]) -> Iterator[str]:
    """Yield the lines for the routes that share the path so far."""
    if losers:
        yield "These share the path so far:"
    width = max((len(loser.route.file) for loser in losers[:_MOST]), default=0)
    yield from (f"  {loser.route.file:{width}}  {loser.why}" for loser in losers[:_MOST])
    if len(losers) > _MOST:
        yield f"  and {len(losers) - _MOST:,} more"


def _compare(segments: Sequence[Segment], parts: Sequence[str]) -> tuple[int, str]:
    """Return how many segments of a URL fit a path, and why the next one does not, "" if all of them fit."""
    for place, (segment, part) in enumerate(zip_longest(segments, parts)):
        if segment is None:
            return place, f"the path goes on with `{_shown(part)}`"
        if part is None:
            return place, f"the path ends before `{segment.name}`"
        if segment.rest:
            break
        if not segment.params and segment.shape != part:
            return place, f"`{_shown(part)}` is not `{segment.name}`"
        if segment.params and segment_match(segment.pieces)(part) is None:
            return place, f"`{_shown(part)}` does not fit `{segment.name}`"
    return len(parts), ""


def _rank_below(route: Route, winner: Route | None) -> str:
    """Return why a route that has the path too comes after the one that answers."""
    pairs = zip(route.url.segments, winner.url.segments if winner is not None else ())
    later, first = next(((own, other) for own, other in pairs if own.shape != other.shape), (None, None))
    if later is None or first is None:
        return "has the same URL, and answers clients that prefer HTML"
    return f"`{later.name}`, {_kind(later)}, comes after `{first.name}`, {_kind(first)}"


def _kind(segment: Segment) -> str:
    """Return what a segment is, in words."""
    if not segment.params:
        return "a literal"
    return _KINDS[segment.params[0].rank] if len(segment.pieces) == 1 else "text around params"


def _target(url: str) -> str:
    """Return a URL as a request sends it: path and query, encoded, without scheme, host and fragment."""
    path = _ORIGIN.sub("", url).partition("#")[0]
    return quote(path if path.startswith("/") else f"/{path}", safe=_SAFE, errors="surrogateescape")


def _is_below(target: str, prefix: str) -> bool:
    """Return whether a target is at a mount or below it."""
    path = target.partition("?")[0]
    return path == quote(prefix) or path.startswith(f"{quote(prefix)}/")


def _shown(part: str) -> str:
    """Return a part of a path for people, with the slashes that are data encoded."""
    return part.replace(SLASH, "%2F")
