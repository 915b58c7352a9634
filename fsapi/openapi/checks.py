"""Find what makes a document invalid, and the files that say it.

Settings of several files, annotations and the types of a project make an operation together. So it is checked as it is
in the finished document, and its faults are reported where they are written.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from fsapi.json.encode import EncodeError, encode
from fsapi.openapi.faults import Fault, check, find_faults
from fsapi.openapi.structure import SECTIONS, Part, walk
from fsapi.request.route import Route
from fsapi.tree.mistakes import Mistake

_FROM_A_TYPE = "It comes from a type of the handler."
_SCHEMAS = "#/components/schemas/"
_Place = Sequence["str | int"]


def find_document_mistakes(made: dict[str, Any], routes: Mapping[str, Route]) -> list[Mistake]:
    """Return the mistakes of a document, each once; `routes` are those of its paths."""
    found: list[Mistake] = []
    for path, route in routes.items():
        for method, operation in made["paths"][path].items():
            faults = (*_faults(operation, "Operation", made), *_foreign_params(path, operation))
            found += [_mistake(route, method.upper(), operation, fault) for fault in faults]
    wrong = [
        (name, each)
        for name, schema in made["components"]["schemas"].items()
        for each in _faults(schema, "Schema", made)
    ]
    users = _users(made, routes) if wrong else {}
    for name, (place, what, remedy) in wrong:
        where = f"the schema {name} in the document: {show('schema', place)}"
        found.append(Mistake(users.get(name, ""), f"{where} {what}", f"{remedy} {_FROM_A_TYPE}"))
    once: dict[tuple[str, int | None, str], Mistake] = {}
    for each in found:
        once.setdefault((each.file, each.line, each.what.partition(", which")[0]), each)
    return sorted(once.values(), key=lambda mistake: (mistake.file, mistake.line or 0))


def show(owner: str, place: _Place) -> str:
    """Return a place as the keys and indexes of something are written in Python; a status is a number."""
    return owner + "".join(f'["{key}"]' if not str(key).isdigit() else f"[{key}]" for key in place)


def _faults(value: Any, kind: str, made: dict[str, Any]) -> Iterator[Fault]:
    """Yield the faults of a part of a document, and those of its references."""
    is_writable = True
    for part in walk(value, kind):
        yield from (Fault(part.place, *found) for found in check(part))
        yield from (Fault(part.place, *found) for found in _broken(part, made))
        unwritable = [*_unwritable(part)]
        yield from (Fault(part.place, *found) for found in unwritable)
        is_writable = is_writable and not unwritable
    if is_writable:  # but for what OpenAPI does not know, such as keys that start with x-
        yield from (Fault((), *found) for found in _unwritable(Part((), "any", value)))


def _unwritable(part: Part) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a sample that cannot be written, and the remedy."""
    if part.kind == "any":
        try:
            encode(part.value)
        except EncodeError as exc:
            yield f"cannot be written: {exc}", "Write a value that is JSON."


def _foreign_params(path: str, operation: dict[str, Any]) -> Iterator[Fault]:
    """Yield the parameters of an operation that are said to be in a path, but are not."""
    names = re.findall(r"\{([^{}]*)\}", path)
    for place, each in enumerate(operation.get("parameters", ())):
        if each.get("in") == "path" and each.get("name") not in names:
            what = f"is the path parameter {each.get('name')}, which {path} does not have"
            yield Fault(("parameters", place), what, "Remove it, or say it in a file whose path has it.")


def _mistake(route: Route, method: str, operation: dict[str, Any], fault: Fault) -> Mistake:
    """Return a fault as a mistake of the nearest setting that says it, or else of the route file."""
    for setting in reversed(route.openapi):
        value = setting.value or {}
        for owner, said in ((f'openapi["{method}"]', value.get(method) or {}), ("openapi", value)):
            place = _place_in(said, operation, fault.place)
            if place is not None:
                return Mistake(setting.file, f"{show(owner, place)} {fault.what}", fault.remedy, setting.line)
    what = f"{show(method, fault.place)} in the document {fault.what}"
    return Mistake(route.file, what, f"{fault.remedy} {_FROM_A_TYPE}")


def _place_in(said: Any, operation: Any, place: _Place) -> _Place | None:
    """Return the place in what a setting says that has a place in an operation, None if it says nothing of it."""
    found: list[str | int] = []
    for key in place:
        if isinstance(said, list) and operation[key] in said:
            index = said.index(operation[key])  # the parameters of several files are one list
            found.append(index)
            said = said[index]
        elif isinstance(said, dict) and key in said:
            found.append(key)
            said = said[key]
        else:
            return None
        operation = operation[key]
    return found


def _users(made: dict[str, Any], routes: Mapping[str, Route]) -> dict[str, str]:
    """Return for each schema the first file whose operations refer to it, or to one that does."""
    schemas: dict[str, Any] = made["components"]["schemas"]
    users: dict[str, str] = {}
    for path, route in routes.items():
        waiting = [made["paths"][path]]
        while waiting:
            names = {text.removeprefix(_SCHEMAS) for text in _texts(waiting.pop()) if text.startswith(_SCHEMAS)}
            new = [name for name in names if name in schemas and name not in users]
            users |= dict.fromkeys(new, route.file)
            waiting += [schemas[name] for name in new]
    return users


def _texts(part: Any) -> set[str]:
    """Return all texts in a part of a document, but its keys."""
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return set[str]().union({part} if isinstance(part, str) else set[str](), *map(_texts, parts))


def _broken(part: Part, made: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the references of a part, and the remedy."""
    place, kind, value = part
    if isinstance(value, dict) and kind in SECTIONS and isinstance(value.get("$ref"), str) and "$id" not in value:
        yield from _broken_reference(value["$ref"], kind, made)
    elif kind == "text" and place[-2:-1] == ("mapping",) and isinstance(value, str):
        bare = value in made["components"]["schemas"]
        yield from () if bare else _broken_reference(value, "Schema", made)
    elif kind == "text" and place[-1:] == ("operationId",) and "links" in place:
        if value not in (each.get("operationId") for path in made["paths"].values() for each in path.values()):
            yield f"is {value!r}, which no operation has", "Write the operationId of one."
    elif kind == "{[text]}" and isinstance(value, dict) and place[-2:-1] == ("security",):
        for name in value if len(place) > 2 else ():
            if name not in made["components"].get("securitySchemes", {}):
                yield f"names the security scheme {name}, which is not declared", "Declare it in fsapi.OpenAPI."


def _broken_reference(reference: str, kind: str, made: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a reference to another part of the document; other documents are not looked for."""
    keys, section = [unquote(key).replace("~1", "/").replace("~0", "~") for key in reference.split("/")], SECTIONS[kind]
    if keys[0] == "#" and len(keys) > 1:
        found = [*_resolve(made, keys[1:])]
        if not found:
            yield f"refers to {reference}, which the document does not have", _remedy(keys[-1], section, made)
        elif keys[1:-1] == ["components", "schemas"] == ["components", section]:
            return  # it is checked by itself
        elif (keys[1] == "components" and keys[2:3] != [section]) or any(find_faults(found[0], kind)):
            yield f"refers to {reference}, which is none of the {section}", _remedy(keys[-1], section, made)
    elif re.fullmatch(r"[\w-]+", reference) or keys[0] in ("components", "$defs"):
        yield f"refers to {reference}, which the document does not have", _remedy(keys[-1], section, made)


def _remedy(name: str, section: str, made: dict[str, Any]) -> str:
    """Return what to write for a broken reference; to look for a near name takes long, so it is for those alone."""
    if near := get_close_matches(name, made["components"].get(section, ()), n=1):
        return f"Write {_SCHEMAS}{near[0]}."
    return f"Write it out here: the document has no {section} of this name."


def _resolve(part: Any, keys: Sequence[str]) -> Iterator[Any]:
    """Yield the part of a document at a pointer (RFC 6901), if there is one."""
    for key in keys:
        if isinstance(part, list) and key.isdecimal() and int(key) < len(part):
            part = part[int(key)]
        elif isinstance(part, dict) and key in part:
            part = part[key]
        else:
            return
    yield part
