"""`/`: the front end, one static page."""

from pathlib import Path

from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from fsapi import Req, Res

_PAGE = Path(__file__).parents[1] / "app" / "index.html"


def GET(req: Req, res: Res) -> Response:
    """Open the front end.

    A browser that already has it gets a 304.
    """
    return send_file(_PAGE, req.environ)
