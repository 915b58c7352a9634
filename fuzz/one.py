"""Fuzz one target with atheris: `python -m fuzz.one TARGET [FOLDER ...] [OPTION ...]`.

The options are those of libFuzzer; with names of files in place of folders the target runs once for each.
"""

from __future__ import annotations

import importlib
import sys

# By name, since type checkers need not know atheris: only `make fuzz` installs it.
atheris = importlib.import_module("atheris")

with atheris.instrument_imports(include=["fsapi", "werkzeug"], enable_loader_override=False):
    targets = importlib.import_module("fuzz.targets")

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], targets.TARGETS[sys.argv[1]])
    atheris.Fuzz()
