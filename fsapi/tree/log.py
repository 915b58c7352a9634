"""The logger of fsapi, of which a project decides level, filters and handlers."""

from __future__ import annotations

import logging


def logger() -> logging.Logger:
    """Return the logger to write one record on, enabled.

    By default, `dictConfig` and `fileConfig` of logging.config disable every logger that they do not name.
    """
    log = logging.getLogger("fsapi")
    log.disabled = False
    return log
