"""A folder becomes an HTTP API: `server/users/[id].py` with `def GET(req, res)` is `GET /users/42`."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapi.app import App
    from fsapi.openapi.options import OpenAPI
    from fsapi.request.req import Req
    from fsapi.response.error import Error
    from fsapi.response.res import Res
    from fsapi.routing.cors import cors
    from fsapi.tree.mistakes import TreeError

__all__ = ["App", "Error", "OpenAPI", "Req", "Res", "TreeError", "cors"]

# A name is imported when it is first used (PEP 562), since most of what imports fsapi needs no App. None is the name of
# a module beside this one: the import of that would take its place.
_MODULES = {
    "App": "fsapi.app",
    "Error": "fsapi.response.error",
    "OpenAPI": "fsapi.openapi.options",
    "Req": "fsapi.request.req",
    "Res": "fsapi.response.res",
    "TreeError": "fsapi.tree.mistakes",
    "cors": "fsapi.routing.cors",
}


def _import(name: str) -> object:
    """Return a public name, imported from its module; raise ImportError where fsapi is damaged."""
    if name not in _MODULES:
        raise AttributeError(f"module 'fsapi' has no attribute {name!r}")
    try:
        module = import_module(_MODULES[name])
        if not hasattr(module, name):
            raise ImportError(f"cannot import name {name!r} from {module.__name__!r}", name=module.__name__)
    except ImportError as exc:
        if (exc.name or "").partition(".")[0] != "fsapi":
            raise  # a dependency is missing
        # `fsapi-tools` on PyPI has a folder of this name too: each overwrites or removes files of the other.
        raise ImportError(
            f"fsapi is damaged: {exc}\n"
            "  Another distribution has overwritten or removed files of fsapi-framework.\n"
            "  Write `pip uninstall fsapi fsapi-tools fsapi-framework`, then install fsapi-framework again.",
            name=exc.name,
            path=exc.path,
        ) from exc
    globals()[name] = value = getattr(module, name)
    return value


def __dir__() -> list[str]:
    """Return the names of this module, with those that are not imported yet."""
    return sorted({*globals(), *__all__})


if not TYPE_CHECKING:  # to which any name would be right otherwise
    __getattr__ = _import
