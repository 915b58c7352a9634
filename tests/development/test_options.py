"""Where a child imports from."""

from __future__ import annotations

import os
import sys

import pytest

from fsapi.development.options import added_path


def test_what_a_script_adds_is_passed_on_without_the_folders_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child has those of its own: it may be another Python, in a virtual environment that was made anew."""
    library = os.path.dirname(os.__file__)
    monkeypatch.setattr(sys, "argv", ["/tools/serve"])
    monkeypatch.setattr(sys, "path", ["", "/tools", "/vendor", library, f"{library}/lib-dynload", "/more", "/project"])
    assert added_path("/project") == ["/vendor", "/more"]
