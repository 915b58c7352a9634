"""Turn route files into routes: methods, middleware, pages, the Map, and the build of all of it."""
