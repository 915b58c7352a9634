"""`/health`: the group `(meta)` adds nothing to the URL."""

from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    """Tell a load balancer that the process answers."""
    res.json({"status": "ok"})
