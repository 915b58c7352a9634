"""The Django app: notes and their owners."""
