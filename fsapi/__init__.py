"""A folder becomes an HTTP API: `server/users/[id].py` with `def GET(req, res)` is `GET /users/42`."""

from fsapi.app import App
from fsapi.crossorigin import cors
from fsapi.mistake import TreeError
from fsapi.req import Req
from fsapi.res import Res

__all__ = ["App", "Req", "Res", "TreeError", "cors"]
