"""How an export is called; reject what cannot be called with its parameters, or would not run when it is.

A decorator counts as what it returns: its own signature is called. What it wraps is not asked, since a decorator may
add arguments, run a coroutine, or send what a generator yields.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager, contextmanager
from inspect import Parameter
from types import BuiltinFunctionType, FunctionType, MethodType

from werkzeug.wrappers import Request

from fsapi.exports.layers import call_method
from fsapi.tree.mistakes import Rejected

#: What to write for those who expect the parts of a request as arguments, as in Flask and FastAPI.
READ_REQUEST = 'What was sent is in `req.params["id"]`, `req.query.get("q")` and `req.body`.'

_FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType, functools.partial)
_CACHE = type(functools.lru_cache(len))
_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)
_REQUEST_NAMES = {"req", "res", "request", "response"}


def call_signature(
    name: str, value: object, parameters: Sequence[str], *, generator: bool = False
) -> inspect.Signature | None:
    """Return the signature by which an export is called; some built-ins have none.

    Raise Rejected for an export that cannot be called with the parameters, or would not run when it is.

    Only middleware may be a `generator` function.
    """
    write = f"Write `def {name.partition('[')[0]}({', '.join(parameters)}):`."
    if not callable(value) or inspect.isclass(value) or not callable(called_function(value)):
        raise Rejected(f"{name} is not a function", write)
    _check_kind(name, value, write, generator=generator)
    signature = own_signature(value)
    if signature is not None and not accepts(signature, parameters):
        foreign = not generator and "error" not in parameters and signature.parameters.keys() - _REQUEST_NAMES
        raise mismatch(name, _display(signature), parameters, f"{write} {READ_REQUEST}" if foreign else write)
    if positional_names(signature)[:2] == ["environ", "start_response"]:
        raise mismatch(name, "(environ, start_response)", parameters, f"{write} Return the WSGI application from it.")
    return signature


def mismatch(name: str, taken: str, parameters: Sequence[str], remedy: str) -> Rejected:
    """Return the mistake of an export that takes other parameters than it is called with."""
    return Rejected(f"{name} takes {taken}, but is called with ({', '.join(parameters)})", remedy)


def own_signature(value: Callable[..., object], *, follow_wrapped: bool = False) -> inspect.Signature | None:
    """Return the signature by which a callable is called, or that of what it wraps; some built-ins have none."""
    called = _called(value)
    if isinstance(called, FunctionType) and hasattr(called, "__wrapped__") and not follow_wrapped:
        called = _copied(called)
    try:
        return inspect.signature(called, follow_wrapped=follow_wrapped)
    except ValueError:
        return None


def accepts(signature: inspect.Signature, parameters: Sequence[str]) -> bool:
    """Return whether a signature accepts so many positional arguments."""
    try:
        signature.bind(*parameters)
    except TypeError:
        return False
    return True


def positional_names(signature: inspect.Signature | None) -> list[str]:
    """Return the names of the parameters that take positional arguments."""
    parameters = signature.parameters.values() if signature is not None else ()
    return [parameter.name for parameter in parameters if parameter.kind in _POSITIONAL]


def called_function(value: Callable[..., object]) -> Callable[..., object]:
    """Return the function that runs when a callable is called; of a decorator its own, not the one it wraps."""
    return _called(_stripped(value))


def is_decorated(value: Callable[..., object]) -> bool:
    """Return whether a callable says that it wraps another, as functools.wraps does."""
    return any(hasattr(layer, "__wrapped__") for layer in (_stripped(value), called_function(value)))


def _stripped(value: Callable[..., object]) -> Callable[..., object]:
    """Return what a partial, a cache or a staticmethod calls."""
    while isinstance(value, (functools.partial, staticmethod, _CACHE)):
        value = value.func if isinstance(value, functools.partial) else value.__wrapped__
    return value


def _called(value: Callable[..., object]) -> Callable[..., object]:
    """Return a function as it is, and the method of an object; the type decides, since a proxy lies about its class."""
    while isinstance(value, (staticmethod, _CACHE)):
        value = value.__wrapped__
    if type(value) in _FUNCTIONS:
        return value
    return call_method(value)


def _copied(function: FunctionType) -> FunctionType:
    """Return a function without its attributes: a decorator may copy `__signature__` from what it wraps."""
    copied = FunctionType(
        function.__code__, function.__globals__, argdefs=function.__defaults__, closure=function.__closure__
    )
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


def _check_kind(name: str, value: Callable[..., object], write: str, *, generator: bool) -> None:
    """Raise Rejected for a function whose call only makes a coroutine, a generator or a context manager."""
    function = called_function(value)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise Rejected(f"{name} is async", "fsapi is synchronous: drop the `async`.")
    if inspect.isgeneratorfunction(function) and not generator:
        what = f"{name} is a generator function, which would never run"
        raise Rejected(what, "Return a werkzeug Response that streams.")
    if _code(function) in _CONTEXT_MANAGERS:
        remedy = "Drop the decorator: middleware is a generator function." if generator else write
        raise Rejected(f"{name} is a context manager, which would never run", remedy)
    if _code(function) is _APPLICATION:
        remedy = f"{write} `req.raw` is the werkzeug Request, and the Response can be returned."
        raise Rejected(f"{name} is a WSGI application, made by @Request.application", remedy)


def _display(signature: inspect.Signature) -> str:
    """Return a signature without annotations."""
    bare = [parameter.replace(annotation=Parameter.empty) for parameter in signature.parameters.values()]
    return str(inspect.Signature(bare))


def _code(function: object) -> object:
    """Return the code of a function, or None for other callables."""
    return getattr(function, "__code__", None)


def _code_made_by(decorator: Callable[..., object]) -> object:
    """Return the code that all functions share which a decorator returns."""
    return _code(decorator(print))


_CONTEXT_MANAGERS = (_code_made_by(contextmanager), _code_made_by(asynccontextmanager))
_APPLICATION = _code_made_by(Request.application)
