"""The files of a tree that can be served, each with what it exports, and what is wrong with the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from fsapi.contracts.path_params import check_params
from fsapi.request.contract import UNTYPED
from fsapi.routing.exports import Exports, line, read_max_body, read_middleware
from fsapi.routing.middleware import Middleware
from fsapi.tree.mistakes import Mistake, Rejected
from fsapi.tree.modules import Modules
from fsapi.tree.patterns import Pattern, unique_patterns
from fsapi.tree.scan import File, Tree

_log = logging.getLogger("fsapi")
# RFC 9110, 9.3.1: there is no use for it that all would agree upon, and browsers do not send one.
_BODY = "%s:%s: %s asks for a body, which hardly any client sends with it; for none write Req[None, Params, Query]"

_Read = Callable[[ModuleType, str], Exports]


@dataclass(frozen=True)
class RouteFile:
    """A file under one of its URLs: what it exports, the limit of its bodies, and its middleware."""

    file: File
    url: Pattern
    module: ModuleType
    exports: Exports
    max_body: int | None
    chain: list[Middleware]


def load_route_files(tree: Tree, read: _Read, max_body: int | None) -> Iterator[RouteFile]:
    """Yield the files of a tree that can be served under each of their URLs; refuse the others."""
    patterns, imports = unique_patterns(tree), Modules(tree)
    chains = {file: chain for file in tree.middleware.values() for chain in _middleware(tree, imports, file)}
    loaded = {file: module for file in tree.files for module in imports.load(file)}
    read_files = {file: own for file, module in loaded.items() for own in _read(tree, read, file, module, max_body)}
    for file, (own, _) in read_files.items():
        _compare(tree, file, loaded[file], own, patterns[file])
    for file, own_exports in read_files.items():
        chain = [chains[above] for above in tree.above(file) if above in chains]
        for pattern in patterns[file]:
            yield RouteFile(file, pattern, loaded[file], *own_exports, chain)


def _read(
    tree: Tree, read: _Read, file: File, module: ModuleType, max_body: int | None
) -> Iterator[tuple[Exports, int | None]]:
    """Yield what a file exports and the limit of its bodies, if it exports anything; refuse its mistakes."""
    exports = read(module, file.name)
    limit, wrong = read_max_body(module, file.name, max_body)
    tree.mistakes += [*exports.mistakes, *wrong]
    if exports.handlers:
        yield exports, limit


def _compare(tree: Tree, file: File, module: ModuleType, exports: Exports, patterns: list[Pattern]) -> None:
    """Refuse contracts that ask for other params than the path of their file has; warn of one that is hardly meant."""
    for name, contract in exports.contracts.items():
        try:
            check_params(name, contract, patterns)
        except Rejected as rejected:
            tree.mistakes.append(Mistake(file.name, rejected.what, rejected.remedy, line(module, name)))
        else:
            if name in ("GET", "HEAD") and contract.body not in (UNTYPED, None):
                _log.warning(_BODY, file.name, line(module, name), name)


def _middleware(tree: Tree, imports: Modules, file: File) -> Iterator[Middleware]:
    """Yield the middleware of a file, if it has one; refuse its mistakes."""
    for module in imports.load(file):
        function, mistakes = read_middleware(module, file.name)
        tree.mistakes += mistakes
        if function is not None:
            yield Middleware(file.name, function)
