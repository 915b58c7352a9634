"""JSON in and out; `engine` alone knows msgspec."""
