"""Who is asked for: not a route file, since its name starts with `_`."""

from __future__ import annotations

import flask
from werkzeug.exceptions import Unauthorized


def required() -> str:
    """Return who has logged in; raise 401 where nobody has."""
    if flask.g.user is None:
        raise Unauthorized("log in on the page first")
    return str(flask.g.user)
