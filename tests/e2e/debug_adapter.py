"""A client of the debugger of VS Code, by the Debug Adapter Protocol (microsoft.github.io/debug-adapter-protocol).

The debugger itself is a process that starts the program. For each process that the program starts, it says where to
attach, and a second session with it is opened there, as VS Code does.
"""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from tests.e2e.servers import PATIENCE

Message = dict[str, Any]


class _Reader(Protocol):
    def readline(self) -> bytes: ...
    def read(self, size: int, /) -> bytes: ...


class _Writer(Protocol):
    def write(self, data: bytes, /) -> object: ...
    def flush(self) -> object: ...


class Session:
    """One connection to the debugger: requests are sent, and its messages are waited for."""

    def __init__(self, reader: _Reader, writer: _Writer) -> None:
        self.output = ""
        self._writer = writer
        self._sent = 0
        self._messages: queue.Queue[Message] = queue.Queue()
        self._thread = threading.Thread(target=self._read, args=(reader,), daemon=True)
        self._thread.start()

    def _read(self, reader: _Reader) -> None:
        """Read messages until the connection ends; keep what the program prints."""
        with suppress(ConnectionResetError):  # by a process that ends before it has read all
            while header := reader.readline():
                reader.readline()
                message = json.loads(reader.read(int(header.partition(b":")[2])))
                if message.get("event") == "output":
                    self.output += message["body"]["output"]
                else:
                    self._messages.put(message)

    def join(self) -> None:
        """Wait until the connection has ended: a reader that is closed before fails."""
        self._thread.join(PATIENCE)

    def request(self, command: str, **arguments: Any) -> int:
        """Send a request and return its number."""
        self._sent += 1
        message = {"seq": self._sent, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self._writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._writer.flush()
        return self._sent

    def ask(self, command: str, **arguments: Any) -> Any:
        """Send a request and return what it is answered with."""
        number = self.request(command, **arguments)
        answer = self._wait(lambda message: message.get("request_seq") == number)
        assert answer["success"], answer
        return answer.get("body", {})

    def event(self, name: str) -> Any:
        """Wait for an event and return what it says."""
        return self._wait(lambda message: message.get("event") == name).get("body", {})

    def _wait(self, wanted: Callable[[Message], bool]) -> Message:
        """Return the first message of a kind, and drop those before it."""
        while not wanted(message := self._messages.get(timeout=PATIENCE)):
            pass
        return message

    def begin(self, how: str, configuration: Mapping[str, Any], breakpoint: Path, line: int) -> None:
        """Start or attach to a program, with a breakpoint."""
        self.ask("initialize", adapterID="debugpy", pathFormat="path", linesStartAt1=True)
        self.request(how, **configuration)
        self.event("initialized")
        self.ask("setBreakpoints", source={"path": str(breakpoint)}, breakpoints=[{"line": line}])
        self.request("configurationDone")

    def stop(self) -> list[Message]:
        """Wait until the program stops at the breakpoint; return its frames and let it go on."""
        thread = self.event("stopped")["threadId"]
        frames: list[Message] = self.ask("stackTrace", threadId=thread)["stackFrames"]
        self.ask("continue", threadId=thread)
        return frames


@contextmanager
def debugger() -> Generator[Session]:
    """Run the debugger until the block ends, and the program with it."""
    command = [sys.executable, "-m", "debugpy.adapter"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        assert process.stdout
        session = Session(process.stdout, process.stdin)
        try:
            yield session
        finally:
            session.ask("disconnect", terminateDebuggee=True)
            process.kill()
            session.join()
            print(session.output)


@contextmanager
def attached(event: Message, breakpoint: Path, line: int) -> Generator[Session]:
    """Attach to a process that the program has started."""
    address = event["connect"]["host"], event["connect"]["port"]
    with (
        socket.create_connection(address) as connection,
        connection.makefile("rb") as reader,
        connection.makefile("wb") as writer,
    ):
        session = Session(reader, writer)
        session.begin("attach", event, breakpoint, line)
        yield session
        connection.shutdown(socket.SHUT_RDWR)
        session.join()
