"""What the annotations of a handler promise: `Req[Body, Params, Query]` and `Res[Data, Status]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: What a type is that an annotation does not tell: nothing is promised.
UNSAID = Any


@dataclass(frozen=True)
class Contract:
    """The types that a handler asks for and answers with, each UNSAID where its annotation does not tell.

    `body` is None where nothing is to be read; `answers` tells whether there is a type of data; `statuses` are those
    of success, of which the first is sent where none is given.
    """

    body: Any = UNSAID
    params: Any = UNSAID
    query: Any = UNSAID
    data: Any = UNSAID
    statuses: tuple[int, ...] = ()
    answers: bool = False
