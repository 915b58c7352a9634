"""What a file lacks: names that are nearly those of handlers and settings, and what serves no request because of it.

A name is near if it is the other one in another case, or has one letter added, left out or changed, or two neighbours
swapped.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from types import CellType, MethodType, ModuleType
from typing import Any

from fsapi.exports.annotations import read_hints
from fsapi.exports.bindings import line
from fsapi.exports.handler_types import holds
from fsapi.exports.signatures import accepts, called_function, own_signature, positional_names
from fsapi.request.req import Req
from fsapi.request.route import METHODS
from fsapi.response.res import Res
from fsapi.tree.mistakes import Mistake, Rejected
from fsapi.tree.near_names import nearly_special

#: The names of handlers: methods, and the one that answers the methods without a function.
HANDLERS = (*METHODS, "default")
#: The mistake of a file without a handler, and without a function that looks like one.
NO_HANDLER = "defines no handler"


def near_handlers(module: ModuleType, exported: Collection[object]) -> dict[str, str]:
    """Return the names of a module's own functions that are nearly those of handlers, each with the right one.

    Left out is what an exported handler is or wraps, and what does not take a Req and a Res.
    """
    found = {
        name: near
        for name, value in vars(module).items()
        if (near := near_handler(name)) and _is_like_handler(name, value, module)
    }
    known = _layers(exported) if found else []
    return {name: near for name, near in found.items() if not _is_one_of(vars(module)[name], known)}


def near_handler(name: str) -> str | None:
    """Return the handler that a name nearly is; only names in capitals may have a wrong letter."""
    if name in HANDLERS or name.startswith("_"):
        return None
    same = [known for known in HANDLERS if known.upper() == name.upper()]
    near = [known for known in METHODS if _is_near(name, known)] if name.isupper() and name.isalpha() else []
    return next(iter([*same, *near]), None)


def near_setting(name: str, settings: Collection[str]) -> str | None:
    """Return the setting that a name nearly is."""
    return next((known for known in settings if name != known and _is_near(name.lower(), known)), None)


def near_miss(module: ModuleType, file: str, name: str, known: str, found: Collection[str]) -> Mistake:
    """Return the mistake of a function that is nearly called like a handler; `found` are the handlers of the file."""
    named = f"Name it _{name}" if known in found else f"Name it {known}, or _{name}"
    what = f"`{name}` looks like the handler {known}, but is not one"
    return Mistake(file, what, f"{named} if it is a helper.", line(module, name))


def no_handler(module: ModuleType, file: str, near: dict[str, str]) -> Mistake:
    """Return the mistake of a file without a handler; take the first function that looks like one from `near`."""
    for name in _function_names(module):
        near.pop(name, None)
        known = near_handler(name) or next(iter(get_close_matches(name.upper(), METHODS, n=1, cutoff=0.6)), None)
        if known is not None:
            case = "lower case" if known == "default" else "capitals"
            what, remedy = f"{NO_HANDLER}, but `{name}` looks like one", f"Name it {known}, in {case}."
            return Mistake(file, what, remedy, line(module, name))
    return Mistake(file, NO_HANDLER, f"Write `def GET(req, res):`, {_other_name(file, 'route file')}", 1)


def no_page(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file without a page; it names the function that looks most like one."""
    near = get_close_matches("page", list(_function_names(module)), n=1, cutoff=0.7)
    what = f"defines no page, but `{near[0]}` looks like one" if near else "defines no page"
    remedy = f"Write `def page(req):`, {_other_name(file, 'page')}"
    return Mistake(file, what, remedy, line(module, near[0]) if near else 1)


def no_function(module: ModuleType, file: str, name: str, write: str) -> Mistake:
    """Return the mistake of a private file without its function; it names what looks most like it."""
    near = looks_like(module, name)
    if near is None:
        return Mistake(file, f"defines no {name}", f"Write `{write}`.", 1)
    what = f"defines no {name}, but `{near}` looks like it"
    return Mistake(file, what, f"Name it {name}.", line(module, near))


def looks_like(module: ModuleType, name: str) -> str | None:
    """Return the first name in a module that is nearly the one of a function."""
    others = (other for other, value in vars(module).items() if not inspect.isclass(value))
    return next((other for other in others if near_setting(other, [name])), None)


def _other_name(file: str, kind: str) -> str:
    """Return the part of a remedy that says what to name a file which is not of this kind."""
    special = nearly_special(file.rpartition("/")[2])
    if special is not None:
        return f"or name the file {special} if that is what it is meant to be."
    return f"or start the file name with _ if it is not a {kind}."


def _function_names(module: ModuleType) -> Iterator[str]:
    """Yield the names of the functions that a module itself defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            yield name


def _is_near(name: str, known: str) -> bool:
    """Return whether a name is another, or has one letter added, left out or changed, or two neighbours swapped."""
    if abs(len(name) - len(known)) > 1:
        return False
    if len(name) != len(known):
        short, long = sorted((name, known), key=len)
        return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
    wrong = [place for place in range(len(name)) if name[place] != known[place]]
    first, last = (wrong or [0])[0], (wrong or [0])[-1]
    return first == last or (last == first + 1 and name[first : last + 1] == known[last] + known[first])


def _is_like_handler(name: str, value: object, module: ModuleType) -> bool:
    """Return whether a value is a function of the module that takes `req` and `res`, or a Req and a Res."""
    if not callable(value) or inspect.isclass(value):
        return False
    function, signature = called_function(value), own_signature(value)
    if getattr(function, "__module__", None) != module.__name__ or signature is None:
        return False
    return accepts(signature, ("req", "res")) and _takes_req_and_res(name, value)


def _takes_req_and_res(name: str, value: Callable[..., object]) -> bool:
    """Return whether the first two parameters are called `req` and `res`, or annotated as Req and Res."""
    signatures = (own_signature(value), own_signature(value, follow_wrapped=True))
    if any(positional_names(signature)[:2] == ["req", "res"] for signature in signatures):
        return True
    try:
        hints = [*read_hints(name, value).values(), None, None]
    except Rejected:
        return False
    return holds(hints[0], Req) and holds(hints[1], Res)


def _is_one_of(value: object, known: Collection[object]) -> bool:
    """Return whether a value is one of some others; it need not be hashable."""
    return any(value is other for other in known)


def _layers(exported: Collection[object]) -> list[object]:
    """Return callables, and those that they wrap: by functools.wraps, in a closure, a partial, or an attribute."""
    found: list[object] = []
    waiting = list(exported)
    while waiting:
        value = waiting.pop()
        if callable(value) and not inspect.isclass(value) and not _is_one_of(value, found):
            found.append(value)
            waiting += _inside(value)
    return found


def _inside(value: Callable[..., object]) -> Iterator[object]:
    """Yield what a callable may call that belongs to itself alone."""
    yield from (getattr(value, "__wrapped__", None), *getattr(value, "__dict__", {}).values())
    yield from map(_content, getattr(value, "__closure__", None) or ())
    if isinstance(value, functools.partial):
        yield from (value.func, *value.args)
    elif isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)


def _content(cell: CellType) -> Any:
    """Return what a closure refers to, None if it has been deleted."""
    try:
        return cell.cell_contents
    except ValueError:
        return None
