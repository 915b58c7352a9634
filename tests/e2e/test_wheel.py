"""What is published: an sdist, and the wheel that is made of it, which runs where nothing of the repository is."""

from __future__ import annotations

import os
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

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

FILES = [
    path for path in (ROOT / "fsapi").rglob("*") if path.suffix in (".py", ".typed") or path.parent.name == "docs_files"
]
PACKAGE = {path.relative_to(ROOT).as_posix() for path in FILES}


# What `.gitignore` lists, and what an sdist adds to the files of the repository.
CACHES = (".git", ".venv", ".coverage*", ".*_cache", ".hypothesis", ".schemathesis", ".fuzz", "__pycache__", "data")
IGNORED = (*CACHES, "build", "dist", "*.egg-info", "node_modules", "uv.lock", "PKG-INFO")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository without what builds and tests have left in it."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "fsapi", ignore=shutil.ignore_patterns(*IGNORED))


@pytest.fixture(scope="module")
def dist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an sdist, and of a wheel that is made of it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, source], check=True)
    return folder


@pytest.fixture(scope="module")
def unpacked(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an unpacked sdist."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def files(folder: Path) -> set[str]:
    """Return the names of all files below a folder, but for what is ignored."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not any(map(path.match, IGNORED)) and ".egg-info" not in str(path)}


def test_the_sdist_has_every_file_of_the_repository(source: Path, unpacked: Path) -> None:
    """Tests, docs and examples too, whatever brackets there are in their names."""
    assert files(unpacked) == files(source)


def test_the_tests_run_from_the_sdist(unpacked: Path) -> None:
    """All of them can be collected, and those of the routing cases, the fuzz targets and the example pass."""
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not e2e"]
    sample = "test_cases.py or fuzz or example_project"
    subprocess.run([*pytest_, "-k", sample], cwd=unpacked, env=environ, check=True)


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
