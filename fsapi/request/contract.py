"""What the annotations of a handler promise: `Req[Body, Params, Query]` and `Res[Data, Status]`."""

# isinstance() narrows what a class is given to a tuple whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from dataclasses import dataclass
from types import GenericAlias
from typing import Any, ForwardRef

#: What a type is that an annotation does not tell: nothing is promised.
UNTYPED = Any


@dataclass(frozen=True)
class Contract:
    """The types that a handler asks for and answers with, each UNSAID where its annotation does not tell.

    `body` is None where nothing is to be read; `answers` tells whether there is a type of data; `statuses` are those
    of success, of which the first is sent where none is given.
    """

    body: Any = UNTYPED
    params: Any = UNTYPED
    query: Any = UNTYPED
    data: Any = UNTYPED
    statuses: tuple[int, ...] = ()
    answers: bool = False


def generic_alias(cls: type, types: Any) -> GenericAlias:
    """Return a class with types; Generic's own way asks for all of them below Python 3.13.

    Names in quotes are left to be resolved with the annotation, which Python 3.10 does not do by itself.
    """
    given = types if isinstance(types, tuple) else (types,)
    return GenericAlias(cls, tuple(ForwardRef(kind) if isinstance(kind, str) else kind for kind in given))
