"""Write what the logger has to say on a terminal: exceptions without the frames of fsapi.

The text of an exception may come from a client, and a terminal runs what it reads.
"""

from __future__ import annotations

import logging
from copy import copy
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from fsapi.response.frames import format_traceback

if TYPE_CHECKING:
    _StreamHandler = logging.StreamHandler[TextIO]
else:
    _StreamHandler = logging.StreamHandler  # which takes types from Python 3.11 on

# The control characters but newline and tab, and those that change the direction of a text.
_CONTROLS = (
    *range(9),
    *range(0xB, 0x20),
    *range(0x7F, 0xA0),
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
)
_ESCAPED = {code: ascii(chr(code))[1:-1] for code in _CONTROLS}


class Terminal(_StreamHandler):
    """Writes records to the terminal, and nothing once the project has closed it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 # a name of the standard library
        """Leave it: there is nowhere to report it."""


class Formatter(logging.Formatter):
    """Formats records as `serve` prints them: the message, and of an exception what is not ours."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record without control characters; another handler may have left a traceback in it."""
        record = copy(record)
        record.exc_text = None
        return super().format(record).translate(_ESCAPED)

    def formatException(  # noqa: N802 # a name of the standard library
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the traceback of an exception without our frames."""
        return "" if ei[1] is None else format_traceback(ei[1])
