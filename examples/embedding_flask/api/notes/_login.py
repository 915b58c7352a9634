"""The check for a login. The name starts with `_`, so this is not a route file."""

from __future__ import annotations

import flask
from werkzeug.exceptions import Unauthorized


def required() -> str:
    """Return who has logged in; raise 401 if nobody has."""
    if flask.g.user is None:
        raise Unauthorized("log in on the page first")
    return str(flask.g.user)
