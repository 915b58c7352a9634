"""The entry point of `python -m fsapi` and of the script `fsapi`."""

import sys

from fsapi.development.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
