"""`/health`: the group `(meta)` adds nothing to the URL."""

from fsapi import Req, Res
from lib.models import Health


def GET(req: Req[None], res: Res[Health]) -> None:
    """Answer load balancers while the process runs."""
    res.json(Health("ok"))
