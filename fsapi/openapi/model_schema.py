"""JSON Schemas of the types that msgspec does not know: pydantic models, uploaded files and `object`.

Pydantic names the definitions of one schema. A document has many, so each definition gets a key that is the same in
all of them, and its names come later.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Flag
from typing import Any, ClassVar

from werkzeug.datastructures import FileStorage

from fsapi.contracts import models
from fsapi.contracts.typeinfo import describe, unknown_types
from fsapi.models.wrappers import may_be_left_out
from fsapi.openapi.keywords import enum
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected

Schema = dict[str, Any]
# What a model says of its values beside their type, which is not checked when they are sent.
_LENGTHS = ("Length", "Items", "Properties")
_CONSTRAINTS = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "propertyNames"),
    *(f"{end}{unit}" for end in ("min", "max") for unit in _LENGTHS),
}
_METHOD = "model_json_schema"
#: Returns the place of a definition by its key, which starts with the name of its class for pydantic.
Place = Callable[[str], str]


class ModelSchema:
    """The schema of a type, and by their keys the definitions that it refers to, with their classes if known."""

    def __init__(
        self, root: Schema, definitions: dict[str, Schema] | None = None, classes: dict[str, Any] | None = None
    ) -> None:
        self.root = root
        self.definitions = {} if definitions is None else definitions
        self.classes = {} if classes is None else classes


def check_models(name: str, contract: Contract) -> None:
    """Raise Rejected for a contract with a model that cannot be described."""
    for part in ("body", "params", "query", "data"):
        hint = getattr(contract, part)
        for found in () if hint in (UNTYPED, None) else unknown_types(describe(hint)):
            try:
                model_schema(found, str, sent=part == "data")
            except Exception as exc:  # a model can run any code
                first_line = str(exc).partition("\n")[0]
                place = models.find_unwritable(found)
                what = f"the {part} type of {name} cannot be described in a document{place}: {first_line}"
                raise Rejected(what, "Give its fields types that have a JSON Schema.") from None


def model_schema(hint: Any, place: Place, *, sent: bool) -> ModelSchema:
    """Return the schema of a file, a model or `object`, as it is read or sent; `place` gives references."""
    if hint is FileStorage:
        return ModelSchema({"type": "string", "format": "binary"})
    if not models.is_model(hint):
        return ModelSchema({})
    # A model may have a method of its own by this name, which models around it do not ask either.
    write = next(vars(each)[_METHOD] for each in reversed(hint.__mro__) if _METHOD in vars(each)).__func__
    generator = _generator(inspect.signature(write).parameters["schema_generator"].default, place, sent=sent)
    options = {"by_alias": True, "mode": "serialization"} if sent else {"mode": "validation"}  # as models are written
    write(hint, schema_generator=generator, **options)
    found: ModelSchema = generator.found
    if not sent:
        return found
    definitions = {key: _unconstrained(each) for key, each in found.definitions.items()}
    return ModelSchema(_unconstrained(found.root), definitions, found.classes)


def _generator(base: Any, place: Place, *, sent: bool) -> Any:
    """Return a class that writes the schema of one model, and keeps it as pydantic has it before it renames things.

    `base` is pydantic's own, whose subclasses are how schemas are customized.
    """

    class Generator(base):  # type: ignore[misc] # its base is known only at run time
        """Writes a schema, and keeps it as `found`."""

        found = ModelSchema({})
        classes: ClassVar[dict[str, Any]] = {}
        # The definitions of the core schema, by their names in it.
        parts: ClassVar[dict[str, Any]] = {}
        depth = 0
        # One that cannot be written is left out, as those of other classes.
        ignored_warning_kinds: ClassVar[set[str]] = {*base.ignored_warning_kinds, "non-serializable-default"}

        def generate_inner(self, schema: Any) -> Any:
            """Return the schema of a part; keep the outermost."""
            if "ref" in schema and (cls := _class_in(schema)):
                self.classes[schema["ref"]] = cls
            self.parts.update((each["ref"], each) for each in schema.get("definitions", ()))
            self.depth += 1
            written = super().generate_inner(schema)
            self.depth -= 1
            if not self.depth:
                Generator.found = _kept(self, written, place)
            return written

        def enum_schema(self, schema: Any) -> Any:
            """Return the schema of an enum; flags can be combined, which pydantic does not say."""
            written: Schema = super().enum_schema(schema)
            if issubclass(schema["cls"], Flag):
                del written["enum"]
                written |= enum(schema["cls"])
            return written

        def field_is_required(self, field: Any, total: bool) -> bool:
            """Return whether a field is always there; one with a default is, where the model is sent."""
            if sent and may_be_left_out(field, self.parts):
                return False
            is_kept = sent and field["type"] != "typed-dict-field"
            return is_kept or bool(super().field_is_required(field, total))

    return Generator


def _class_in(schema: Any) -> Any:
    """Return the class that a part describes, perhaps inside of its validators; None if it describes none."""
    while "cls" not in schema and "schema" in schema:
        schema = schema["schema"]
    return schema.get("cls")


def _kept(generator: Any, written: Schema, place: Place) -> ModelSchema:
    """Return copies of what a generator has written, with keys in place of its names."""
    keys = {name: str(ref) for name, (ref, _) in generator.defs_to_core_refs.items()}
    places = {ref: place(keys[name]) for ref, name in generator.json_to_defs_refs.items()}
    definitions = {keys[name]: replaced(each, places) for name, each in generator.definitions.items()}
    return ModelSchema(replaced(written, places), definitions, generator.classes)


def replaced(part: Any, places: Any) -> Any:
    """Return a part of a document with other references, in `$ref` and in the mapping of a discriminator."""
    if isinstance(part, list):
        return [replaced(each, places) for each in part]
    if isinstance(part, str):
        return places.get(part, part)
    if isinstance(part, dict):
        return {key: replaced(value, places) for key, value in part.items()}
    return part


def _unconstrained(schema: Any) -> Any:
    """Return a schema of pydantic without constraints; the size of a tuple is none."""
    if isinstance(schema, list):
        return [_unconstrained(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    out = _CONSTRAINTS - ({"minItems", "maxItems"} if "prefixItems" in schema else set())
    return {key: _below(key, value) for key, value in schema.items() if key not in out}


def _below(key: str, value: Any) -> Any:
    """Return the value of a keyword without constraints; what it says of data stays as it is."""
    if key in ("properties", "patternProperties", "$defs"):
        return {name: _unconstrained(each) for name, each in value.items()}
    return value if key in ("default", "const", "enum", "example", "examples") else _unconstrained(value)
