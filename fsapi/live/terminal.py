"""Keep the settings of the terminal: a child that ends while pdb reads from it leaves it without echo."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

try:
    import termios
except ImportError:  # on Windows, where nothing changes them

    def _read() -> Any:
        """Return no settings."""

    def _write(settings: Any) -> None:
        """Do nothing."""

else:

    def _read() -> Any:
        """Return the settings of the terminal, None without one or while another program has it."""
        with suppress(OSError, termios.error):
            if os.tcgetpgrp(0) == os.getpgrp():
                return termios.tcgetattr(0)
        return None

    def _write(settings: Any) -> None:
        """Set the terminal to settings."""
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, settings)


class Terminal:
    """The terminal that this process reads from; there may be none."""

    def __init__(self) -> None:
        self._settings: Any = None

    def keep(self) -> None:
        """Keep its settings as they are now."""
        self._settings = _read() or self._settings

    def restore(self) -> None:
        """Set it back; leave it to the program that has it, if this one is in the background."""
        if self._settings is not None and _read() not in (None, self._settings):
            _write(self._settings)
