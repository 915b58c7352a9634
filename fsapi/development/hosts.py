"""Answer only for the names of this machine.

A page of another site can make a browser ask this server under a name of its own (DNS rebinding), and so read what the
server shows to a developer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response

from fsapi.json.encode import encode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# RFC 3986, 3.2.2: an IPv6 address stands in brackets.
_ADDRESS = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::[0-9]*)?")


def only_for_hosts(app: WSGIApplication, names: Sequence[str]) -> WSGIApplication:
    """Return an app that answers for IP addresses, localhost and these names, and for no other `Host` (a 403)."""
    trusted = ["localhost", ".localhost", *names]

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host: str = environ.get("HTTP_HOST", "").lower() or "localhost"  # browsers always send one
        if _is_address(host) or host_is_trusted(host, trusted):
            return app(environ, start_response)
        name = host.rpartition(":")[0] or host
        text = f"this server does not answer for the host {name}: start it with `--allow-host {name}` if it is yours"
        return Response(encode({"error": text}), 403, mimetype="application/json")(environ, start_response)

    return guarded


def _is_address(host: str) -> bool:
    """Return whether a `Host` is an IP address, with or without a port."""
    address = _ADDRESS.fullmatch(host)
    try:
        ip_address(address[1] or address[2] if address else "")
    except ValueError:
        return False
    return True
