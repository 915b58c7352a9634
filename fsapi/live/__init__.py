"""Serve an app that reloads: the parent accepts connections and looks at the files, one child after another answers."""
