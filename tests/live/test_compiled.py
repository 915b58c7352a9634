"""What children compile, and what they take over from those before them."""

from __future__ import annotations

import ast
import importlib
import marshal
import os
import resource
import sys
import traceback
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from fsapi.live.compiled import CompiledFiles
from tests.site import save, write

OLD = 1_600_000_000


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of a store; afterwards files are compiled as before."""
    monkeypatch.setattr(SourceFileLoader, "source_to_code", SourceFileLoader.source_to_code)
    return str(tmp_path / "store")


def load(store: str, path: Path) -> dict[str, Any]:
    """Return the names of a file that the next process runs."""
    compiled = CompiledFiles(store)
    compiled.use()
    names: dict[str, Any] = {}
    code = SourceFileLoader("m", str(path)).source_to_code(path.read_bytes(), str(path))
    exec(code, names)
    compiled.save()
    return names


def mark(store: str) -> None:
    """Let the code of all files in a store tell that it comes from there."""
    with open(store, "rb") as file:
        known: dict[str, tuple[bytes, bytes]] = marshal.load(file)
    code = compile("X = 'kept'", "m.py", "exec")
    with open(store, "wb") as file:
        marshal.dump({path: (digest, marshal.dumps(code)) for path, (digest, _) in known.items()}, file)


def test_a_file_is_compiled_once(store: str, tmp_path: Path) -> None:
    """Until its content is another; size and times are nothing."""
    path = tmp_path / "m.py"
    save(path, "X = 1", OLD)
    assert load(store, path)["X"] == 1
    mark(store)
    assert load(store, path)["X"] == "kept"
    save(path, "X = 2", OLD)
    assert load(store, path)["X"] == 2
    mark(store)
    assert load(store, path)["X"] == "kept"


def test_another_python_has_its_own_code(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment may be made anew with it while a project is served."""
    path = write(tmp_path, {"m.py": "X = 1"}) / "m.py"
    load(store, path)
    mark(store)
    monkeypatch.setattr("fsapi.live.compiled.MAGIC_NUMBER", b"3600")
    assert load(store, path)["X"] == 1


def test_equal_files_have_their_own_code(store: str, tmp_path: Path) -> None:
    """Tracebacks name the file."""
    write(tmp_path, dict.fromkeys(("a.py", "b.py"), "def f(): pass"))
    names = [load(store, tmp_path / name)["f"].__code__.co_filename for name in ("a.py", "b.py", "a.py")]
    assert names == [str(tmp_path / name) for name in ("a.py", "b.py", "a.py")]


def test_what_cannot_be_compiled_is_not_kept(store: str, tmp_path: Path) -> None:
    """Each load reports it."""
    write(tmp_path, {"m.py": "X ="})
    for _ in range(2):
        with pytest.raises(SyntaxError):
            load(store, tmp_path / "m.py")
    assert not os.path.exists(store)


def test_a_traceback_shows_the_files_of_the_project_alone(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does without the store."""
    write(tmp_path, {"caller.py": "import broken", "broken.py": "X ="})
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    CompiledFiles(store).use()
    with pytest.raises(SyntaxError) as caught:
        importlib.import_module("caller")
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [Path(frame.filename).name for frame in frames if "importlib" not in frame.filename][1:] == ["caller.py"]
    assert frames[-1].filename == str(tmp_path / "caller.py")


def test_what_others_compile_from_is_left_to_them(store: str, tmp_path: Path) -> None:
    """Some import hooks change the syntax tree, or set what `compile` is to optimize."""
    write(tmp_path, {"m.py": "X = 1"})
    load(store, tmp_path / "m.py")
    mark(store)
    CompiledFiles(store).use()
    loader, path = SourceFileLoader("m", "m.py"), str(tmp_path / "m.py")
    tree: Any = ast.parse("X = 1")  # as `compile` takes it
    codes: list[CodeType] = [loader.source_to_code(tree, path), loader.source_to_code(b"X = 1", path, _optimize=2)]
    assert [code.co_consts[0] for code in codes] == [1, 1]


def test_a_store_is_written_if_there_is_more_to_keep(store: str, tmp_path: Path) -> None:
    """What cannot be written is compiled again."""
    write(tmp_path, {"m.py": "X = 1"})
    load(store, tmp_path / "m.py")
    before = os.stat(store)
    load(store, tmp_path / "m.py")
    assert os.stat(store) == before
    assert [load(str(tmp_path / "gone/store"), tmp_path / "m.py")["X"] for _ in range(2)] == [1, 1]


def test_a_full_disk_is_not_filled_further(store: str, tmp_path: Path) -> None:
    """Nothing is left of what cannot be written."""
    write(tmp_path, {"m.py": "X = 1"})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        assert load(store, tmp_path / "m.py")["X"] == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert os.listdir(tmp_path) == ["m.py"]
