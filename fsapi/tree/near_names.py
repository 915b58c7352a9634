"""Find names that are nearly those of the private files that run.

A folder must never be open because of a typing error in `_middleware.py`.
"""

from __future__ import annotations

import re

from fsapi.tree.listing import Entry

#: The file whose function runs before or around every route file at or below its folder.
MIDDLEWARE = "_middleware.py"
#: The file whose function answers the errors of every route file at or below its folder.
ERROR = "_error.py"
# The private files that run, how many letters a name can be off and still be taken for a mistyped one, and of what.
_LETTERS = {MIDDLEWARE: (2, ("middleware",)), ERROR: (1, ("error", "errors"))}
# Nearly every folder has one, and it is like none of them.
_CACHE = "__pycache__"
# The ending, with the ways to mistype it; Windows hides the `.txt` that its editor adds.
_ENDING = r"(?:\s*[.,]?\s*py|\s*[.,]\s*(?:p|y|yp|pyy|ppy|pyw|txt))*[\s.]*$"
# What file managers and browsers add to the name of a second copy; the ending takes the `py` of `copy.py`.
_COPY = r"(?:\s(?:-\s)?(?:co|copy|kopie|copie|copia)(?:\s\d+)?)?(?:\s?\(\d+\))?$"


def nearly_special(name: str) -> str | None:
    """Return the private file that runs and whose name is nearly this one, or None."""
    stem = re.sub(_COPY, "", re.sub(_ENDING, "", name.lower())).strip("_ ")
    for special, (letters, words) in _LETTERS.items():
        if any(_distance(stem, word) <= letters for word in words):
            return special
    return None


def find_near_miss(entry: Entry) -> tuple[str, str] | None:
    """Return what is wrong with an ignored name, and the remedy, if it is nearly that of a file that runs."""
    name = entry.name
    if not name.startswith("_") or name == _CACHE or (name in _LETTERS and not entry.is_folder):
        return None
    special = nearly_special(name)
    if special is None:
        return None
    kind, write = ("is a folder that is ignored", "Make it the file") if entry.is_folder else ("is ignored", "Name it")
    return f"{kind}, but is nearly called {special}", f"{write} {special}, or give it a name that is less like it."


def _distance(one: str, other: str) -> int:
    """Return how many letters are added, missing, changed or swapped with a neighbour (optimal string alignment)."""
    above, row = [0] * len(other), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = above, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
