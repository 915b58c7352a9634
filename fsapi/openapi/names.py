"""Name the components of a document: unique, of the characters that OpenAPI 3.1, 4.8.7.1 allows, and stable.

A class has its own name. Classes of one name get what tells them apart: the modules of the types in their brackets,
then their own modules; only classes that even share a module are numbered, in the order of the document. A module of
a tree has the name of its folder, so that names do not depend on which trees a process loads first (`server~2`).
"""

from __future__ import annotations

import re
import typing
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, TypeVar

from fsapi.json.hints import unwrap

_Key = TypeVar("_Key", bound=Hashable)
# Without the hyphen, which is in `-Input` and `-Output` alone.
_NOT_ALLOWED = r"[^a-zA-Z0-9._]"
# In pydantic's key of a definition each class has its id: `shop.Page:94672[shop.[id].Item:95123]`.
_WITH_ID = r"([\[\], ]*)([^:,]+):\d+"
# What is added to the name of a tree if another one has it.
_TREE_NUMBER = r"(?<=[^.])~\d+(?=\.)"


def unique_names(choices: Mapping[_Key, Sequence[str]]) -> dict[_Key, str]:
    """Return a name for each key: the first of its choices that no other key has, with a number if there is none."""
    names: dict[_Key, str] = {}
    waiting = {key: [re.sub(_NOT_ALLOWED, "_", choice) or "_" for choice in found] for key, found in choices.items()}
    taken: set[str] = set()
    while waiting:
        counts = Counter(found[0] for found in waiting.values())
        taken |= {found[0] for found in waiting.values() if len(found) > 1 and counts[found[0]] > 1}
        for key, (choice, *others) in list(waiting.items()):
            name = choice if others or choice not in taken else _numbered(choice, taken)
            if name in taken:
                waiting[key] = others
            else:
                names[key] = name
                taken.add(name)
                del waiting[key]
    return names


def class_choices(hint: Any) -> list[str]:
    """Return the names that a class can have, the shortest first."""
    return [_spell(hint), _spell(hint, inner=True), _spell(hint, own=True, inner=True)]


def key_choices(key: str) -> list[str]:
    """Return the names that pydantic's key of a definition can have, the shortest first."""
    short = re.sub(_WITH_ID, lambda found: found[1] + found[2].rpartition(".")[2], key)
    return [short, re.sub(_WITH_ID, lambda found: found[1] + _module(found[2]), key)]


def _module(name: str) -> str:
    """Return the name of a module, in a tree from its folder on."""
    top, dot, rest = name.partition(".")
    return re.sub(_TREE_NUMBER, "", top + dot) + rest


def _numbered(name: str, taken: set[str]) -> str:
    """Return a name with the first number that is free."""
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _spell(hint: Any, above: Sequence[Any] = (), *, own: bool = False, inner: bool = False) -> str:
    """Return the name of a type: with its module if `own`, and with those of the types in its brackets if `inner`.

    A name that contains itself, as `type Json = list[Json]` does, is dots below the first time: `above` are the types
    around it.
    """
    hint = unwrap(hint)
    if hint in above:
        return "..."
    generic: Any = getattr(hint, "__pydantic_generic_metadata__", None) or {}
    origin: Any = generic.get("origin") or typing.get_origin(hint) or hint
    parts: Sequence[Any] = generic.get("args") or typing.get_args(hint)
    if origin is NoneType or not hasattr(origin, "__name__"):
        name = "None" if origin is NoneType else str(origin)
    elif own and origin.__module__ not in ("builtins", "typing", "types"):
        name = f"{_module(origin.__module__)}.{origin.__qualname__}"
    else:
        name = origin.__name__
    return f"{name}[{', '.join(_spell_parts(parts, [*above, hint], inner=inner))}]" if parts else name


def _spell_parts(parts: Sequence[Any], above: Sequence[Any], *, inner: bool) -> Iterator[str]:
    """Yield the names of the types in brackets; a Literal has values, and a Callable lists."""
    for part in parts:
        is_type = isinstance(part, type) or hasattr(part, "__name__") or typing.get_args(part)
        yield _spell(part, above, own=inner, inner=inner) if is_type else str(part)
