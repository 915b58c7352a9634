"""The type variables of `Res[Data, Status]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # which type checkers bring along

    DataT = TypeVar("DataT", default=Any, contravariant=True)
    StatusT = TypeVar("StatusT", bound=int, default=int, covariant=True)
else:
    from typing import TypeVar

    DataT, StatusT = TypeVar("DataT"), TypeVar("StatusT")
