"""The logger of fsapi, of which a project decides level, filters and handlers."""

from __future__ import annotations

import logging
import sys

# The attribute of an exception that has been logged.
_LOGGED = "_fsapi_logged"


def logger() -> logging.Logger:
    """Return the logger to write one record on, enabled.

    By default, `dictConfig` and `fileConfig` of logging.config disable every logger that they do not name.
    """
    log = logging.getLogger("fsapi")
    log.disabled = False
    return log


def mark_logged(exc: BaseException) -> None:
    """Note that an exception has been logged, so that a server around the app need not log it again."""
    vars(exc)[_LOGGED] = True


def is_logged(exc: BaseException | None) -> bool:
    """Return whether an exception, or the one that it comes of, has been logged."""
    return exc is not None and (_LOGGED in vars(exc) or is_logged(exc.__cause__))


def leave_out_logged(name: str) -> None:
    """Let another logger drop its records about exceptions that have been logged here, as those of a server are.

    An exception in the middle of a stream has to reach the server, so that it cuts the answer off.
    """
    logging.getLogger(name).addFilter(_is_new)


def _is_new(record: logging.LogRecord) -> bool:
    """Return whether a record is not about an exception that has been logged; it is written while that is handled."""
    return not is_logged(sys.exc_info()[1])
