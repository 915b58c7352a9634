"""`python -m fsapi`, and the script `fsapi`."""

import sys

from fsapi.development.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
