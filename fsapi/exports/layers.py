"""Find the functions that a callable leads to: through decorators, partials, proxies and objects."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import CellType, MappingProxyType
from typing import Any

from fsapi.json.proxies import behind_proxy
from fsapi.request.req import Req


def layers(function: Callable[..., object]) -> list[Callable[..., object]]:
    """Return the functions that decorators, partials and objects lead to, the innermost first.

    Functions that have the annotations of the one that they wrap are left out. Raise ValueError if they lead nowhere.
    """
    found: list[Callable[..., object]] = []
    while True:
        wrappers: list[Callable[..., object]] = []
        function = inspect.unwrap(behind_proxy(function), stop=wrappers.append)
        dispatching = next(
            (each for each in wrappers if isinstance(getattr(each, "registry", None), MappingProxyType)), None
        )
        found += map(_called, wrappers[: wrappers.index(dispatching)] if dispatching is not None else wrappers)
        if dispatching is not None:  # by functools.singledispatch, on the type of the request
            found.append(function)
            function = dispatching.dispatch(Req)  # type: ignore[attr-defined] # that of its wrapper
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.isroutine(function):
            own = _annotations(function)
            return [function, *(wrapper for wrapper in reversed(found) if _annotations(wrapper) not in ({}, own))]
        else:
            function = _called(function)


def hidden_functions(function: Any) -> Iterator[Callable[..., object]]:
    """Yield what a function or a method can call that it does not say to wrap: from its closure, or its object."""
    cells = getattr(getattr(function, "__func__", function), "__closure__", None) or ()
    owner = getattr(function, "__self__", None)
    held = [cell.cell_contents for cell in cells if cell != CellType()]
    for each in (*held, *getattr(owner, "__dict__", {}).values()):
        if callable(each) and not isinstance(each, type):
            yield each


def _called(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function as it is, and the method by which an object is called."""
    return function if inspect.isroutine(function) else function.__call__  # type: ignore[operator] # mypy does not know that it has one


def _annotations(function: Callable[..., object]) -> Any:
    """Return the annotations of a function, or what evaluates them, which would raise too early (PEP 649)."""
    return getattr(function, "__annotate__", None) or getattr(function, "__annotations__", {})
