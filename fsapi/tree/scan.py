"""A folder read as files with the segments of their URLs, and what is wrong with their names.

Nothing is imported here. The order of the directory listing never matters: names are sorted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from fsapi.tree.mistakes import Mistake, Rejected
from fsapi.tree.segment import Segment, parse, printable

#: The file whose function runs before or around every route file at or below its folder.
MIDDLEWARE = "_middleware.py"


@dataclass(frozen=True)
class File:
    """A file of the tree: its path on disk, its name from the project folder on, and its segments."""

    path: Path
    name: str
    segments: tuple[Segment, ...]


@dataclass
class Tree:
    """The route files of one folder, its middleware by folder, and the mistakes in their names."""

    project: Path
    folder: Path
    files: list[File] = field(default_factory=list[File])
    middleware: dict[Path, File] = field(default_factory=dict[Path, File])
    mistakes: list[Mistake] = field(default_factory=list[Mistake])

    def name(self, path: Path) -> str:
        """Return the name by which messages call a path."""
        return display_name(self.project, path)

    def above(self, file: File) -> list[File]:
        """Return the middleware files of the folders from the tree down to a file."""
        folders = [folder for folder in reversed(file.path.parents) if folder in self.middleware]
        return [self.middleware[folder] for folder in folders]

    def reject(self, path: Path, what: str, remedy: str) -> None:
        """Keep one mistake."""
        self.mistakes.append(Mistake(self.name(path), what, remedy))


@dataclass(frozen=True)
class _Place:
    """A folder on the walk: its segments, and the names on the way to it without the groups."""

    segments: tuple[Segment, ...] = ()
    above: tuple[str, ...] = ()


def display_name(project: Path, path: Path) -> str:
    """Return the name of a path: from the project folder on, with slashes."""
    return printable(Path(os.path.relpath(path, project)).as_posix())


def scan(project: Path, folder: Path) -> Tree:
    """Read a folder of route files; one that is missing or is a file is one of the mistakes."""
    tree = Tree(project, folder)
    _walk(tree, folder, _Place(), {})
    return tree


def _walk(tree: Tree, folder: Path, place: _Place, names: dict[tuple[tuple[str, ...], str], Path]) -> None:
    """Read one folder and all below it; each name is judged once, where it stands."""
    for path in _listing(tree, folder):
        try:
            segments = _segments(path, place)
            above = place.above if _adds_nothing(path) else (*place.above, _stem(path))
            _reject_twin(tree, names, place.above, path)
        except Rejected as rejected:
            for file in _first(path):
                tree.reject(file, rejected.what, rejected.remedy)
        else:
            if path.is_dir():
                _walk(tree, path, _Place(segments, above), names)
            else:
                tree.files.append(File(path, tree.name(path), segments))


def _listing(tree: Tree, folder: Path) -> Iterator[Path]:
    """Yield the folders and route files of a folder, sorted; refuse what cannot be read or followed."""
    try:
        # `users.py` before `users/`, whose files it is the parent of.
        names = sorted(os.listdir(folder), key=lambda name: (name.removesuffix(".py"), not name.endswith(".py")))
    except OSError as exc:
        tree.reject(folder, f"the folder cannot be read: {exc.strerror}", "Create it, or let this user read it.")
        return
    if MIDDLEWARE in names:
        tree.middleware[folder] = File(folder / MIDDLEWARE, tree.name(folder / MIDDLEWARE), ())
    for path in (folder / name for name in names):
        if path.name == "__init__.py" and "[" in folder.name:
            tree.reject(path, "type checkers cannot read a package in a bracketed folder", "Delete it.")
        elif not _ignored(path.name) and (path.name.endswith(".py") or path.is_dir()):
            if path.is_symlink() and (astray := _astray(tree, path)):
                tree.reject(path, f"is a symbolic link that {astray}", "Put the files themselves there.")
            elif path.is_dir() or path.is_file():
                yield path


def _ignored(name: str) -> bool:
    """Tell whether a name is private, hidden, a test or a cache."""
    return (
        name.startswith("_")
        or (name.startswith(".") and name not in (".well-known", ".well-known.py"))
        or (name.startswith("test_") and name.endswith(".py"))
        or name.endswith("_test.py")
        or name == "conftest.py"
    )


def _astray(tree: Tree, link: Path) -> str:
    """Return what is wrong with where a symbolic link leads, or nothing."""
    real = Path(os.path.realpath(link))
    if not real.exists():
        return "leads nowhere"
    if not any(real.is_relative_to(os.path.realpath(home)) for home in (tree.project, tree.folder)):
        return "leaves the project"
    # A folder that the walk is in, seen by its real path: links that hold each other would never end.
    parents = {os.path.realpath(parent) for parent in link.parents}
    return "leads back to a folder above it" if str(real) in parents else ""


def _segments(path: Path, place: _Place) -> tuple[Segment, ...]:
    """Return the segments of a folder or file below its place; groups and `index` add none."""
    name = _stem(path)
    for segment in place.segments:
        if segment.rest and not (path.is_file() and name == "index"):
            raise Rejected(f"`{segment.name}` takes the rest of the path, but is not last", "Move it to the end.")
    if _adds_nothing(path):
        return place.segments
    segment, seen = parse(name), {param.name for above in place.segments for param in above.params}
    for param in segment.params:
        if param.name in seen:
            raise Rejected(f"the param `{param.name}` stands twice in its path", "Give one of the two another name.")
        seen.add(param.name)
    return (*place.segments, segment)


def _adds_nothing(path: Path) -> bool:
    """Tell whether a name is `index` or a group; raise Rejected where it would be a group with another name."""
    name = _stem(path)
    if not (name.startswith("(") and name.endswith(")")):
        return path.is_file() and name == "index"
    if path.is_file():
        raise Rejected(f"`{name}` is a group, and a group is a folder", f"Rename it to {name[1:-1] or 'index'}.py.")
    if not name[1:-1]:
        raise Rejected("the group `()` has no name", "Name it, as in (admin).")
    if parse(name[1:-1]).params:
        raise Rejected(f"the group `{name}` has a param, but adds nothing to the URL", f"Rename it to {name[1:-1]}.")
    return True


def _reject_twin(
    tree: Tree, names: dict[tuple[tuple[str, ...], str], Path], above: tuple[str, ...], path: Path
) -> None:
    """Refuse a name that differs from one beside it only in case or Unicode form: some disks take them for one."""
    twin = names.setdefault((above, normalize("NFC", normalize("NFC", _stem(path)).casefold())), path)
    if _stem(twin) != _stem(path):
        raise Rejected(f"differs from {tree.name(twin)} only in case or Unicode form", "Rename one of them.")


def _first(path: Path) -> list[Path]:
    """Return the file by which a wrong name is reported: itself, or the first route file of the folder."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*.py") if not _ignored(file.name))[:1]


def _stem(path: Path) -> str:
    """Return the name of a folder, or of a file without `.py`: only the last `.py` goes."""
    return path.name.removesuffix(".py") if path.is_file() else path.name
