"""The app of a project, and what can be asked about it: `routes`, `explain`, `check` and `openapi`."""
