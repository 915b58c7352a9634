"""What a file of the tree exports: handlers, a page, middleware and settings, with the mistakes in them."""
