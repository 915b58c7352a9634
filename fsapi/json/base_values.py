"""Read the value of an instance of a subclass as its base class holds it, and what a proxy stands for.

The methods that a subclass overrides do not count. msgspec writes most types only if they are exact: it asks for all
others, and for keys of types that cannot be keys.

Proxies show the class of another value, but are instances of their own type:

| proxy | gives its value by |
|---|---|
| `LocalProxy` of Werkzeug | `_get_current_object` |
| `lazy` of Django | `__cast` |
| `SimpleLazyObject` of Django | `_wrapped`, once its `__class__` has been asked for |
| those of wrapt and others | `__wrapped__` |
"""

from __future__ import annotations

import datetime
import decimal
import ipaddress
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from fsapi.json.path import type_name

Reader = Callable[[Any], Any]
_METHODS = ("_get_current_object", "_proxy____cast")
_ATTRIBUTES = ("_wrapped", "__wrapped__")


def reader_of(value: Any) -> Reader | None:
    """Return the function that reads the value of an instance of the types below, or None for any other type."""
    for base in type(value).__mro__:
        if base in _READERS:
            return _READERS[base]
    return None


def behind_proxy(value: object) -> Any:
    """Return what a proxy stands for, and any other value as it is; raise what the proxy raises."""
    # The type is asked, since a proxy has all attributes of its value, and a Mock has any.
    kind = type(value)
    for name in _METHODS:
        if hasattr(kind, name):
            return getattr(value, name)()
    if value.__class__ is not kind:
        for name in _ATTRIBUTES:
            if hasattr(kind, name):
                return getattr(value, name)
    return value


def _read_bytes(value: Any) -> bytes:
    return memoryview(value).tobytes()


def _reject_key(value: Any) -> None:
    """Raise TypeError for a key; msgspec writes a value of such a type itself, so it asks only for keys."""
    raise TypeError(f"{type_name(value)} cannot be a JSON key")


def _date_readers() -> dict[type, Reader]:
    """Return the readers of dates and times.

    They keep the classes in this function: in the namespace of a module, freezegun replaces datetime and date, also
    before this module is imported.
    """
    moment: Any
    day: Any
    moment, day = (base for base in datetime.datetime.__mro__ if base.__module__ == "datetime")
    time, duration = datetime.time, datetime.timedelta
    join, split, time_of = moment.combine, moment.date, moment.timetz
    return {
        moment: lambda value: None if value != value else join(split(value), time_of(value)),  # the NaT of pandas
        day: lambda value: day.fromordinal(day.toordinal(value)),
        time: lambda value: time_of(join(day.min, value)),
        duration: duration.__pos__,
    }


_READERS: dict[type, Reader] = {
    **dict.fromkeys((bool, type(None), tuple, list, dict, set, frozenset), _reject_key),
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    decimal.Decimal: decimal.Decimal,
    **dict.fromkeys((bytes, bytearray, memoryview), _read_bytes),
    **_date_readers(),
    PurePath: PurePath.__str__,
    ipaddress.IPv4Address: ipaddress.IPv4Address.__str__,
    ipaddress.IPv6Address: ipaddress.IPv6Address.__str__,
    ipaddress.IPv4Interface: ipaddress.IPv4Interface.__str__,
    ipaddress.IPv6Interface: ipaddress.IPv6Interface.__str__,
    ipaddress.IPv4Network: ipaddress.IPv4Network.__str__,
    ipaddress.IPv6Network: ipaddress.IPv6Network.__str__,
}
