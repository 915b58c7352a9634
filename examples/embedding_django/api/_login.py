"""The check for a login. The name starts with `_`, so this is not a route file."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import Unauthorized

from fsapi import Req


def required(req: Req) -> Any:
    """Return the user who has logged in; raise 401 if nobody has."""
    user = req.environ["django.request"].user
    if not user.is_authenticated:
        raise Unauthorized("log in on /admin/ first")
    return user
