"""Types that msgspec does not know and a contract may have: models that check themselves, and uploaded files.

A model is known by its methods, which are pydantic's: whoever brings pydantic can use it, and nobody has to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage

from fsapi.json import engine
from fsapi.tree.mistakes import Rejected

# A model finds all of its errors, and tells of all or none; each costs a client a byte, and us 3 microseconds.
_TELLABLE = 10_000


def is_model(kind: Any) -> bool:
    """Tell whether a type is a model that decodes JSON by itself."""
    return isinstance(kind, type) and hasattr(kind, "model_validate_json")


def fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Return the fields of a model by the names that it is sent, each with its type and whether it has to be there."""
    if getattr(kind, "__pydantic_root_model__", False):
        return {}
    fields = kind.model_fields.items()
    return {_alias(field.validation_alias) or name: (field.annotation, field.is_required()) for name, field in fields}


def _alias(alias: Any) -> str | None:
    """Return the name that an alias is, or the first that pydantic's AliasChoices and AliasPath look for."""
    for part in [*getattr(alias, "choices", ()), *getattr(alias, "path", ())]:
        return _alias(part)
    return alias if isinstance(alias, str) else None


def forbids_extra(kind: Any) -> bool:
    """Tell whether a model takes no other fields than its own."""
    return bool(kind.model_config.get("extra") == "forbid")


def reject_unknown(kind: Any) -> None:
    """Raise Rejected for a type that `hook` makes no values of, NameError where a model refers to what is not there."""
    if is_model(kind):
        kind.model_rebuild()
    elif kind not in (FileStorage, object):
        remedy = "Write a msgspec.Struct, a dataclass, a TypedDict or another type that JSON has a form for."
        raise Rejected(f"has {kind.__qualname__} in it, which JSON has no form for", remedy)


def decode_hook(kind: type, value: Any) -> Any:
    """Return a value of a type that msgspec does not know; raise ValueError."""
    if is_model(kind):
        return kind.model_validate_json(_write(value))  # type: ignore[attr-defined] # see is_model
    if not isinstance(value, kind):
        raise ValueError("Expected a file")
    return value


def model_errors(exc: object, most: int) -> list[tuple[Sequence[str | int], str]]:
    """Return the errors of a model, each with its place and its text, or none for another exception."""
    told: Any = exc
    if not hasattr(exc, "error_count"):
        return []
    if told.error_count() > _TELLABLE:
        return [((), f"{told.error_count()} errors, too many to list")]
    found = told.errors(include_url=False, include_context=False, include_input=False)
    return [(wrong["loc"], wrong["msg"]) for wrong in found[:most]]


def schema(kind: Any, place: str) -> dict[str, Any]:
    """Return the JSON Schema of a file, a model or anything; `place` is where those that it refers to will be."""
    if kind is FileStorage:
        return {"type": "string", "format": "binary"}
    if kind is object:
        return {"description": "Anything."}  # an empty one would be none to msgspec
    found: dict[str, Any] = kind.model_json_schema(ref_template=place + "{model}")
    return found


_write = engine.encoder(str)
