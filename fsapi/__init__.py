"""A folder becomes an HTTP API: `server/users/[id].py` with `def GET(req, res)` is `GET /users/42`."""

from fsapi.app import App
from fsapi.cors import cors
from fsapi.openapi.options import OpenAPI
from fsapi.request.req import Req
from fsapi.response.error import Error
from fsapi.response.res import Res
from fsapi.tree.mistakes import TreeError

__all__ = ["App", "Error", "OpenAPI", "Req", "Res", "TreeError", "cors"]
