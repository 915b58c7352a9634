"""Compare two OpenAPI documents, and tell which changes break a client."""
