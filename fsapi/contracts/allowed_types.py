"""Which types a contract may have; reject those that no request or answer could fit.

| part | its type |
|---|---|
| body | can be decoded; files only as fields of a form; items of sets can be hashed |
| params | can be decoded, without files; has fields, or is a dict of text |
| query | as params; its fields can be read from text |
| data | can be decoded, without files |
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, MutableSet
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from fsapi.contracts import models
from fsapi.contracts.coercion import beyond_text, is_flat, takes_any_text
from fsapi.contracts.typeinfo import Field, Type, describe, has_files, types_below, unknown_types
from fsapi.json import engine
from fsapi.json.hints import display_name, unwrap
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected

# msgspec says so.
_TWO_MODELS = "Type unions may not contain more than one custom type"
_ONE_MODEL = """Make one model of them, and take its `root`:
class Either(pydantic.RootModel[Cat | Dog]): ..."""


def check_types(name: str, contract: Contract) -> None:
    """Raise Rejected for a type that no request or answer could fit."""
    parts = {
        "body": (contract.body, _check_body),
        "params": (contract.params, _check_params),
        "query": (contract.query, _check_query),
        "data": (contract.data, _check_answer),
    }
    for part, (hint, check) in parts.items():
        if hint is not UNTYPED and hint is not None:
            owner = f"the {part} type of {name}"
            check(owner, _describe(owner, hint))


def _check_body(owner: str, described: Type) -> None:
    """Raise Rejected for files anywhere but as fields of a form."""
    if has_files(described) and not is_flat(described):
        raise _misplaced_file(owner)
    _check_init(owner, described)
    _check_sets(owner, described)


def _check_params(owner: str, described: Type) -> None:
    """Raise Rejected unless the type has fields for names to fill, and no files."""
    _check_data(owner, described)
    _check_paths(owner, described, "a path")
    if not (takes_any_text(described) or described.fields):
        remedy = "Write a TypedDict, a dataclass or a msgspec.Struct with a field for each name."
        raise Rejected(f"{owner} is {display_name(described.hint)}, which has no fields", remedy)


def _check_query(owner: str, described: Type) -> None:
    """Raise Rejected unless the type is one for params, and text can fill its fields."""
    _check_paths(owner, described, "a query")
    _check_params(owner, described)
    _check_init(owner, described)
    _check_sets(owner, described)
    if not (takes_any_text(described) or is_flat(described)):
        what = f"{owner} has a field that cannot be read from text"
        raise Rejected(what, "Give its fields types such as str, int or date, or lists of them.")


def _check_paths(owner: str, described: Type, place: str) -> None:
    """Raise Rejected for a field that is read from inside of an object, which a place does not have."""
    for name in beyond_text(described):
        field = f"{display_name(described.hint)}.{name}"
        what = f"{owner} has `{field}`, which is read from an object, but {place} has none"
        raise Rejected(what, f'Write a name in place of its AliasPath: `Field(validation_alias="{name}")`.')


def _check_data(owner: str, described: Type) -> None:
    """Raise Rejected for a type with files."""
    if has_files(described):
        raise _misplaced_file(owner)


def _check_answer(owner: str, described: Type) -> None:
    """Raise Rejected for files, and for a union that msgspec cannot read back once each class in it is a Struct."""
    _check_data(owner, described)
    for union in types_below(described):
        are_arrays = ["tuple" in member.kinds for member in union.alternatives if member.family]
        if sum(are_arrays) > 1 and not all(are_arrays):
            what = f"{owner} has `{display_name(union.hint)}`, an object beside several Structs that are arrays"
            raise Rejected(what, "Make each class in it a Struct with a tag, and without `array_like`.")


def _check_init(owner: str, described: Type) -> None:
    """Raise Rejected for a field that the code of the project sets, but a client could fill."""
    for cls, field in _fields_below(described):
        if not field.in_init:
            what = (
                f"{owner} has `{display_name(cls.hint)}.{field.name}`, which a client could fill, but __init__ cannot"
            )
            raise Rejected(what, "Write a type without it for what clients send.")


def _check_sets(owner: str, described: Type) -> None:
    """Raise Rejected for a set whose items Python cannot hash."""
    for found in types_below(described):
        is_set = _origin(found) in (set, frozenset, AbstractSet, MutableSet)
        if is_set and found.element is not None and not _can_be_hashed(found.element):
            item = display_name(found.element.hint)
            what = f"{owner} has `{display_name(found.hint)}`, but {item} cannot be in a set"
            raise Rejected(what, f"Write `list[{item}]`.")


def _can_be_hashed(described: Type) -> bool:
    """Return whether values of a type, or of a member of a union, can be hashed."""
    return any(
        all(map(_can_be_hashed, [member.element] if member.element else member.positions))
        if _origin(member) is tuple
        else _has_hash(_origin(member))
        for member in described.members
    )


def _has_hash(cls: Any) -> bool:
    """Return whether instances of a class can be hashed; a Struct that is not frozen has a method that raises."""
    config: Any = getattr(cls, "__struct_config__", None)
    raises = config is not None and config.eq and not config.frozen and hasattr(cls.__hash__, "__objclass__")
    return not raises and getattr(cls, "__hash__", None) is not None


def _origin(described: Type) -> Any:
    """Return the class of a type, without what is in its brackets."""
    hint = unwrap(described.hint)
    return typing.get_origin(hint) or hint


def _fields_below(described: Type) -> Iterator[tuple[Type, Field]]:
    """Yield all fields in and below a type that a client can fill, each with its class.

    In a model these are only those of models: pydantic leaves the other classes to their `__init__`.
    """
    seen = [*types_below(described)]
    for current in seen:
        if current.is_model:  # the loop goes on with what is appended
            seen += [part for part in types_below(current, in_models=True) if part.is_model and part not in seen]
        yield from ((current, field) for field in current.fields.values())


def _misplaced_file(owner: str) -> Rejected:
    """Return the mistake of a file outside of a form."""
    what = f"{owner} contains a FileStorage where no file can be sent"
    return Rejected(what, "Make it a field of the body: `file: FileStorage`.")


def _describe(owner: str, hint: Any) -> Type:
    """Return the description of a type; raise Rejected unless it can be decoded."""
    try:
        if (variable := open_variable(hint)) is not None:
            what = f"has the type variable {variable.__name__}, which stands for any type"
            raise Rejected(what, "Write the type itself, or Any.")
        models.reject_misread(hint)
        engine.reject_ambiguous(hint)
        described = describe(hint)
        for found in unknown_types(described):
            models.reject_unknown(found)
    except Rejected as rejected:
        raise Rejected(f"{owner} {rejected.what}", rejected.remedy) from None
    except NameError as exc:
        raise undefined_name(owner, exc) from None
    except RecursionError:  # of `type X = list[X]`
        what = f"{owner} is nested too deep for msgspec, or has a name that contains itself"
        raise Rejected(what, "Write `object` in place of a part of it.") from None
    except Exception as exc:  # a type of the project can run any code
        if _TWO_MODELS in str(exc):
            raise Rejected(f"{owner} has a union of several models", _ONE_MODEL) from None
        raise Rejected(
            f"{owner} cannot be used{models.find_unwritable(hint)}: {exc}", "Use a type that msgspec can decode."
        ) from None
    return described


def undefined_name(owner: str, exc: NameError) -> Rejected:
    """Return the mistake of a type that uses a name which is not defined at run time."""
    remedy = f"Import {exc.name} outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
    return Rejected(f"{owner} needs {exc.name}, which is not defined at run time", remedy)


def open_variable(hint: Any) -> TypeVar | None:
    """Return a type variable in a type that nothing limits, or None."""
    hint = unwrap(hint)
    if isinstance(hint, TypeVar):
        return hint
    parts = typing.get_args(hint)
    return next((found for part in parts if (found := open_variable(part)) is not None), None)
