"""Find what a proxy stands for: proxies show the class of another value, but are instances of their own type.

| proxy | gives its value by |
|---|---|
| `LocalProxy` of Werkzeug | `_get_current_object` |
| `lazy` of Django | `__cast` |
| `SimpleLazyObject` of Django | `_wrapped`, once its `__class__` has been asked for |
| those of wrapt and others | `__wrapped__` |
"""

from __future__ import annotations

from typing import Any

_METHODS = ("_get_current_object", "_proxy____cast")
_ATTRIBUTES = ("_wrapped", "__wrapped__")


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
