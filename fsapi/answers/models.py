"""Write values as pydantic models.

| a value | is written by |
|---|---|
| an instance of the model, or of a subclass | the serializer of the model |
| any other | the same, once `model_validate` has made an instance of what `model_sources.py` reads |
| one that fails, as it breaks a constraint or has a UUID for a str | a copy of the core schema without constraints |
"""

# A core schema is a dict of any depth, whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache, partial
from types import GenericAlias
from typing import Any

from fsapi.answers import core_schemas
from fsapi.answers.containers import Unfit
from fsapi.answers.loose_types import closed, is_loose
from fsapi.answers.model_sources import Sources
from fsapi.answers.model_twins import ModelTwins
from fsapi.answers.model_values import has_subclass, holds_iterator, place
from fsapi.answers.references import Twins
from fsapi.contracts.model_fields import fields
from fsapi.contracts.models import forbids_extra, with_limits
from fsapi.json import engine
from fsapi.json.sources import as_mapping, is_array, is_scalar, read_attributes
from fsapi.models.errors import model_errors

# How many errors of one model an answer reports.
_MAX_ERRORS = 5
_NOT_FINITE = (b"NaN", b"Infinity")
_OPTIONS: dict[str, Any] = {"by_alias": True, "warnings": "error"}


_Read = Callable[[bytes], Any]


class ModelWriter:
    """Writes values as one model."""

    def __init__(self, hint: Any) -> None:
        self._cls = with_limits(hint)
        self._cls.model_rebuild()
        self.schema: core_schemas.Schema = self._cls.__pydantic_core_schema__
        self._is_loose = is_loose(self.schema)
        if self._is_loose:
            self.schema = closed(self.schema)
        accepted = inspect.signature(self._cls.model_validate).parameters
        by_name = "by_name" in accepted  # pydantic 2.11
        self._options: dict[str, Any] = {
            "from_attributes": True,
            **({"by_alias": True, "by_name": True} if by_name else {}),
        }
        if forbids_extra(self._cls) and "extra" in accepted:
            self._options["extra"] = "ignore"
        self._source = Sources(by_name=by_name).of(self._cls)
        opened = Sources(by_name=by_name, opened=True)
        self._opened, self._keys = opened.of(self._cls), opened.keys
        self._has_decimals = core_schemas.contains(self.schema, {"decimal"})
        # What gives its items only once cannot be tried twice.
        self._is_lenient = core_schemas.contains(self.schema, {"generator"})
        # A model that takes any fields would write those of its subclasses too.
        self._open_classes = (
            core_schemas.classes(self.schema) if core_schemas.contains(self.schema, {"allow"}) else None
        )
        # So would a TypedDict in it write other keys.
        self._has_open_dicts = self._open_classes is not None and core_schemas.contains(self.schema, {"typed-dict"})
        validators = self._cls.__pydantic_decorators__.model_validators.values()
        self._takes_objects = any(each.info.mode in ("before", "wrap") for each in validators)
        self._names = [field.name for field in fields(self._cls)]
        self._make_writers()

    def _make_writers(self) -> None:
        """Make what writes, and what reads back."""
        serializer, lenient = self._cls.__pydantic_serializer__, core_schemas.lenient(self.schema)
        if self._is_loose:
            serializer = core_schemas.build("SchemaSerializer", self.schema)
        many = core_schemas.build("SchemaSerializer", core_schemas.list_of(self.schema))
        self._write, self._write_list = _written_by(serializer), _written_by(many)
        self._read, self._read_list = _readers(self.schema)
        self._validate_leniently = core_schemas.build("SchemaValidator", lenient).validate_python
        self._lenient_serializer, self._read_leniently = serializer, self._read
        if self._is_lenient or core_schemas.contains(self.schema, core_schemas.REALS):
            self._lenient_serializer = core_schemas.build("SchemaSerializer", lenient)
            self._read_leniently, _ = _readers(lenient, nan=True)
        self._write_leniently = _written_by(self._lenient_serializer)

    def pick(self, value: Any) -> Any:
        """Return what is written of a value, or Unfit."""
        return self._pick(self._read_source(value))

    def pick_all(self, values: Sequence[Any]) -> Any:
        """Return what is written of several values, with Unfit for those that do not fit."""
        is_exact = self._open_classes is None and {self._cls}.issuperset(map(type, values))
        sources = values if is_exact else [*map(self._read_source, values)]
        written = self._attempt(
            lambda: self._write_list(sources if is_exact else [*map(self._made, sources)]), self._read_list
        )
        return [*map(self._pick, sources)] if written is None else written

    def _read_source(self, value: Any) -> Any:
        """Return an instance as it is, and what the model can validate of any other value."""
        if isinstance(value, self._cls):
            classes = self._open_classes
            has_more = classes is not None and (self._has_open_dicts or has_subclass([value], classes))
            return self._opened(value) if has_more else value
        if self._takes_objects and not (as_mapping(value) is not None or is_array(value) or is_scalar(value)):
            return value
        return self._source(value)

    def _pick(self, source: Any) -> Any:
        """Return what is written of a source, or Unfit."""
        written = self._attempt(lambda: self._write(self._made(source)), self._read)
        return self._pick_leniently(source) if written is None else written

    def _attempt(self, write: Callable[[], bytes], read: Callable[[bytes], Any]) -> Any:
        """Return JSON as a part of an answer; None if it has a NaN as text, or cannot be written or read back."""
        if self._is_lenient:
            return None
        try:
            body = write()
            read(body)
        except (ValueError, engine.NotJSON) as exc:
            _raise_own(exc)
            return None
        is_finite = not self._has_decimals or not any(text in body for text in _NOT_FINITE)
        return engine.Raw(body) if is_finite else None

    def _made(self, source: Any) -> Any:
        """Return an instance of the model; raise ValueError, or what a property raises."""
        if isinstance(source, self._cls):
            return source
        if not self._takes_objects or type(source) is dict:
            return self._cls.model_validate(source, **self._options)
        try:
            made = self._cls.model_validate(source, **self._options)
        except ValueError:
            read_attributes(source, self._names)
            raise
        read_attributes(source, [name for name in self._names if name not in made.model_fields_set])
        return made

    def _pick_leniently(self, value: Any) -> Any:
        """Return what is written of a value that breaks a constraint, or is of another type than its JSON; or Unfit."""
        if isinstance(value, self._cls):
            if holds_iterator(value):  # the first attempt has read it
                return Unfit([((), "an iterator in a model can be read only once")])
            try:  # validators would run again, and change what was made
                return self._written(value)
            except (ValueError, engine.NotJSON) as exc:
                _raise_own(exc)
        source = self._opened(value)
        try:
            return self._written(self._validate_leniently(source, **self._options))
        except (ValueError, engine.NotJSON) as exc:
            _raise_own(exc)
            errors = model_errors(exc, _MAX_ERRORS) or [((), str(exc))]
            return Unfit([*dict.fromkeys((place(steps, source, self._keys), message) for steps, message in errors)])

    def _written(self, made: Any) -> Any:
        """Return what the lenient serializer writes; raise ValueError or NotJSON."""
        try:
            body = self._write_leniently(made)
        except ValueError:  # pydantic cannot write a lone surrogate
            return self._lenient_serializer.to_python(made, mode="json", **_OPTIONS)
        self._read_leniently(body)
        return engine.Raw(body)


#: Returns the writer of a model; it takes long to make.
model_writer = cache(ModelWriter)


def _written_by(serializer: Any) -> Callable[[Any], bytes]:
    """Return the function that writes by a serializer of pydantic."""
    return partial(serializer.to_json, **_OPTIONS)


def _readers(schema: core_schemas.Schema, *, nan: bool = False) -> tuple[_Read, _Read]:
    """Return the functions that read back what is written by a core schema, and a list of it."""
    made = Twins()
    hint = ModelTwins(made, nan=nan).of(schema)
    made.link()
    return engine.Decoder(hint).decode, engine.Decoder(GenericAlias(list, (hint,))).decode


def _raise_own(exc: Exception) -> None:
    """Raise an exception that is not pydantic's own, nor that of reading back."""
    if not isinstance(exc, engine.NotJSON) and not type(exc).__module__.startswith("pydantic"):
        raise exc
