"""What has changed of the ways to authenticate: a client may use each of them as long as it asks for no more."""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fsapi.diff.alternatives import as_list, as_object, resolve
from fsapi.diff.change import Change


class Way(NamedTuple):
    """One way to authenticate: how it is shown, and what it asks for: the definitions of schemes, and their scopes."""

    name: str
    needs: frozenset[tuple[str, str]]


def find_security_changes(old: Any, before: Mapping[str, Any], new: Any, after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the changes of an operation of an old and a new document."""
    sides = _read_ways(old, before), _read_ways(new, after)
    needed = " or ".join(way.name for way in sides[1])
    for way in sides[0]:
        if not any(each.needs <= way.needs for each in sides[1]):
            yield Change("", f"{way.name} is not taken any more" if way.name else f"needs {needed}", True)
    for way in sides[1]:
        if not any(each.needs <= way.needs for each in sides[0]):
            yield Change("", f"{way.name} is taken, too" if way.name else "needs no authentication", False)


def _read_ways(document: Any, operation: Mapping[str, Any]) -> list[Way]:
    """Return the ways to authenticate; the empty one is to do without."""
    written = operation.get("security", as_object(document).get("security"))
    return [_read_way(document, as_object(each)) for each in as_list(written)] or [_read_way(document, {})]


def _read_way(document: Any, schemes: Mapping[str, Any]) -> Way:
    """Return one way, which can combine schemes."""
    declared = as_object(as_object(as_object(document).get("components")).get("securitySchemes"))
    names, needs = list[str](), set[tuple[str, str]]()
    for name, scopes in sorted(schemes.items()):
        scheme = {**as_object(resolve(document, declared.get(name, name))[0])}
        scheme.pop("description", None)
        definition = json.dumps(scheme or name, sort_keys=True)
        listed = [*map(str, as_list(scopes))]
        needs |= {(definition, ""), *((definition, scope) for scope in listed)}
        names.append(f"{name} ({', '.join(listed)})" if listed else name)
    return Way(" and ".join(names), frozenset(needs))
