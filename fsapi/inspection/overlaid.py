"""Other distributions that ship a folder `fsapi/`: what is installed last overwrites files of the others.

`import fsapi` cannot say so: its own file is the first that is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution

_NAMES = ("fsapi", "fsapi-tools")


def find_overlaid() -> Iterator[str]:
    """Yield a line for each installed distribution that overwrites files of fsapi, or takes them with it."""
    for name in _NAMES:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue
        if any(file.parts[0] == "fsapi" for file in files):
            yield (
                f"{name} is installed too, and has a folder fsapi/, as fsapi-framework has: files of one replace "
                f"the other's"
                f"\n  Write `pip uninstall {name} fsapi-framework`, then install fsapi-framework again."
            )
