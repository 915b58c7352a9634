"""What a developer runs: `python -m fsapi serve`, `routes` and `openapi`."""
