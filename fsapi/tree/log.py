"""The logger of fsapi, of which a project decides level, filters and handlers."""

from __future__ import annotations

import logging

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
