"""A handler's types, read once when the app is built, and held against what comes and goes."""
