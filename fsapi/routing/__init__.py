"""Turn route files into routes: exports, methods, middleware, pages, the Map, and the build of all of it."""
