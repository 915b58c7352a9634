"""Read what a value of any class holds of what a pydantic model declares, as built-in data that the model validates.

Pydantic takes a property that raises AttributeError for one that is missing, so attributes are read here.
"""

# isinstance() narrows Any to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from fsapi.answers.containers import keep
from fsapi.answers.model_values import Entry, items_pick, object_pick, positions_pick, row_pick, values_pick
from fsapi.contracts.model_fields import fields
from fsapi.contracts.models import has_fields, is_model
from fsapi.json.hints import alternatives, field_types, is_alias
from fsapi.json.sources import Pick, as_mapping, is_array, is_scalar
from fsapi.json.twins import origin


class Sources:
    """Makes the functions that read values for types, each once.

    With `opened` instances of the declared classes are read too, which pydantic would take as they are. `by_name` says
    whether a model takes its fields by their names in Python beside their aliases.
    """

    def __init__(self, *, by_name: bool, opened: bool = False) -> None:
        self._by_name, self._opened = by_name, opened
        self._picks: dict[Any, Pick] = {}
        # Types whose function is being made.
        self._begun: set[Any] = set()
        #: The keys of what is read, by the names that pydantic has for them in the places of errors.
        self.keys: dict[str, str] = {}

    def of(self, hint: Any) -> Pick:
        """Return the function that reads a value for a type; `keep` for a scalar."""
        return self._once(hint, lambda: self._read(hint)) if is_alias(hint) else self._read(hint)

    def _read(self, hint: Any) -> Pick:
        """Return the function for a type, whatever names it has."""
        members = alternatives(hint)
        if len(members) > 1:
            return self._once(tuple(members), lambda: self._union(members))
        hint = members[0]
        if _is_root(hint):
            return self._once(hint, lambda: self._root(hint))
        if is_model(hint) or has_fields(hint):
            return self._once(hint, lambda: self._named(hint))
        return self._container(typing.get_origin(hint) or hint, typing.get_args(hint))

    def _once(self, key: Any, make: Callable[[], Pick]) -> Pick:
        """Return a function that is made once; what contains itself gets one that looks for it when it is called."""
        try:
            known = self._picks.get(key)
        except TypeError:  # its metadata cannot be hashed
            return make()
        if known is None and key in self._begun:
            return lambda value: self._picks[key](value)
        self._begun.add(key)
        self._picks[key] = known or make()
        return self._picks[key]

    def _named(self, hint: Any) -> Pick:
        """Return the function for a class."""
        entries = self.entries(hint)
        pick = object_pick(entries, origin(hint), reads_all=self._opened, only=not is_model(hint))
        if hasattr(hint, "_fields"):
            pick = row_pick(pick, positions_pick([entry.pick for entry in entries]))
        return pick

    def entries(self, hint: Any) -> list[Entry]:
        """Return the fields of a class."""
        if is_model(hint):
            found = {
                (each.name if self._by_name else each.json_name, each.json_name, each.name): each.hint
                for each in fields(hint)
            }
        else:
            found = {(name, name, name): each for name, each in field_types(hint).items()}
        self.keys |= {json_name: key for key, json_name, _ in found}
        return [Entry(*names, self.of(each)) for names, each in found.items()]

    def _root(self, hint: Any) -> Pick:
        """Return the function for a model with one value in place of fields."""
        pick, opened = self.of(hint.model_fields["root"].annotation), self._opened

        def pick_root(value: Any) -> Any:
            if not isinstance(value, hint):
                return pick(value)
            return pick(value.root) if opened else value

        return pick_root

    def _container(self, cls: Any, parts: tuple[Any, ...]) -> Pick:
        """Return the function for a list, a dict or a tuple, or `keep`."""
        if not isinstance(cls, type) or not issubclass(cls, Iterable) or issubclass(cls, (str, bytes, bytearray)):
            return keep
        if issubclass(cls, Mapping):
            return values_pick(self.of(parts[1]) if len(parts) > 1 else keep)
        if issubclass(cls, tuple) and parts and parts[-1] is not Ellipsis:
            return positions_pick([*map(self.of, parts)])
        return items_pick(self.of(parts[0]) if parts else keep)

    def _union(self, members: Sequence[Any]) -> Pick:
        """Return the function for a union: pydantic chooses among the members by the attributes of all."""
        objects = [member for member in members if is_model(member) or has_fields(member)]
        others = [self.of(member) for member in members if member not in objects]
        own = {origin(member): self.of(member) for member in objects}
        arrays = [pick for pick in others if pick is not keep]
        arrays += [pick for cls, pick in own.items() if hasattr(cls, "_fields") or _is_root(cls)]
        several = [*reversed(objects)] if len(own) > 1 else []
        entries = {entry.key: entry for member in several for entry in self._shown(member)}
        pick_object = object_pick([*entries.values()], (), snapshot=SimpleNamespace) if several else None
        themselves = {id(member): member for member in members}  # as the sentinel MISSING, which is no object

        def pick_member(value: Any) -> Any:
            if id(value) in themselves:
                return value
            for cls in type(value).__mro__ if type(value) is not dict else ():
                if cls in own:
                    return own[cls](value)
            is_object = not is_array(value) and (as_mapping(value) is not None or not is_scalar(value))
            if is_object and own:
                return (pick_object or next(iter(own.values())))(value)
            return arrays[0](value) if len(arrays) == 1 else value

        return pick_member

    def _shown(self, member: Any) -> list[Entry]:
        """Return the fields of a member of a union; none of one whose value has no fields."""
        return [] if _is_root(member) else self.entries(member)


def _is_root(hint: Any) -> bool:
    """Return whether a type is a model with one value in place of fields."""
    return bool(getattr(hint, "__pydantic_root_model__", False))
