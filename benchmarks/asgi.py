"""Send a request to an ASGI application in process, as uvicorn does, without an event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from asgi_apps import ASGIApplication, Message
from cases import Case
from send import Send


def asgi(app: ASGIApplication, case: Case) -> Send:
    """Return the function that sends a request to an ASGI application, as uvicorn does; no event loop runs."""
    fields = {"host": "127.0.0.1:8000", "user-agent": "benchmark", "accept": "*/*"}
    if case.body:
        fields |= {"content-length": str(len(case.body)), "content-type": "application/json"}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "method": case.method,
        "root_path": "",
        "path": case.path,
        "raw_path": case.path.encode(),
        "query_string": case.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": case.body, "more_body": False}

    async def keep(message: Message) -> None:
        messages.append(message)

    async def run() -> None:
        await app({**scope, "headers": [*scope["headers"]], "state": {}}, receive, keep)

    def send() -> tuple[int, bytes]:
        messages.clear()
        _finish(run())
        return messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:])

    return send


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise SystemExit("the application waits for an event loop")
