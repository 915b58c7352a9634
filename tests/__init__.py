"""The tests of fsapi."""
