"""Find what makes a document wrong although each setting is right by itself: clashing ids, unknown security schemes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fsapi.openapi.settings import documented_methods, merged
from fsapi.request.route import METHODS, Setting
from fsapi.tree.mistakes import Mistake


class Documented(NamedTuple):
    """A route file with the names of its handlers and its settings, the outermost first."""

    file: str
    exports: Collection[str]
    settings: Sequence[Setting]


def find_mistakes(files: Iterable[Documented], schemes: Collection[str]) -> Iterator[Mistake]:
    """Yield the mistakes of files in a document that declares some security schemes."""
    files = [*{file.file: file for file in files}.values()]
    yield from _repeated_ids(files)
    for setting in {(each.file, each.line): each for file in files for each in file.settings}.values():
        yield from _undeclared_schemes(setting, schemes)


def _repeated_ids(files: Sequence[Documented]) -> Iterator[Mistake]:
    """Yield the mistake of every file with the operationId of another operation."""
    taken: dict[str, tuple[str, str]] = {}
    for file in files:
        for method, name in _said_ids(file):
            other, other_method = taken.setdefault(name, (file.file, method))
            if other != file.file:
                yield _repeated(file, f"has the operationId {name}, as {other} does", "Give each operation its own id.")
                break
            if other_method != method:
                what = f"has the operationId {name} for {other_method} and for {method}"
                remedy = f'Write it for one of them: openapi = {{"{method}": {{"operationId": "{name}"}}}}.'
                yield _repeated(file, what, remedy)
                break


def _said_ids(file: Documented) -> Iterator[tuple[str, str]]:
    """Yield each method with the operationId that settings say."""
    for _, method in documented_methods(file.exports):
        said = merged(file.settings, method) or {}
        if "operationId" in said:
            yield method, said["operationId"]


def _repeated(file: Documented, what: str, remedy: str) -> Mistake:
    """Return the mistake of a file, with the line of its own setting."""
    return Mistake(file.file, what, remedy, next((each.line for each in file.settings if each.file == file.file), None))


def _undeclared_schemes(setting: Setting, declared: Collection[str]) -> Iterator[Mistake]:
    """Yield the mistake of every security scheme that a setting names and that is not declared."""
    value = setting.value or {}
    operations: list[dict[str, Any]] = [value, *(value.get(method) or {} for method in METHODS)]
    for name in dict.fromkeys(name for each in operations for needed in each.get("security", ()) for name in needed):
        if name not in declared:
            scheme = f'{{"{name}": {{"type": "http", "scheme": "bearer"}}}}'
            remedy = f"Declare it: App(..., openapi=fsapi.OpenAPI(..., security_schemes={scheme}))."
            what = f"openapi names the security scheme {name}, which is not declared"
            yield Mistake(setting.file, what, remedy, setting.line)
