"""Read a folder as route files with the segments of their URLs, and find the mistakes in their names.

Nothing is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from os.path import realpath, relpath
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from fsapi.tree.listing import Entry, find_first_file, find_link_fault, is_ignored, is_test, list_folder
from fsapi.tree.mistakes import Mistake, Rejected, printable
from fsapi.tree.near_names import ERROR, MIDDLEWARE, find_near_miss
from fsapi.tree.nesting import add_segment
from fsapi.tree.segment import Segment

#: The URL above a name, and the name without case and Unicode form → the first entry of that name.
_Seen = dict[tuple[tuple[str, ...], str], Entry]


class File(NamedTuple):
    """A file of the tree: its path on disk, its name from the project folder on, its segments and its real path."""

    path: Path
    name: str
    segments: tuple[Segment, ...]
    real: Path


class Tree:
    """The route files of one folder, its middleware and error functions by folder, its tests, and wrong names."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.files: list[File] = []
        self.middleware: dict[Path, File] = {}
        self.errors: dict[Path, File] = {}
        self.tests: list[File] = []
        self.mistakes: list[Mistake] = []

    @cached_property
    def real(self) -> Path:
        """Return the real path of the folder, which is the folder itself if they are equal."""
        real = Path(realpath(self.folder))
        return self.folder if real == self.folder else real

    def name(self, path: Path) -> str:
        """Return the name that messages use for a path."""
        return display_name(self.project, path)

    def above(self, file: File, files: Mapping[Path, File]) -> list[File]:
        """Return those of the middleware or of the error functions that apply to a file, the outermost first."""
        return [files[folder] for folder in reversed(file.path.parents) if folder in files] if files else []

    def reject(self, path: Path, what: str, remedy: str) -> None:
        """Add a mistake; nothing is raised before all of them are found."""
        self.mistakes.append(Mistake(self.name(path), what, remedy))


class _Folder(NamedTuple):
    """A folder on the walk: its real path, what the names of its files start with, and the segments of its URL."""

    path: Path
    real: Path
    prefix: str
    segments: tuple[Segment, ...] = ()

    def file(self, entry: Entry, segments: tuple[Segment, ...] = ()) -> File:
        """Return one of its entries as a file of the tree."""
        return File(entry.path, self.prefix + printable(entry.name), segments, entry.real)

    def below(self, entry: Entry, segments: tuple[Segment, ...]) -> _Folder:
        """Return one of its entries as a folder."""
        return _Folder(entry.path, entry.real, f"{self.prefix}{printable(entry.name)}/", segments)


def display_name(project: Path, path: Path) -> str:
    """Return the name of a path: from the project folder on, with slashes."""
    return printable(Path(relpath(path, project)).as_posix())


def scan(project: Path, folder: Path) -> Tree:
    """Read a folder of route files; if it is missing or is a file, that is one of the mistakes."""
    tree = Tree(project, folder)
    name = tree.name(folder)
    seen: _Seen = {}
    # Not by recursion: a tree may be deeper than Python's stack.
    walks = [_walk(tree, _Folder(folder, tree.real, "" if name == "." else f"{name}/"), seen)]
    while walks:
        below = next(walks[-1], None)
        if below is None:
            walks.pop()
        else:
            walks.append(_walk(tree, below, seen))
    return tree


def _walk(tree: Tree, folder: _Folder, seen: _Seen) -> Iterator[_Folder]:
    """Read one folder, and yield those below it where they are to be read, but none with a wrong name."""
    for entry in _list_routes(tree, folder):
        try:
            segments = add_segment(folder.segments, entry)
            _reject_twin(tree, seen, folder.segments, entry)
        except Rejected as rejected:
            if file := find_first_file(entry):
                tree.reject(file, rejected.what, rejected.remedy)
        else:
            if entry.is_folder:
                yield folder.below(entry, segments)
            else:
                tree.files.append(folder.file(entry, segments))


def _list_routes(tree: Tree, folder: _Folder) -> Iterator[Entry]:
    """Yield the route files and folders of a folder in order, and keep its middleware and its error function."""
    try:
        entries = list_folder(folder.path, folder.real)
    except OSError as exc:
        remedy = "Create it, or give this user permission to read and enter it."
        tree.reject(folder.path, f"the folder cannot be read: {exc.strerror}", remedy)
        return
    # All of it before any folder below, so that outer middleware is imported first.
    for name, found in ((MIDDLEWARE, tree.middleware), (ERROR, tree.errors)):
        found.update((folder.path, folder.file(entry)) for entry in entries if _is_private(tree, entry, name))
    tree.tests += [folder.file(entry) for entry in entries if entry.is_file and is_test(entry.name)]
    yield from (entry for entry in entries if _is_route(tree, entry))


def _is_private(tree: Tree, entry: Entry, name: str) -> bool:
    """Return whether an entry is a private file that runs; reject what has its name, but cannot be imported."""
    if entry.name != name or entry.is_folder or _reject_link(tree, entry):
        return False
    if not entry.is_file:
        tree.reject(entry.path, "is not a file", "Replace it with one.")
    return entry.is_file


def _is_route(tree: Tree, entry: Entry) -> bool:
    """Return whether an entry is a route file or a folder; reject those that must not be there."""
    name = entry.name
    if near_miss := find_near_miss(entry):
        tree.reject(entry.path, *near_miss)
    if name == "__init__.py" and "[" in entry.path.parent.name:
        tree.reject(entry.path, "type checkers cannot read a package in a bracketed folder", "Delete it.")
    # A broken link may have been one to a folder.
    may_be_folder = entry.is_folder or (entry.is_link and not entry.is_file and "." not in name)
    if is_ignored(name) or not (may_be_folder or name.endswith(".py")):
        return False
    return not _reject_link(tree, entry) and (entry.is_folder or entry.is_file)


def _reject_link(tree: Tree, entry: Entry) -> bool:
    """Return whether an entry is a symbolic link that must not be followed, and reject it."""
    fault = entry.is_link and find_link_fault(entry, tree.project, tree.folder)
    if fault:
        tree.reject(entry.path, fault, "Replace it with the files themselves.")
    return bool(fault)


def _reject_twin(tree: Tree, seen: _Seen, above: tuple[Segment, ...], entry: Entry) -> None:
    """Raise Rejected for a name that differs from another only in case or Unicode form: some disks hold only one."""
    folded = normalize("NFC", normalize("NFC", entry.stem).casefold())
    twin = seen.setdefault((tuple(segment.name for segment in above), folded), entry)
    if twin.stem != entry.stem:
        raise Rejected(f"differs from {tree.name(twin.path)} only in case or Unicode form", "Rename one of them.")
