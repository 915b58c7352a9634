"""The Django app: notes and who owns them."""
