"""The group `(admin)` asks for the token in EXAMPLE_TOKEN; without that, nobody has one."""

import hmac
import os
from typing import Any

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from fsapi import Req, Res

# For `fsapi check --open`: it rejects whom it does not know.
guards = True
# What the document says of every operation below; `wsgi.py` declares the scheme.
openapi: dict[str, Any] = {"security": [{"bearer": []}], "responses": {401: "The token is missing or wrong"}}


def middleware(req: Req, res: Res) -> None:
    """Reject requests without the token."""
    expected = os.environ.get("EXAMPLE_TOKEN", "")
    scheme, _, token = req.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Unauthorized("a bearer token is needed", www_authenticate=WWWAuthenticate("bearer"))
