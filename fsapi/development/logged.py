"""Keep Werkzeug from logging once more, with the frames of fsapi, what the app has logged and then raised to it.

An exception in the middle of a stream has to reach the server, so that it cuts the answer off.
"""

from __future__ import annotations

import logging
import sys

from fsapi.tree.log import is_logged


def leave_out_logged() -> None:
    """Let the logger of Werkzeug drop its records about exceptions that have been logged."""
    logging.getLogger("werkzeug").addFilter(_is_new)


def _is_new(record: logging.LogRecord) -> bool:
    """Return whether a record is not about an exception that has been logged; it is written while that is handled."""
    return not is_logged(sys.exc_info()[1])
