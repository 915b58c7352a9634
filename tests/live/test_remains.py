"""What servers leave that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fsapi.live.remains import temporary_folder


def test_the_folder_of_a_server_that_was_killed_is_deleted_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of a server that runs stays, also one of another user, and so does what others have written."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.run([sys.executable, "-Sc", "import os; print(os.getpid())"], capture_output=True, check=True)
    names = {f"fsapi-serve-{number}-abc" for number in (1, os.getpid(), int(ended.stdout), "x", 10**20)}
    for name in names:
        (tmp_path / name).mkdir()
    with temporary_folder() as folder:
        left = names - {f"fsapi-serve-{int(ended.stdout)}-abc"}
        assert {path.name for path in tmp_path.iterdir()} == left | {os.path.basename(folder)}
    assert {path.name for path in tmp_path.iterdir()} == left
