"""The project that `new` writes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fsapi.development.cli import main
from tests.site import ROOT, write

FILES = [
    *("wsgi.py", "server/notes/index.py", "server/notes/[id].py", "lib/notes.py", "tests/test_notes.py"),
    *("pyproject.toml", ".gitignore"),
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change into an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "steps"),
    [("shop", "  cd shop\n"), ("a/b c", "  cd 'a/b c'\n"), ("it's", "  cd 'it'\"'\"'s'\n"), (".", "")],
)
def test_its_files_and_the_next_steps_are_listed(
    name: str, steps: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder may be there if it is empty."""
    assert main(["new", name]) == 0
    serve = "  python -m fsapi serve    http://127.0.0.1:8000/docs shows the routes\n  pip install pytest && pytest\n"
    files = "".join(f"{Path(name) / file}\n" for file in FILES)
    assert capsys.readouterr().out == f"{files}\n{steps}{serve}"
    assert sorted(FILES) == sorted(path.relative_to(here / name).as_posix() for path in here.rglob("*.*"))


def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a file nor a folder that holds one."""
    (here / "shop").mkdir()
    (here / "shop/x").touch()
    assert [main(["new", "shop"]), main(["new", "shop/x"])] == [2, 2]
    message = "{} is there already, and {}\n  Choose another name.\n"
    first, second = message.format("shop", "holds x"), message.format("shop/x", "is not a folder")
    assert capsys.readouterr().err == first + second
    assert [path.name for path in here.rglob("*")] == ["shop", "x"]


@pytest.mark.parametrize(("entry", "code"), [(".git/x", 0), (".venv/x", 0), (".gitignore", 2), ("x", 2), (".git", 0)])
def test_a_folder_with_hidden_entries_counts_as_empty(entry: str, code: int, here: Path) -> None:
    """A repository or a virtual environment is often there first; a file that would be overwritten is kept."""
    write(here, {f"shop/{entry}": "kept"})
    assert main(["new", "shop"]) == code
    assert (here / "shop" / entry).read_text() == "kept"
    assert (here / "shop/wsgi.py").exists() is not bool(code)


@pytest.mark.parametrize(("name", "reason"), [("x" * 300, "File name too long"), ("a\0b", "embedded null ")])
def test_a_folder_that_cannot_be_written_is_reported(
    name: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reason is the operating system's."""
    assert main(["new", name]) == 1
    assert reason in capsys.readouterr().err


def test_it_has_no_mistakes(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` says so."""
    main(["new", "shop"])
    monkeypatch.chdir(here / "shop")
    for name in ("wsgi", "lib", "lib.notes"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith("No mistakes: 5 handlers at 4 URLs.\n")


@pytest.mark.e2e
@pytest.mark.usefixtures("unmeasured")
def test_its_tests_pass_by_plain_pytest(here: Path) -> None:
    """The formatter, the linter and both type checkers find nothing, strict as they can be."""
    main(["new", "shop"])
    (here / "installed").mkdir()
    (here / "installed/fsapi").symlink_to(ROOT / "fsapi")  # type checkers do not follow an editable installation
    environ = {**os.environ, **dict.fromkeys(("MYPYPATH", "PYTHONPATH"), str(here / "installed"))}
    scripts = Path(sys.executable).parent
    checks = "ruff check --isolated --no-cache", "ruff format --check --isolated --no-cache"
    types = "mypy --strict .", f"pyright --pythonpath {sys.executable} ."
    for command in ("pytest -q", *checks, *types):
        name, *arguments = command.split()
        subprocess.run([str(scripts / name), *arguments], cwd=here / "shop", env=environ, check=True)
