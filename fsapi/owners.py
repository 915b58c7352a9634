"""Which file serves which URL: every URL has one file, and files that share one are refused."""

from __future__ import annotations

from fsapi.route import Way, ways
from fsapi.tree import File, Tree


def owned(tree: Tree) -> list[tuple[File, Way]]:
    """Return every way of every file; refuse files that share one."""
    owners: dict[tuple[str, ...], tuple[File, Way]] = {}
    for file in tree.files:
        for way in ways(file.segments):
            other, theirs = owners.setdefault(way.shape, (file, way))
            if other is not file:
                _refuse_shared(tree, file, way, other, theirs)
                break
    return list(owners.values())


def _refuse_shared(tree: Tree, file: File, way: Way, other: File, theirs: Way) -> None:
    """Refuse a file that serves a URL of another."""
    absent = way.absent or theirs.absent
    if absent:
        optional = next(s.name for f in (file, other) for s in f.segments if set(s.params) & set(absent))
        what, remedy = f"serves {way.pattern}, as {other.name} does", f"Rename {optional} to {optional[1:-1]}, or"
        tree.refuse(file.path, what, f"{remedy} move their handlers into one file.")
    else:
        tree.refuse(file.path, f"serves the same URLs as {other.name}", "Move their handlers into one file.")
