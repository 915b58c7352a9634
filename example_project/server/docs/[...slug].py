"""`/docs/a/b`: the segments below `/docs`, as a list."""

from fsapi import Req, Res
from lib.models import DocPath


def GET(req: Req[None, DocPath], res: Res[DocPath]) -> None:
    """Show the segments of the path."""
    res.json({"slug": req.params["slug"]})
