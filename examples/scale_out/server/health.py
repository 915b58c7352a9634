"""`/health`: whether this instance serves."""

from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    """Answer that it does."""
    res.json("up")
