"""The command line of a developer: `python -m fsapi serve`, `routes` and `openapi`."""
