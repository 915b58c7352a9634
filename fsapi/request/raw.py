"""The Werkzeug Request behind `req.raw`, held to the limit of its route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import FileStorage, ImmutableMultiDict


class RawRequest(Request):
    """A Werkzeug Request whose form may be as large as the body; the limit is in bytes, None is no limit."""

    def __init__(self, environ: WSGIEnvironment, max_body: int | None) -> None:
        super().__init__(environ, populate_request=False)
        self.max_form_memory_size = max_body  # Werkzeug's default is smaller
        self._strict = False

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser of forms (Werkzeug calls this once)."""
        parser = super().make_form_data_parser()
        parser.silent = not self._strict
        return parser

    def read_form(self) -> tuple[ImmutableMultiDict[str, str], ImmutableMultiDict[str, FileStorage]]:
        """Return fields and files; raise ValueError for a malformed form, which `form` would show as an empty one."""
        self._strict = True
        try:
            return self.form, self.files
        finally:
            self._strict = False
