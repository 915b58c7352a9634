"""Which types a contract may have; reject those that no request or answer could fit.

| part | its type |
|---|---|
| body | can be decoded; files only as fields of a form |
| params | can be decoded, without files; has fields, or is a dict of text |
| query | as params; its fields can be read from text |
| data | can be decoded, without files |
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from fsapi.contracts import json_kinds, models, typeinfo
from fsapi.contracts.coercion import is_flat, takes_any_text
from fsapi.json import engine
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected


def check_types(name: str, contract: Contract) -> None:
    """Raise Rejected for a type that no request or answer could fit."""
    parts = {
        "body": (contract.body, _check_body),
        "params": (contract.params, _check_params),
        "query": (contract.query, _check_query),
        "data": (contract.data, _check_data),
    }
    for part, (hint, check) in parts.items():
        if hint is not UNTYPED and hint is not None:
            check(f"the {part} type of {name}", hint)


def _check_body(owner: str, hint: Any) -> None:
    """Raise Rejected unless the type can be decoded, with files only as fields of a form."""
    if FileStorage in _unknown_types(owner, hint) and not is_flat(hint):
        raise _misplaced_file(owner)


def _check_params(owner: str, hint: Any) -> None:
    """Raise Rejected unless the type can be decoded, and has fields for names to fill."""
    _check_data(owner, hint)
    if not (takes_any_text(hint) or typeinfo.fields(hint)):
        remedy = "Write a TypedDict, a dataclass or a msgspec.Struct with a field for each name."
        raise Rejected(f"{owner} is {typeinfo.display_name(hint)}, which has no fields", remedy)


def _check_query(owner: str, hint: Any) -> None:
    """Raise Rejected unless the type is one for params, and text can fill its fields."""
    _check_params(owner, hint)
    if not (takes_any_text(hint) or is_flat(hint)):
        what = f"{owner} has a field that cannot be read from text"
        raise Rejected(what, "Give its fields types such as str, int or date, or lists of them.")


def _check_data(owner: str, hint: Any) -> None:
    """Raise Rejected unless the type can be decoded, and has no files."""
    if FileStorage in _unknown_types(owner, hint):
        raise _misplaced_file(owner)


def _misplaced_file(owner: str) -> Rejected:
    """Return the mistake of a file outside of a form."""
    what = f"{owner} contains a FileStorage where no file can be sent"
    return Rejected(what, "Make it a field of the body: `file: FileStorage`.")


def _unknown_types(owner: str, hint: Any) -> list[type]:
    """Return the types in a type that msgspec does not know, models and files; raise Rejected for all others."""
    try:
        unknown = json_kinds.unknown_types(hint)
        for found in unknown:
            models.reject_unknown(found)
        engine.schemas([hint], lambda model: models.schema(model, ""), "")
    except Rejected as rejected:
        raise Rejected(f"{owner} {rejected.what}", rejected.remedy) from None
    except NameError as exc:
        raise undefined_name(owner, exc) from None
    except Exception as exc:  # a type of the project can run any code
        raise Rejected(f"{owner} cannot be used: {exc}", "Use a type that msgspec can decode.") from None
    return unknown


def undefined_name(owner: str, exc: NameError) -> Rejected:
    """Return the mistake of a type that uses a name which is not defined at run time."""
    remedy = f"Import {exc.name} outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
    return Rejected(f"{owner} needs {exc.name}, which is not defined at run time", remedy)
