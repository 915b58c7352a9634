"""What reloads: the files that the import system has asked for and the trees, as they were before they were read."""
