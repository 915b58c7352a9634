"""The command line of a developer: `python -m fsapi`, its commands and the development server."""
