"""What `serve` says when it starts."""

from __future__ import annotations

import pytest

from fsapi.development.greeting import greet
from fsapi.inspection.wrapped_apps import Mounted
from tests.site import Site


def test_an_application_without_an_app_is_told_so(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The error report of a broken project has no name, and one with an App has routes."""
    line = "No App of fsapi was found in it, so its routes are not known.\n"
    greet("wsgi:app", [], "127.0.0.1:8000")
    assert line in capsys.readouterr().out
    greet("", [], "127.0.0.1:8000")
    greet("wsgi:app", [Mounted(site({"a.py": "def GET(req, res): res.end()"}), "")], "127.0.0.1:8000")
    assert line not in capsys.readouterr().out
