"""Read and write JSON; only `engine` imports msgspec."""
