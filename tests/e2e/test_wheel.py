"""What is published: an sdist, and the wheel that is made of it, which runs where nothing of the repository is."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.e2e.servers import EXAMPLE
from tests.site import ROOT

pytestmark = pytest.mark.e2e

FILES = [
    path for path in (ROOT / "fsapi").rglob("*") if path.suffix in (".py", ".typed") or path.parent.name == "docs_files"
]
PACKAGE = {path.relative_to(ROOT).as_posix() for path in FILES}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an sdist and a wheel, made without what an earlier build has left in the repository."""
    source = tmp_path_factory.mktemp("source") / "fsapi"
    ignored = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "node_modules")
    shutil.copytree(ROOT, source, ignore=ignored)
    subprocess.run([sys.executable, "-m", "build", source], check=True)
    return source / "dist"


def test_the_sdist_has_every_module(dist: Path) -> None:
    """Nothing that the package needs is left behind."""
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        assert {name.partition("/")[2] for name in archive.getnames()} >= PACKAGE


def test_the_wheel_has_the_package_and_nothing_else(dist: Path) -> None:
    """Every module of every folder, and no test."""
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as archive:
        assert {name for name in archive.namelist() if ".dist-info/" not in name} == PACKAGE


def test_the_wheel_runs_in_an_empty_environment(dist: Path, tmp_path: Path) -> None:
    """`python -m fsapi routes` lists the example, with what pip has brought along."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv/bin/python")
    project = shutil.copytree(EXAMPLE, tmp_path / "project")
    subprocess.run([python, "-m", "pip", "install", "-qq", *dist.glob("*.whl")], check=True)
    command = [python, "-m", "fsapi", "routes"]
    routes = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "server/users/[id].py" in routes
