"""What has changed between two OpenAPI documents, operation by operation.

An operation is its method and its URL; the names of the params in it do not count. Breaking is what a client cannot
send any more, what is not read of what it sends, and what it cannot find in an answer or could not expect in it.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fsapi.diff.alternatives import as_list, as_object, resolve
from fsapi.diff.change import Change
from fsapi.diff.schema_changes import SchemaChanges
from fsapi.diff.security_changes import find_security_changes
from fsapi.diff.text_changes import find_text_changes

Json = Any
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Operation(NamedTuple):
    """An operation of a document, with its name, such as `GET /users/{id}`, and its parameters by key."""

    name: str
    content: Mapping[str, Json]
    params: Mapping[tuple[str, str], Mapping[str, Json]]


class OperationChange(NamedTuple):
    """A change of an operation: its name, which part, such as `body`, or none, and the change in it."""

    operation: str
    part: str
    change: Change


def find_changes(old: Json, new: Json) -> Iterator[OperationChange]:
    """Yield what has changed from the old document to the new one, in the order of the new one."""
    before, after = read_operations(old), read_operations(new)
    for key, operation in after.items():
        if key in before:
            for part, change in _Comparison(old, new, before[key], operation).find():
                yield OperationChange(operation.name, part, change)
        else:
            yield OperationChange(operation.name, "", Change("", "is new", False))
    for key in (key for key in before if key not in after):
        yield OperationChange(before[key].name, "", Change("", "is gone", True))


def read_operations(document: Json) -> dict[tuple[str, str], Operation]:
    """Return the operations of a document by method and URL, without the names of params."""
    found: dict[tuple[str, str], Operation] = {}
    for path, written in as_object(as_object(document).get("paths")).items():
        item = as_object(resolve(document, written)[0])
        for method in _METHODS:
            if content := as_object(item.get(method)):
                both = [*as_list(item.get("parameters")), *as_list(content.get("parameters"))]
                params = dict(_read_params(path, [as_object(resolve(document, each)[0]) for each in both]))
                key = method, re.sub(r"\{[^}]*\}", "{}", path)
                found[key] = Operation(f"{method.upper()} {path}", content, params)
    return found


def _read_params(
    path: str, params: Sequence[Mapping[str, Json]]
) -> Iterator[tuple[tuple[str, str], Mapping[str, Json]]]:
    """Yield parameters with their keys: where they are, and their name, or their position in the path."""
    positions = re.findall(r"\{([^}]*)\}", path)
    for param in params:
        where, name = str(param.get("in")), str(param.get("name"))
        if where == "header":
            name = name.lower()  # RFC 9110, 5.1
        yield (where, str(positions.index(name)) if where == "path" and name in positions else name), param


class _Comparison:
    """Two states of one operation."""

    def __init__(self, old: Json, new: Json, before: Operation, after: Operation) -> None:
        self._documents = old, new
        self._operations = before, after
        self._contents = before.content, after.content

    def find(self) -> Iterator[tuple[str, Change]]:
        """Yield each change with the part of the operation in which it is."""
        yield from self._params()
        yield from self._body()
        yield from self._responses()
        (old, new), (before, after) = self._documents, self._contents
        yield from (("", change) for change in find_security_changes(old, before, new, after))
        deprecated = [content.get("deprecated") is True for content in self._contents]
        if deprecated[0] != deprecated[1]:
            yield "", Change("", "is deprecated" if deprecated[1] else "is not deprecated any more", False)

    def _schemas(self, *, sent: bool) -> SchemaChanges:
        """Return a comparison of schemas for one direction."""
        return SchemaChanges(*self._documents, sent=sent)

    def _params(self) -> Iterator[tuple[str, Change]]:
        """Yield the changes of the path, the query, the headers and the cookies."""
        before, after = (operation.params for operation in self._operations)
        for key, param in after.items():
            where, name = key[0], str(param.get("name"))
            required = param.get("required") is True
            if key not in before:
                yield where, Change(name, "is new, and required" if required else "is new", required)
                continue
            old = before[key]
            if old.get("name") != param.get("name"):
                yield where, Change(name, f"was called {old.get('name')}", False)
            if required != (old.get("required") is True):
                yield where, Change(name, "is required" if required else "is optional", required)
            changes = find_text_changes(*self._documents, (old.get("schema", True), param.get("schema", True)), name)
            yield from ((where, change) for change in changes)
        for key in (key for key in before if key not in after):
            yield key[0], Change(str(before[key].get("name")), "is not read any more", True)

    def _body(self) -> Iterator[tuple[str, Change]]:
        """Yield the changes of the body."""
        before, after = self._resolved("requestBody")
        required = [body.get("required") is True for body in (before, after)]
        if not before and after:
            yield "body", Change("", "is new, and required" if required[1] else "is new", required[1])
        elif before and not after:
            yield "body", Change("", "is not read any more", True)
        else:
            if required[0] != required[1]:
                yield "body", Change("", "is required" if required[1] else "is optional", required[1])
            yield from (("body", change) for change in self._media(before, after, sent=True))

    def _resolved(self, name: str) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
        """Return an object of both operations, empty where one has none."""
        before, after = (
            as_object(resolve(document, content.get(name))[0])
            for document, content in zip(self._documents, self._contents, strict=True)
        )
        return before, after

    def _media(self, before: Mapping[str, Json], after: Mapping[str, Json], *, sent: bool) -> Iterator[Change]:
        """Yield the changes of content, by its types."""
        old, new = as_object(before.get("content")), as_object(after.get("content"))
        schemas = self._schemas(sent=sent)
        for kind in (kind for kind in old if kind not in new):
            yield Change(kind, "is not read any more" if sent else "is not sent any more", True)
        yield from (Change(kind, "is new", False) for kind in new if kind not in old)
        told: set[tuple[str, str]] = set()
        for kind in (kind for kind in new if kind in old):
            pair = [as_object(each[kind]).get("schema", True) for each in (old, new)]
            root = resolve(self._documents[1], pair[1])[1]
            for change in schemas.find(*pair):
                # A form and JSON have the same fields, the one in place and the other in a component.
                key = change.place.removeprefix(root).removeprefix("$"), change.what
                if key not in told:
                    told.add(key)
                    yield change

    def _responses(self) -> Iterator[tuple[str, Change]]:
        """Yield the changes of the answers, by status."""
        before, after = self._resolved("responses")
        for status in (status for status in before if status not in after):
            yield f"answer {status}", Change("", "is not sent any more", status[:1] == "2")
        for status, written in after.items():
            if status not in before:
                yield f"answer {status}", Change("", "is new", False)
                continue
            old, new = (
                as_object(resolve(self._documents[0], before[status])[0]),
                resolve(self._documents[1], written)[0],
            )
            for change in (*self._headers(old, as_object(new)), *self._media(old, as_object(new), sent=False)):
                yield f"answer {status}", change

    def _headers(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Change]:
        """Yield the headers of an answer that came or went."""
        old, new = ({str(name).lower(): name for name in as_object(each.get("headers"))} for each in (before, after))
        yield from (Change(old[key], "is not sent any more", True) for key in old if key not in new)
        yield from (Change(new[key], "is new", False) for key in new if key not in old)
