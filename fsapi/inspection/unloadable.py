"""Why an app cannot be loaded: known without loading one, so that a process that only serves can catch it."""

from __future__ import annotations


class Unloadable(Exception):
    """Raised when an app cannot be loaded.

    The text is the report for its author; `code` is the exit code: 1 for a mistake in the project, 2 for one in the
    command.
    """

    def __init__(self, report: str, code: int = 1) -> None:
        super().__init__(report)
        self.code = code
