"""A folder read as files, segments and patterns; its modules loaded, and its mistakes told."""
