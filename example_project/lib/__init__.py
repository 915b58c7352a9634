"""The project's own code, which the route files and the tests import."""
