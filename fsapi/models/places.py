"""Find the place of an error in the JSON that was sent.

Pydantic puts the names of choices, tags and validators between the steps of a path, and a client can use the same
names as keys. So the path is followed through the structure of the model, and through what was sent beside it.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from fsapi.models.nodes import CONTAINERS, NodeField, Schema, Step, children, fields, has_shape
from fsapi.models.structure import Structure
from fsapi.models.wrappers import choice

_Path = tuple[Step, ...]
_MISSING = object()
# What reads a field that a model forbids.
_NOTHING: Schema = {"type": "none"}
# How pydantic marks the error of a key.
_KEY = ("[key]",)


class Place(NamedTuple):
    """How far a path could be followed: what is left of it, the steps in the JSON, and whether a key is meant."""

    left: int
    steps: _Path = ()
    of_key: bool = False


class _State(NamedTuple):
    """Where a path has led to: what reads which part of what was sent, the steps to it, and the rest of the path."""

    schema: Schema
    sent: Any
    steps: _Path
    rest: _Path


def find_place(structure: Structure, sent: Any, path: Sequence[Step]) -> Place:
    """Return the place in what was sent that pydantic's path leads to, as far as it can be followed."""
    states, seen = [_State(structure.root, sent, (), tuple(path))], set[tuple[int, int, int]]()
    best = Place(len(path))
    for state in states:  # the loop goes on with what is appended
        known = id(state.schema), id(state.sent), len(state.rest)
        if known not in seen:
            seen.add(known)
            best = min(best, Place(len(state.rest), state.steps), key=lambda place: place.left)
            states += _follow(structure, state)
    keys = [Place(0, (*state.steps, state.rest[0]), of_key=True) for state in states if state.rest[1:] == _KEY]
    return keys[0] if best.left and keys else best


def _follow(structure: Structure, state: _State) -> Iterator[_State]:
    """Yield where the next steps of a path can lead to."""
    schema, sent, steps, path = state
    if not path:
        return
    node, _ = structure.resolve(schema)
    if node["type"] in ("union", "tagged-union"):
        yield from (_State(each, sent, steps, path[1:]) for each in _named(structure, node, str(path[0])))
    elif node["type"] in CONTAINERS and isinstance(sent, (dict, list)) and has_shape(node, sent):
        yield from [*_through_fields(node, state)] or _through_item(node, state)


def _through_fields(node: Schema, state: _State) -> Iterator[_State]:
    """Yield where a path leads to through a field."""
    for field in fields(node) or ():
        if (found := _field_steps(field, state.sent, state.rest)) is not None:
            taken, steps = found
            yield _State(field.schema, _reach(state.sent, steps), (*state.steps, *steps), state.rest[taken:])


def _through_item(node: Schema, state: _State) -> Iterator[_State]:
    """Yield where a path leads to through an item of an array, or a key that is not a field."""
    sent, step = state.sent, state.rest[0]
    inner = _reach(sent, (step,))
    if isinstance(sent, list) == isinstance(step, int) and (inner is not _MISSING or isinstance(sent, list)):
        for schema in children(node, len(sent))(step) or [_NOTHING]:
            yield _State(schema, inner, (*state.steps, step), state.rest[1:])


def _named(structure: Structure, union: Schema, name: str) -> list[Schema]:
    """Return the choices of a union that have a name; all of them if none has it."""
    if union["type"] == "tagged-union":
        named = {tag: (str(tag), str(getattr(tag, "value", tag))) for tag in union["choices"]}
        return [schema for tag, schema in union["choices"].items() if name in named[tag]] or [
            *union["choices"].values()
        ]
    members = union["choices"]
    return [choice(each) for each in members if structure.name(each) == name] or [*map(choice, members)]


def _field_steps(field: NodeField, sent: Any, path: _Path) -> tuple[int, _Path] | None:
    """Return how many steps of a path name a field, and the steps in the JSON; None if they name another.

    Pydantic can name a field by its alias, by its own name, and the field of a NamedTuple by both.
    """
    known = [tuple(each) for each in field.paths]
    taken = next((len(each) for each in known if path[: len(each)] == each), 0)
    if not taken and (path[0] != field.name or _reach(sent, path[:1]) is not _MISSING):
        return None
    taken = taken or 1
    if path[:taken] in known and isinstance(path[0], int) == isinstance(sent, list):
        return taken, path[:taken]
    fitting = [each for each in known if isinstance(each[0], int) == isinstance(sent, list)] or known
    return taken, next((each for each in fitting if _reach(sent, each) is not _MISSING), fitting[0])


def _reach(sent: Any, steps: _Path) -> Any:
    """Return what some steps lead to in arrays and objects, or _MISSING."""
    for step in steps:
        try:
            sent = sent[step]
        except (LookupError, TypeError):
            return _MISSING
    return sent
