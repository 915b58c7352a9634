"""`/v` and `/v/1`: an optional param."""

from shop.models import Version

from fsapi import Req, Res


def GET(req: Req[None, Version], res: Res[int]) -> None:
    """Send the version."""
    if req.params.version is None:
        res.json(1)
    else:
        res.json(req.params.version + 1)
    res.json(req.params.version + 1)  # error: the param may be missing
