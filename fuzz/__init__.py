"""Fuzz targets for what reads requests, and the texts that they start from."""
