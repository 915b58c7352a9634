"""Write what the logger has to say on a terminal: exceptions without the frames of fsapi."""

from __future__ import annotations

import logging
from copy import copy
from types import TracebackType

from fsapi.response.frames import format_traceback


class Formatter(logging.Formatter):
    """Formats records as `serve` prints them: the message, and of an exception what is not ours."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record; another handler may have left a traceback in it."""
        record = copy(record)
        record.exc_text = None
        return super().format(record)

    def formatException(  # noqa: N802 # a name of the standard library
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the traceback of an exception without our frames."""
        return "" if ei[1] is None else format_traceback(ei[1])
