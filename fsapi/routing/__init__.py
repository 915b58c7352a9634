"""Route files become routes: exports, methods, middleware, pages, the Map, the build."""
