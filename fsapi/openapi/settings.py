"""What annotations cannot say of operations: the settings called `openapi` in route files and `_middleware.py`.

Objects merge key by key, from the outermost file to the route file; all else is replaced by the nearest, except that
parameters are added. A key that is a method holds for that method alone. None hides, and the nearest file decides.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from fsapi.json import engine
from fsapi.openapi.faults import parameter_key
from fsapi.request.route import METHODS, Setting
from fsapi.tree.mistakes import Mistake, Rejected

# The fields of an operation (OpenAPI 3.1, 4.8.10), each with its type and what to write.
_FIELDS: dict[str, tuple[type, str]] = {
    "tags": (list, 'a list of texts, such as ["users"]'),
    "summary": (str, "a text"),
    "description": (str, "a text"),
    "externalDocs": (dict, 'a dict such as {"url": "https://example.com"}'),
    "operationId": (str, "a text"),
    "parameters": (list, 'a list such as [{"name": "X-Id", "in": "header", "schema": {"type": "string"}}]'),
    "requestBody": (dict, "a Request Body Object"),
    "responses": (dict, 'a dict such as {404: "No such user"}'),
    "callbacks": (dict, "a dict of Callback Objects"),
    "deprecated": (bool, "True or False"),
    "security": (list, 'a list such as [{"bearer": []}]'),
    "servers": (list, 'a list such as [{"url": "https://example.com"}]'),
}
_STATUS = r"[1-5](?:[0-9][0-9]|XX)|default|x-.*"


class Documented(NamedTuple):
    """A route file with the names of its handlers and its settings, the outermost first."""

    file: str
    exports: Collection[str]
    settings: Sequence[Setting]


def read_setting(value: object, methods: Collection[str] = METHODS) -> dict[str, Any] | None:
    """Return a setting as it is in JSON; raise Rejected for what an operation does not have.

    `methods` are those that it may be about.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        remedy = 'Write a dict such as {"tags": ["users"]}, or None to leave the file out of the document.'
        raise Rejected(f"openapi is a {type(value).__qualname__}", remedy)
    try:
        setting: dict[str, Any] = engine.in_json(value)
    except (TypeError, ValueError, RecursionError) as exc:
        raise Rejected(f"openapi cannot be written as JSON: {exc}", "Write texts, numbers, lists and dicts.") from None
    for method in METHODS:
        if method in setting and method not in methods:
            raise Rejected(f"openapi has {method}, but the file does not", "Define the handler, or remove the key.")
        if setting.get(method) is not None:
            setting[method] = _read_operation(setting[method], f'openapi["{method}"]')
    rest = {key: each for key, each in setting.items() if key not in METHODS}
    return {**{key: each for key, each in setting.items() if key in METHODS}, **_read_operation(rest, "openapi")}


def documented_methods(exports: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of a handler and a method that it answers, for every method but HEAD of GET and plain OPTIONS."""
    for method in METHODS:
        if method in exports:
            yield method, method
        elif "default" in exports and not (method == "HEAD" and "GET" in exports):
            yield "default", method


def merged(settings: Sequence[Setting], method: str) -> dict[str, Any] | None:
    """Return what settings say of a method, the outermost first; None if it is hidden."""
    found: dict[str, Any] = {}
    hidden = False
    for setting in settings:
        hidden = setting.value is None
        if setting.value is not None:
            found = merge(found, {key: each for key, each in setting.value.items() if key not in METHODS})
            own = setting.value.get(method, {})
            hidden = own is None
            found = merge(found, own or {})
    return None if hidden else found


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


def merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return one operation with what another one says: objects are merged, parameters added, all else replaced."""
    found = _merge_objects(one, other)
    if "parameters" in one and "parameters" in other:
        replaced = [parameter_key(each) for each in other["parameters"] if "$ref" not in each]
        kept = [each for each in one["parameters"] if "$ref" in each or parameter_key(each) not in replaced]
        found["parameters"] = [*kept, *other["parameters"]]
    return found


def _merge_objects(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return one object with what another one says, merged at every depth."""
    found = {**one}
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = _merge_objects(found[key], value) if both else value
    return found


def _read_operation(value: Any, owner: str) -> dict[str, Any]:
    """Return what a setting says of operations, with statuses as keys of objects; raise Rejected."""
    if not isinstance(value, dict):
        raise Rejected(f"{owner} is a {type(value).__qualname__}", 'Write a dict such as {"tags": ["users"]}, or None.')
    for key, each in value.items():
        if key not in _FIELDS and not key.startswith("x-"):
            near = [method for method in METHODS if key == method.lower()] or get_close_matches(key, _FIELDS, n=1)
            remedy = f"Write {near[0]}." if near else f"An operation has {', '.join(_FIELDS)}, and what starts with x-."
            raise Rejected(f"{owner} has the key {key}, which an operation does not have", remedy)
        if not _fits(key, each):
            raise Rejected(f'{owner}["{key}"] is {each!r}', f"Write {_FIELDS[key][1]}.")
    return {**value, **({"responses": _read_responses(value["responses"], owner)} if "responses" in value else {})}


def _fits(key: str, value: Any) -> bool:
    """Return whether the field of an operation has its type, as far as the document relies on it."""
    if key not in _FIELDS:
        return True
    if key == "tags":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if key == "parameters":
        return isinstance(value, list) and all(
            isinstance(each, dict) and ("$ref" in each or {"name", "in"} <= each.keys()) for each in value
        )
    if key in ("servers", "security"):
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return isinstance(value, _FIELDS[key][0])


def _read_responses(value: dict[str, Any], owner: str) -> dict[str, Any]:
    """Return responses by status, a text as the description of one; raise Rejected."""
    for status, response in value.items():
        if not re.fullmatch(_STATUS, status):
            what = f'{owner}["responses"] has the key {status}, which is not a status'
            raise Rejected(what, "Write a status such as 404, or 4XX or default.")
        if not isinstance(response, (str, dict)) and not status.startswith("x-"):
            what = f'{owner}["responses"][{status}] is {response!r}'
            raise Rejected(what, "Write a text that describes it, or a Response Object.")
    return {status: {"description": each} if isinstance(each, str) else each for status, each in value.items()}
