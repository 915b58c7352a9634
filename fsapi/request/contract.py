"""The contract of a handler: what `Req[Body, Params, Query]` and `Res[Data, Status]` declare."""

# isinstance() narrows what a class is given to a tuple whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable
from types import GenericAlias
from typing import Any, ForwardRef, NamedTuple

#: Writes the data of an answer as JSON, within a contract.
Write = Callable[[Any], bytes]
#: Stands for a type that the annotations do not declare.
UNTYPED = Any


class Contract(NamedTuple):
    """The types that a handler takes and answers with; UNTYPED where its annotations declare none.

    `body` is None if the body is not to be read. `answers` tells whether the annotations declare an answer, and
    `statuses` are its success statuses. The first of them is sent unless the handler sets another.
    """

    body: Any = UNTYPED
    params: Any = UNTYPED
    query: Any = UNTYPED
    data: Any = UNTYPED
    statuses: tuple[int, ...] = ()
    answers: bool = False


def generic_alias(cls: type, types: Any) -> GenericAlias:
    """Return a class with types in brackets, such as `Req[Body]`.

    Unlike Generic's own method it accepts fewer types than the class has type variables, which Generic does only from
    Python 3.13 on. Types in quotes become references, which Python 3.10 does not do by itself.
    """
    given = types if isinstance(types, tuple) else (types,)
    return GenericAlias(cls, tuple(ForwardRef(hint) if isinstance(hint, str) else hint for hint in given))
