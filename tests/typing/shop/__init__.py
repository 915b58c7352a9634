"""What the endpoints of the sample project are made of.

A line that ends in an error comment has one that type checkers must find; all other lines must pass. The names of
methods stand for what fsapi can build: a handler of the wrong shape has another name.
"""
