"""Type variables: their values in a class or a type, their limits and defaults, and what text can name."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union

#: Returns a type with the values of type variables.
_Fill = Callable[[Any, Mapping[Any, Any]], Any]


def variables_in(hint: Any) -> set[Any]:
    """Return the type variables in a type."""
    if isinstance(hint, TypeVar):
        return {hint}
    return {*getattr(hint, "__parameters__", ())} if typing.get_args(hint) else set()


def fill_open(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with the type variables replaced that have a value."""
    return fill_variables(hint, {**{variable: variable for variable in variables_in(hint)}, **variables})


def fill_variables(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with its type variables replaced: by their value, else their bound, else Any.

    Raise TypeError for one that has a default and no value, since msgspec does not know defaults.
    """
    if isinstance(hint, TypeVar):
        return _value(hint, variables)
    open_variables = getattr(hint, "__parameters__", ()) if typing.get_args(hint) else ()
    values = [value for variable in open_variables for value in _values(variable, variables)]
    return hint[tuple(values)] if open_variables else hint


def fill_models(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with the type variables of the models of pydantic in it replaced, which the type itself lacks."""
    if not is_open_model(hint):
        return changed(hint, lambda part: fill_models(part, variables))
    return hint[tuple(variables.get(each, each) for each in hint.__pydantic_generic_metadata__["parameters"])]


def is_open_model(hint: Any) -> bool:
    """Return whether a type is a model of pydantic with type variables in its brackets."""
    found = getattr(hint, "__pydantic_generic_metadata__", None) if isinstance(hint, type) else None
    return bool(found and found["origin"] and found["parameters"])


def values_of(variables: Sequence[Any], values: Sequence[Any]) -> dict[Any, Any]:
    """Return type variables with their values; a TypeVarTuple, of which there is at most one, takes several."""
    place = next((place for place, variable in enumerate(variables) if _takes_several(variable)), len(variables))
    rest = len(values) - len(variables[place + 1 :])
    several = {variable: tuple(values[place:rest]) for variable in variables[place : place + 1]}
    return {**dict(zip(variables[:place], values)), **several, **dict(zip(variables[place + 1 :], values[rest:]))}


def _takes_several(variable: Any) -> bool:
    """Return whether a type variable stands for any number of types (PEP 646)."""
    return type(variable).__name__ == "TypeVarTuple"


def _values(variable: Any, variables: Mapping[Any, Any]) -> Sequence[Any]:
    """Return what stands for a type variable; of a TypeVarTuple this may be several types."""
    if not _takes_several(variable):
        return [_value(variable, variables)]
    found = variables.get(variable, variable)
    return [*found]  # one without a value unpacks itself


def _value(variable: Any, variables: Mapping[Any, Any]) -> Any:
    """Return what stands for a type variable; raise TypeError."""
    if variable in variables:
        return variables[variable]
    if has_default(variable):
        raise TypeError(f"the default of the type variable {variable.__name__} is not read; write the type in brackets")
    found = limit_of(variable)
    return Any if found is variable else found


def read_scopes(hint: Any, *, keep_open: bool = False) -> Mapping[Any, Mapping[Any, Any]]:
    """Return the values of the type variables of a class and of all below it, by class.

    One without a value stands for its limit, unless it is kept open.
    """
    scopes: dict[Any, dict[Any, Any]] = {}
    _read_scopes(hint, {}, scopes, fill_open if keep_open else fill_variables)
    return scopes


def _read_scopes(hint: Any, outer: Mapping[Any, Any], scopes: dict[Any, dict[Any, Any]], fill: _Fill) -> None:
    """Put the values of the type variables of a class, and of all below it, into `scopes`."""
    cls = typing.get_origin(hint) or hint
    if cls in scopes:
        return
    values = [fill(value, outer) for value in typing.get_args(hint)]
    scopes[cls] = values_of(getattr(cls, "__parameters__", ()), values)
    for base in bases_of(cls):
        _read_scopes(base, scopes[cls], scopes, fill)


def bases_of(cls: Any) -> tuple[Any, ...]:
    """Return the base classes of a class with the types in their brackets."""
    bases = (*getattr(cls, "__dict__", {}).get("__orig_bases__", ()), *getattr(cls, "__bases__", ()))
    return tuple(base for base in bases if (typing.get_origin(base) or base) is not typing.Generic)


def changed(hint: Any, change: Callable[[Any], Any]) -> Any:
    """Return a type with the types in its brackets changed, but for what a Literal has there."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    parts = () if origin is Literal else parts[:1] if origin is Annotated else parts
    found = [*map(change, parts)]
    return rebuilt(hint, found) if any(part is not before for part, before in zip(found, parts)) else hint


def rebuilt(hint: Any, parts: Sequence[Any]) -> Any:
    """Return a type with other types in its brackets."""
    origin: Any = typing.get_origin(hint)
    if origin is Annotated:
        return Annotated[(parts[0], *hint.__metadata__)]
    return Union[tuple(parts)] if origin is UnionType else origin[tuple(parts)]  # noqa: UP007 - made at run time


def parameters_of(holder: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the type parameters (PEP 695) that the text in a function or a class can name.

    Those of what it stands in are found by its name in the names of its module.
    """
    found, scope = dict[str, Any](), None
    for place, part in enumerate(str(getattr(holder, "__qualname__", "")).split(".")):
        scope = getattr(scope, part, None) if place else names.get(part)
        found |= _type_parameters(scope)
    return found | _type_parameters(holder)


def _type_parameters(scope: Any) -> dict[str, Any]:
    """Return the type parameters of a function or a class by name, none of any other object."""
    own = getattr(scope, "__type_params__", ()) if isinstance(scope, (type, FunctionType)) else ()
    return {each.__name__: each for each in own}


def has_default(variable: Any) -> bool:
    """Return whether a type variable has a default (PEP 696)."""
    ask = getattr(variable, "has_default", None)
    return ask is not None and bool(ask())


def limit_of(variable: Any) -> Any:
    """Return the bound of a type variable, or the variable itself."""
    bound = getattr(variable, "__bound__", None)
    return variable if bound is None else bound


def stand_in(variable: Any) -> Any:
    """Return what a type variable without a value stands for: its default, bound or constraints, else Any."""
    if has_default(variable):
        return variable.__default__
    constraints, bound = getattr(variable, "__constraints__", ()), getattr(variable, "__bound__", None)
    return Union[constraints] if constraints else Any if bound is None else bound  # noqa: UP007 - made at run time


def is_limited(variable: Any) -> bool:
    """Return whether pydantic takes any subclass of what a type variable stands for: not for constraints."""
    return stand_in(variable) is not Any and not getattr(variable, "__constraints__", ())
