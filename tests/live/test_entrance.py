"""Connections that wait for their request."""

from __future__ import annotations

import selectors
import socket
import struct

from fsapi.live.entrance import Entrance


def test_a_connection_that_its_client_has_reset_asks_for_nothing() -> None:
    """It can be read, but there is no request."""
    with socket.create_server(("127.0.0.1", 0)) as listener, selectors.DefaultSelector() as selector:
        entrance = Entrance(listener, selector)
        with socket.create_connection(listener.getsockname()) as client:
            assert not entrance.admit(listener)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        ((key, _),) = selector.select(20)
        assert not entrance.admit(key.data)
        assert not entrance.is_asked
