"""What goes out: Res, errors, what a handler returned, and how it is sent."""
