"""`/docs/a/b`: whatever stands below `/docs`, as a list."""

from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    """Show which segments the path has."""
    res.json({"slug": req.params["slug"]})
