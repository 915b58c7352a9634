"""`/docs/a/b`: whatever stands below `/docs`, as a list."""

from fsapi import Req, Res
from lib.models import DocPath


def GET(req: Req[None, DocPath], res: Res[DocPath]) -> None:
    """Show which segments the path has."""
    res.json({"slug": req.params["slug"]})
