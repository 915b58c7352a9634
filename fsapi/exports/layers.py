"""Find the functions that a callable leads to: through decorators, partials, proxies and objects."""

# isinstance() narrows a value to a collection whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import CellType, FunctionType, MappingProxyType, MethodType
from typing import Any

from fsapi.json.base_values import behind_proxy
from fsapi.request.req import Req


def layers(function: Callable[..., object]) -> list[Callable[..., object]]:
    """Return the functions that decorators, partials and objects lead to, the innermost first.

    Functions that have the annotations of the one that they wrap are left out. Raise ValueError if they lead nowhere.
    """
    if type(function) is FunctionType and not vars(function):  # as nearly all are
        return [function]
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
        elif _is_function(function):
            own = _annotations(function)
            return [function, *(wrapper for wrapper in reversed(found) if _annotations(wrapper) not in ({}, own))]
        else:
            function = _called(function)


def hidden_functions(function: Any) -> Iterator[Callable[..., object]]:
    """Yield what a function, a method or a partial can call that it does not say to wrap: what it or its object has."""
    own = getattr(function, "__func__", function)
    cells = getattr(own, "__closure__", None) or ()
    for held in (
        [cell.cell_contents for cell in cells if cell != CellType()],
        getattr(own, "__defaults__", None),
        getattr(own, "__kwdefaults__", None),
        (function.args, function.keywords) if isinstance(function, functools.partial) else (),
        *_held_by(getattr(function, "__self__", None)),
    ):
        yield from _functions_in(held, depth=3)


def _held_by(owner: object) -> Iterator[object]:
    """Yield what the attributes of an object hold, and the object itself, which may be a collection."""
    yield getattr(owner, "__dict__", None)
    for cls in type(owner).__mro__:
        slots = vars(cls).get("__slots__", ())
        yield [getattr(owner, name, None) for name in ([slots] if isinstance(slots, str) else slots)]
    yield owner if isinstance(owner, (list, tuple, dict)) else None


def _functions_in(held: Any, depth: int) -> Iterator[Callable[..., object]]:
    """Yield a function, or those in a collection, also in collections within it."""
    kind = type(held)
    if issubclass(kind, (list, tuple, set, dict)):
        for each in [*(held.values() if isinstance(held, dict) else held)] if depth else ():
            yield from _functions_in(each, depth - 1)
    elif callable(held) and not issubclass(kind, type):
        yield from [held] if _is_bound(held) else ()


def _is_bound(held: object) -> bool:
    """Return whether a value is no proxy, or one that knows what it stands for."""
    try:
        behind_proxy(held)
    except Exception:
        return False
    return True


def _called(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function as it is, and the method by which an object is called."""
    return function if _is_function(function) else call_method(function)


def _is_function(value: object) -> bool:
    """Return whether a value is a function or a method, and no object with a `__call__` of its own."""
    call = inspect.getattr_static(type(value), "__call__", None)
    return inspect.isroutine(value) and not isinstance(call, FunctionType)


def call_method(value: Any) -> Callable[..., object]:
    """Return the method by which an object is called: that of its class, whatever attribute it has itself."""
    method = inspect.getattr_static(type(value), "__call__")
    called: Callable[..., object] = MethodType(method, value) if isinstance(method, FunctionType) else value.__call__
    return called


def _annotations(function: Callable[..., object]) -> Any:
    """Return the annotations of a function, or what evaluates them, which would raise too early (PEP 649)."""
    return getattr(function, "__annotate__", None) or getattr(function, "__annotations__", {})
