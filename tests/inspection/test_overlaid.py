"""Distributions that ship a folder `fsapi/` too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fsapi.development.cli import main
from tests.site import write

METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: 2.0.4\n"
WORDS = """{0} is installed too, and has a folder fsapi/, as fsapi-framework has: files of one replace the other's
  Write `pip uninstall {0} fsapi-framework`, then install fsapi-framework again.
"""
#: The names of distributions, their files, and whether commands say so.
INSTALLED = [
    ("fsapi-tools", "fsapi/__init__.py,,\nfsapi/__main__.py,,\n", True),
    ("fsapi", "fsapi/client.py,,\n", True),
    ("fsapi", "other/__init__.py,,\nfsapi.py,,\n", False),
    ("fsapi-tools", None, False),
]


def test_a_distribution_that_overwrites_fsapi_is_named_by_each_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It still works, so the exit code is 0."""
    monkeypatch.chdir(write(tmp_path, {"server/a.py": "def GET(req, res): res.end()"}))
    for number, (name, record, found) in enumerate(INSTALLED):
        info = f"{number}/{name.replace('-', '_')}-2.0.4.dist-info"
        files = {f"{info}/METADATA": METADATA.format(name), f"{info}/RECORD": record}
        write(tmp_path, {file: text for file, text in files.items() if text is not None})
        write(tmp_path / str(number), {line.partition(",")[0]: "" for line in (record or "").splitlines()})
        with monkeypatch.context() as patch:
            patch.setattr(sys, "path", [*sys.path, str(tmp_path / str(number))])
            assert [main(["check"]), main(["routes"])] == [0, 0]
        assert capsys.readouterr().err == (WORDS.format(name) * 2 if found else ""), name
