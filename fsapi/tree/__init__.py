"""Read a folder as files, segments and URL patterns; import its modules; report its mistakes."""
