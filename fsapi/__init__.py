"""A folder becomes an HTTP API: `server/users/[id].py` with `def GET(req, res)` is `GET /users/42`."""

try:
    from fsapi.app import App
    from fsapi.cors import cors
    from fsapi.openapi.options import OpenAPI
    from fsapi.request.req import Req
    from fsapi.response.error import Error
    from fsapi.response.res import Res
    from fsapi.tree.mistakes import TreeError
except ImportError as exc:
    if (exc.name or "").partition(".")[0] != "fsapi":
        raise  # a dependency is missing
    # `fsapi-tools` on PyPI has a folder of this name too: each overwrites files of the other, or takes them with it.
    raise ImportError(
        f"fsapi is damaged: {exc}\n"
        "  Another distribution has overwritten or removed files of fsapi-framework.\n"
        "  Write `pip uninstall fsapi fsapi-tools fsapi-framework`, then install fsapi-framework again.",
        name=exc.name,
        path=exc.path,
    ) from exc

__all__ = ["App", "Error", "OpenAPI", "Req", "Res", "TreeError", "cors"]
