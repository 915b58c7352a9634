"""Write what a handler sends as the type of its contract, and nothing else."""
