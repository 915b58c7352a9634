"""Read `--app`: `module:name`, or `module:factory()` with literal arguments, as gunicorn does."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from glob import glob
from pathlib import PurePath
from types import ModuleType
from typing import TYPE_CHECKING, Any

from fsapi.app import App

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_Arguments = tuple[Sequence[Any], Mapping[str, Any]]

_FORM = "Write --app MODULE:NAME, such as --app wsgi:app."


class WrongName(Exception):
    """Raised for an `--app` that names no app: the text says what is wrong, and what to write."""


def import_app(spec: str) -> WSGIApplication:
    """Return the application that `--app` names; raise WrongName, or what the import of its module raises."""
    module, colon, name = spec.partition(":")
    command = f"--app {spec}"
    if "/" in module or "\\" in module or module.endswith(".py"):
        raise _wrong(command, "is a file, not a module", _name_file(module, name or "app"))
    if not module:
        raise _wrong(command, "names no module", _FORM)
    if not all(part.isidentifier() for part in module.split(".")):
        raise _wrong(command, f"`{module}` is not the name of a module", _FORM)
    return _find_app(command, _import(command, module), name if colon else "app")


def check_app(where: str, module: str, name: str, app: WSGIApplication | None) -> WSGIApplication:
    """Return the value of a name if it is an application; raise WrongName if it cannot be called as one."""
    if not callable(app):
        raise _wrong(where, f"`{name}` in {module} is not an app, but of the type {type(app).__name__}", _FORM)
    # An object that takes other arguments may be an adapter around the App, such as for ASGI.
    if _why_not(app, None, None) and ((is_empty := not _why_not(app)) or inspect.isfunction(app)):
        remedy = f'If it makes the app, write --app "{module}:{name}({"" if is_empty else "..."})"'
        raise _wrong(
            where,
            f"`{name}` in {module} does not take environ and start_response",
            f"{remedy}." if is_empty else f"{remedy} with its arguments.",
        )
    return app


def apps_in(module: ModuleType) -> list[str]:
    """Return the names of the Apps in a module."""
    return [name for name, value in vars(module).items() if issubclass(type(value), App)]


def _wrong(where: str, what: str, remedy: str) -> WrongName:
    """Return the exception for a name; `where` is the option or the file that has it."""
    return WrongName(f"{where}: {what}\n  {remedy}")


def _name_file(path: str, name: str) -> str:
    """Return what to write instead of a path."""
    relative = PurePath(os.path.relpath(path.replace("\\", "/").removesuffix(".py")))
    if ".." in relative.parts:
        return f"Change into the folder of the project, and write --app {relative.name}:{name}."
    spec = f"{'.'.join(relative.parts)}:{name}"
    return f'Write --app "{spec}".' if "(" in name else f"Write --app {spec}."


def _import(where: str, name: str) -> ModuleType:
    """Import a module; raise WrongName if there is none."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as exc:
        if exc.name is None or not f"{name}.".startswith(f"{exc.name}."):
            raise  # the module is there, but what it imports is not
    files = {path.removesuffix(".py").lower(): path.removesuffix(".py") for path in glob("*.py")}
    near = [files[found] for found in get_close_matches(name.lower(), files, n=1)]
    remedy = f"Did you mean --app {near[0]}?" if near else "It is neither in this folder nor installed."
    raise _wrong(where, f"there is no module `{name}`", remedy)


def _find_app(where: str, module: ModuleType, expression: str) -> WSGIApplication:
    """Return what a name, or the call of a factory, gives in a module."""
    name, arguments = _parse(where, expression)
    if not hasattr(module, name):
        names = apps_in(module) or get_close_matches(name, vars(module), n=1)
        near = f"Did you mean --app {module.__name__}:{names[0]}?" if names else ""
        raise _wrong(where, f"{module.__name__} has no `{name}`", near or f"Write `{name} = App(__file__)` in it.")
    if arguments is None:
        return check_app(where, module.__name__, name, getattr(module, name))
    factory: Callable[..., WSGIApplication] | None = getattr(module, name)
    if not callable(factory):
        raise _wrong(where, f"`{name}` in {module.__name__} cannot be called", _FORM)
    positional, named = arguments
    if why := _why_not(factory, *positional, **named):
        remedy = "Write the arguments that it takes, or the name of an app without parentheses."
        raise _wrong(where, f"`{expression}` cannot be called so: {why}", remedy)
    return check_app(where, module.__name__, expression, factory(*positional, **named))


def _parse(where: str, expression: str) -> tuple[str, _Arguments | None]:
    """Return a name, and the arguments if it is called, else None."""
    try:
        node = ast.parse(expression.strip(), mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = {_name(each): ast.literal_eval(each.value) for each in node.keywords}
            return node.func.id, ([ast.literal_eval(each) for each in node.args], named)
    except (SyntaxError, ValueError):
        pass
    raise _wrong(where, f"`{expression}` is neither a name nor a call such as create_app()", _FORM)


def _name(keyword: ast.keyword) -> str:
    """Return the name of a keyword argument; raise ValueError for `**options`."""
    if keyword.arg is None:
        raise ValueError
    return keyword.arg


def _why_not(function: Callable[..., object], *positional: object, **named: object) -> str:
    """Return why a function cannot be called with these arguments, "" if it can, or if that cannot be told."""
    try:
        inspect.signature(function, follow_wrapped=False).bind(*positional, **named)
    except TypeError as exc:
        return str(exc)
    except Exception:  # a ValueError of code in C, or what the object itself raises
        return ""
    return ""
