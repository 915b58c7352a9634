"""Find the Apps within a WSGI application: inside middleware, mounted, as fallbacks, in closures and partials.

Wrappers keep what they wrap in attributes, slots, closures or arguments, of any name. The garbage collector knows all
of these, so no kind of wrapper has to be known here, except for those that say where they mount.
"""

from __future__ import annotations

import builtins
import gc
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fsapi.app import App
from fsapi.embedding import Mount
from fsapi.request.route import Route
from fsapi.routing.router import Router
from fsapi.tree.source import is_own

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# How many objects are looked at; a Flask site has some thousands.
_MOST = 200_000
# What leads to all of the process, or to no App.
_ENDS = (ModuleType, CodeType, FrameType, Route, Router, str, bytes)


class Mounted(NamedTuple):
    """An App, and the path at which DispatcherMiddleware or `fsapi.flask.mount` has it, "" for none.

    `beside` are the paths below it at which other applications are mounted.
    """

    app: App
    prefix: str
    beside: tuple[str, ...] = ()


class _Inner(NamedTuple):
    """An object within an application, the path at which it is mounted, and those of what is mounted below that."""

    value: object
    prefix: str
    beside: tuple[str, ...]


def find_apps(site: WSGIApplication) -> list[Mounted]:
    """Return the Apps within an application, the outermost first."""
    found: list[Mounted] = []
    queue: deque[_Inner] = deque([_Inner(site, "", ())])
    seen: dict[int, object] = {}
    while queue and len(seen) < _MOST:
        value, prefix, beside = inner = queue.popleft()
        # By type() first: isinstance() asks lazy objects, which then load.
        if issubclass(type(value), App) and isinstance(value, App) and Mounted(value, prefix, beside) not in found:
            found.append(Mounted(value, prefix, beside))
        if id(value) not in seen and not issubclass(type(value), _ENDS):
            seen[id(value)] = value
            queue.extend(_find_inner(inner))
    return found


def _find_inner(outer: _Inner) -> Iterator[_Inner]:
    """Yield what an object refers to, each with the path at which it is mounted."""
    value = outer.value
    if issubclass(type(value), DispatcherMiddleware) and isinstance(value, DispatcherMiddleware):
        yield _mount(value.app, "", outer, value.mounts)
        yield from (_mount(app, path, outer, value.mounts) for path, app in value.mounts.items())
    elif issubclass(type(value), Mount) and isinstance(value, Mount):
        yield _mount(value.app, value.path, outer, [each.path for each in value.mounts])
    elif issubclass(type(value), FunctionType) and isinstance(value, FunctionType):
        yield from (_Inner(inner, outer.prefix, outer.beside) for inner in _used_by(value))
    elif issubclass(type(value), type) and isinstance(value, type):
        yield from (_Inner(inner, outer.prefix, outer.beside) for inner in _of_class(value))
    else:
        held = (*gc.get_referents(value), *_of_class(type(value)))
        yield from (_Inner(inner, outer.prefix, outer.beside) for inner in held)
        call = getattr(type(value), "__call__", None)  # noqa: B004 # not whether there is one: it may use a global
        if isinstance(call, FunctionType):
            yield _Inner(call, outer.prefix, outer.beside)


def _mount(app: object, path: str, outer: _Inner, mounts: Iterable[str]) -> _Inner:
    """Return an application at its path; what is below a longer one goes to that."""
    below = (outer.prefix + other for other in mounts if other.startswith(f"{path}/") and other != path)
    return _Inner(app, outer.prefix + path, (*outer.beside, *below))


def _of_class(cls: type) -> Iterator[object]:
    """Yield the attributes and methods of a class that it has from the project's own classes."""
    for base in cls.__mro__:
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if file and is_own(file):
            yield from vars(base).values()


def _used_by(function: FunctionType) -> Iterator[object]:
    """Yield what a function has in its closure and in its defaults.

    Of the project's own these are also the globals it uses, and the attributes of modules among them.
    """
    names = function.__globals__
    yield from (inner for inner in gc.get_referents(function) if inner is not names and inner is not vars(builtins))
    if is_own(function.__code__.co_filename):
        used = function.__code__.co_names
        for value in (names[name] for name in used if name in names):
            yield value
            if issubclass(type(value), ModuleType) and isinstance(value, ModuleType):
                yield from (vars(value)[name] for name in used if name in vars(value))
