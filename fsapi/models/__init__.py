"""What is particular to pydantic: how its models read JSON, and where their errors are."""
