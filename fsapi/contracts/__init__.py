"""Contracts: types that handlers declare, read when the app is built, and enforced on each request."""
