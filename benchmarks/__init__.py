"""Measurements: each runs by `./run bench <name>` on a throw-away database and prints its figures."""
