"""Find the place of an error in the JSON that was sent.

Pydantic puts the names of choices, tags and validators between the steps of a path, and a client can use the same
names as keys. So the path is followed through the structure of the model, and through what was sent beside it.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fsapi.models.nodes import CONTAINERS, NodeField, Schema, Step, children, fields
from fsapi.models.structure import Structure, choice

_Path = tuple[Step, ...]
_MISSING = object()
# How pydantic marks the error of a key.
_KEY = ("[key]",)


class Place(NamedTuple):
    """How far a path could be followed: what is left of it, the steps in the JSON, and whether a key is meant."""

    left: int
    steps: _Path = ()
    of_key: bool = False


def find_place(structure: Structure, sent: Any, path: Sequence[Step]) -> Place:
    """Return the place in what was sent that pydantic's path leads to, as far as it can be followed."""
    return _follow(structure, structure.root, sent, tuple(path))


def _follow(structure: Structure, schema: Schema, sent: Any, path: _Path) -> Place:
    """Return the place that a path leads to from what a schema reads."""
    node, _ = structure.resolve(schema)
    if not path:
        return Place(0)
    if node["type"] in ("union", "tagged-union"):
        return _best(_follow(structure, each, sent, path[1:]) for each in _named(structure, node, str(path[0])))
    if node["type"] not in CONTAINERS or not isinstance(sent, (dict, list)):
        return Place(len(path))
    found = [(field.schema, *steps) for field in fields(node) or () if (steps := _field_steps(field, sent, path))]
    if found:
        return _best(_below(structure, schema, sent, steps, path[taken:]) for schema, taken, steps in found)
    return _follow_item(structure, node, sent, path)


def _follow_item(structure: Structure, node: Schema, sent: Any, path: _Path) -> Place:
    """Return the place that a path leads to through an item of an array, or a key that is not a field."""
    step, rest = path[0], path[1:]
    inner = _reach(sent, path[:1])
    if isinstance(sent, list) != isinstance(step, int) or (isinstance(sent, dict) and inner is _MISSING):
        return Place(len(path))
    schemas = children(node, len(sent))(step)
    place = _best([_below(structure, each, sent, path[:1], rest) for each in schemas] or [Place(len(rest), path[:1])])
    return Place(0, path[:1], of_key=True) if rest == _KEY and place.left else place


def _below(structure: Structure, schema: Schema, sent: Any, steps: _Path, path: _Path) -> Place:
    """Return the place that a path leads to from what is some steps further down."""
    place = _follow(structure, schema, _reach(sent, steps), path)
    return place._replace(steps=(*steps, *place.steps))


def _best(found: Iterable[Place]) -> Place:
    """Return the first of the places that leave the least of the path."""
    return min(found, key=lambda place: place.left)


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
    taken = next((len(each) for each in known if path[: len(each)] == each), int(path[0] == field.name))
    if not taken:
        return None
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
