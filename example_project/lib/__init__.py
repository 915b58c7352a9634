"""The code of the project that route files, pages and tests import."""
