"""Walks share a house and a browser: a package, so that both are given up after the last of them."""
