"""Load the files of a tree: import each, read its exports, and check its contracts against its URLs.

A file that cannot be served becomes a mistake of the tree; the others are loaded all the same, so that one start
reports every mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from types import ModuleType
from typing import NamedTuple

from fsapi.answers.writer import answering_error
from fsapi.contracts.path_params import check_params
from fsapi.exports.bindings import line
from fsapi.exports.reader import (
    MIDDLEWARE_SETTINGS,
    SETTINGS,
    Exports,
    near_settings,
    read_error,
    read_limits,
    read_middleware,
    read_openapi,
)
from fsapi.request.contract import UNTYPED
from fsapi.request.route import ErrorFunction, Limits, Setting
from fsapi.routing.middleware import Chain, Middleware
from fsapi.tree.log import logger
from fsapi.tree.mistakes import Mistake, Rejected
from fsapi.tree.modules import Modules
from fsapi.tree.patterns import Pattern, unique_patterns
from fsapi.tree.scan import File, Tree

# RFC 9110, 9.3.1: the content of a GET has no defined meaning, and browsers do not send one.
_BODY = "%s:%s: %s asks for a body, which hardly any client sends with it; for none write Req[None, Params, Query]"
_NEAR = "%s:%s: %s is not a setting, but looks like %s"

_Read = Callable[[ModuleType, str], Exports]


class RouteFile(NamedTuple):
    """A file under one of its URLs: its exports, its limits, its middleware and its errors.

    `error` is the nearest function that answers errors, None if there is none. `openapi` are the settings of that name
    in its middleware and in itself, the outermost first.
    """

    source: File
    url: Pattern
    module: ModuleType
    exports: Exports
    limits: Limits
    middleware: Chain
    error: ErrorFunction | None
    openapi: tuple[Setting, ...]


class _Folder(NamedTuple):
    """The functions of a `_middleware.py`, the outermost first, and its setting `openapi`."""

    middleware: Sequence[Middleware]
    openapi: Setting | None


class Loaded(NamedTuple):
    """The files of a tree, each once for every URL; the middleware and the error function of the tree's own folder."""

    files: Sequence[RouteFile]
    middleware: Chain
    error: ErrorFunction | None


def load_route_files(tree: Tree, read: _Read, limits: Limits) -> Loaded:
    """Load every file of a tree that can be served.

    `read` reads the exports of a module. What is wrong with a file is added to the mistakes of the tree.
    """
    urls = unique_patterns(tree)
    modules = Modules(tree)
    folders = {file: _load_middleware(tree, modules, file) for file in tree.middleware.values()}
    chains = {file: _chain(folders[above] for above in tree.above(file, tree.middleware)) for file in folders}
    errors = {file: _load_error(tree, modules, file) for file in tree.errors.values()}
    loaded = [(file, modules.load(file)) for file in tree.files]
    found: list[RouteFile] = []
    for file, module in loaded:
        if module is not None:
            exports, own = _read_module(tree, read, file, module, limits)
            if urls[file]:
                _check_contracts(tree, file, module, exports, urls[file])
            around = tree.above(file, tree.middleware)
            chain = chains[around[-1]] if around else Chain()
            settings = tuple(each for each in (*(folders[above].openapi for above in around), exports.openapi) if each)
            error = next((errors[above] for above in reversed(tree.above(file, tree.errors))), None)
            served = urls[file] if exports.handlers else ()
            found += [RouteFile(file, url, module, exports, own, chain, error, settings) for url in served]
    top, top_error = tree.middleware.get(tree.folder), tree.errors.get(tree.folder)
    return Loaded(found, chains[top] if top else Chain(), errors[top_error] if top_error else None)


def _chain(folders: Iterable[_Folder]) -> Chain:
    """Return the middleware of folders, the outermost first; all files below them share it, and the steps in it."""
    return Chain(middleware for folder in folders for middleware in folder.middleware)


def middleware_files(chain: Iterable[Middleware]) -> tuple[str, ...]:
    """Return the files of a chain, the outermost first; a file with several functions is named once."""
    return tuple(dict.fromkeys(middleware.file for middleware in chain))


def _load_middleware(tree: Tree, modules: Modules, file: File) -> _Folder:
    """Return what the `_middleware.py` of a folder defines; add to the mistakes of the tree."""
    module = modules.load(file)
    if module is None:
        return _Folder([], None)
    functions, mistakes = read_middleware(module, file.name)
    setting, wrong = read_openapi(module, file.name)
    tree.mistakes += [*mistakes, *wrong]
    _warn_of_near_settings(module, file, MIDDLEWARE_SETTINGS)
    return _Folder([Middleware(file.name, function) for function in functions], setting)


def _load_error(tree: Tree, modules: Modules, file: File) -> ErrorFunction | None:
    """Return the function of an `_error.py`; add to the mistakes of the tree."""
    module = modules.load(file)
    if module is None:
        return None
    function, mistakes = read_error(module, file.name)
    tree.mistakes += mistakes
    return None if function is None else answering_error(function)


def _read_module(tree: Tree, read: _Read, file: File, module: ModuleType, limits: Limits) -> tuple[Exports, Limits]:
    """Return what a module exports and its limits; add to the mistakes of the tree."""
    exports = read(module, file.name)
    own, mistakes = read_limits(module, file.name, limits)
    tree.mistakes += [*exports.mistakes, *mistakes]
    _warn_of_near_settings(module, file, SETTINGS)
    return exports, own


def _warn_of_near_settings(module: ModuleType, file: File, settings: Collection[str]) -> None:
    """Warn of values that are nearly called like a setting."""
    for name, setting, number in near_settings(module, settings):
        logger().warning(_NEAR, file.name, number, name, setting)


def _check_contracts(tree: Tree, file: File, module: ModuleType, exports: Exports, urls: list[Pattern]) -> None:
    """Reject contracts whose params are not those of the URLs; warn of a GET that asks for a body."""
    for name, contract in exports.contracts.items():
        try:
            check_params(name, contract, urls)
        except Rejected as rejected:
            tree.mistakes.append(Mistake(file.name, rejected.what, rejected.remedy, line(module, name)))
        else:
            if name in ("GET", "HEAD") and contract.body not in (UNTYPED, None):
                logger().warning(_BODY, file.name, line(module, name), name)
